using System.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>
/// Memory for one record, lent by the output where the record fits into what that has at hand, and pooled otherwise. The output sees the
/// record when it is whole, or never.
/// </summary>
internal sealed class RecordBuffer(IBufferWriter<byte> output) : IBufferWriter<byte>
{
    private Memory<byte> _memory;
    private byte[]? _rented;
    private int _length;

    public ReadOnlySpan<byte> Written => _memory.Span[.._length];

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_memory.Length - _length < Math.Max(1, sizeHint))
        {
            Grow(Math.Max(1, sizeHint));
        }

        return _memory[_length..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Append(byte value)
    {
        GetSpan(1)[0] = value;
        _length++;
    }

    /// <summary>Hands the record to the output.</summary>
    public void Commit()
    {
        if (_rented is null)
        {
            output.Advance(_length);
        }
        else
        {
            output.Write(Written);
        }

        Discard();
    }

    /// <summary>Forgets the record.</summary>
    public void Discard()
    {
        _memory = default;
        _length = 0;
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private void Grow(int sizeHint)
    {
        if (_length == 0 && _rented is null)
        {
            _memory = output.GetMemory(sizeHint);
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + sizeHint), (int)Math.Min(2L * _length, Array.MaxLength)));
        Written.CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }

        _memory = _rented = larger;
    }
}
