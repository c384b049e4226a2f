using System.Buffers;
using System.Diagnostics;

namespace WireProtocols.Buffers;

/// <summary>
/// Scratch space from the shared pool for an element that spans segments. It is rented when the first byte is appended and given back by
/// <see cref="Release"/>, so that an idle decoder holds nothing. Its owner enforces the limit; growth is by doubling, so appends stay linear.
/// </summary>
internal struct PooledBuffer
{
    private const int MinimumSize = 256;

    private byte[]? _array;
    private int _length;

    /// <summary>How many bytes have been appended.</summary>
    public readonly int Length => _length;

    /// <summary>The bytes appended so far, valid until the next change.</summary>
    public readonly Span<byte> Written => _array.AsSpan(0, _length);

    /// <summary>The memory behind <see cref="Written"/>.</summary>
    public readonly ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    /// <summary>Appends a copy of <paramref name="bytes"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Appends one byte.</summary>
    public void Append(byte value) => Reserve(1)[0] = value;

    /// <summary>Appends <paramref name="count"/> bytes that the caller fills in.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_array is null || _array.Length - _length < count)
        {
            Grow(count);
        }

        Span<byte> reserved = _array.AsSpan(_length, count);
        _length += count;
        return reserved;
    }

    /// <summary>Drops bytes from the end, down to <paramref name="length"/>.</summary>
    public void Truncate(int length)
    {
        Debug.Assert((uint)length <= (uint)_length);
        _length = length;
    }

    /// <summary>Forgets the bytes and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Forgets the bytes and gives the memory back to the pool.</summary>
    public void Release()
    {
        byte[]? array = _array;
        _array = null;
        _length = 0;
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Grow(int count)
    {
        int needed = checked(_length + count);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(MinimumSize, (int)Math.Min(2L * _length, Array.MaxLength))));
        if (_array is not null)
        {
            _array.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = larger;
    }
}
