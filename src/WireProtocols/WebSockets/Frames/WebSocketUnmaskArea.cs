using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// The pooled memory that a decoder unmasks payload into. What lies there is lent until the decoder's next call. It begins at a cache line: a vector
/// store across two lines cannot be forwarded to whoever reads the payload next, which doubles the time that a short frame takes.
/// </summary>
internal struct WebSocketUnmaskArea
{
    /// <summary>The width of a cache line, and of the widest vector.</summary>
    public const int LineLength = 64;

    private const int MinLength = 1024;

    private byte[]? _array;

    /// <summary>Whether memory is rented at the moment.</summary>
    public readonly bool IsRented => _array is not null;

    /// <summary>
    /// The longest payload that fits, rounded up to whole lines: one line is lost to the alignment, and one is kept free for the rounding. Below zero
    /// where nothing is rented.
    /// </summary>
    public readonly int Room => (_array?.Length ?? 0) - (2 * LineLength);

    /// <summary>The first cache line boundary. The area has to be rented.</summary>
    public readonly unsafe ref byte Start
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            // In bounds: the misalignment is 0 to 63, and a rented array has at least MinLength bytes. Should the collector move the array after the
            // look at its address, the place is no line boundary any more, but it is the same place in the array.
            ref byte first = ref MemoryMarshal.GetArrayDataReference(_array!);
            nint misalignment = -(nint)Unsafe.AsPointer(ref first) & (LineLength - 1);
            return ref Unsafe.Add(ref first, misalignment);
        }
    }

    /// <summary>Whether this many bytes fit behind <see cref="Start"/>.</summary>
    public readonly bool Holds(int length) => _array is not null && _array.Length >= length + LineLength;

    /// <summary>Makes room for <paramref name="length"/> bytes behind <see cref="Start"/>. What lay there is gone.</summary>
    public void Rent(int length)
    {
        Release();
        _array = ArrayPool<byte>.Shared.Rent(Math.Max(length + LineLength, MinLength));
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_array is { } array)
        {
            _array = null;
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Unmasks a piece of payload. The area has to hold it.</summary>
    public readonly ReadOnlySpan<byte> Unmask(ReadOnlySpan<byte> masked, uint maskingKey, long payloadOffset)
    {
        Debug.Assert(Holds(masked.Length));

        // In bounds: Start is at most 63 bytes into the array, and Holds has seen LineLength bytes more than the piece.
        Span<byte> unmasked = MemoryMarshal.CreateSpan(ref Start, masked.Length);
        WebSocketMask.Apply(masked, unmasked, maskingKey, payloadOffset);
        return unmasked;
    }

    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="start"/> on lie within the area: for assertions.</summary>
    public readonly bool Contains(ref byte start, nuint length)
    {
        // In bounds: nothing is read; two places in one array are compared.
        nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(_array!), ref start);
        return offset is >= 0 and < LineLength && (nuint)offset + length <= (nuint)_array!.Length;
    }
}
