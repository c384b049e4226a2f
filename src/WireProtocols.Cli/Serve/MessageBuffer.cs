using System.Buffers;

namespace WireProtocols.Cli.Serve;

/// <summary>Holds one message in pooled memory, which is given back between messages: an idle connection holds none.</summary>
internal sealed class MessageBuffer : IBufferWriter<byte>, IDisposable
{
    private const int LeastSize = 4096;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int size = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length < size)
        {
            Grow(size);
        }

        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets the message and gives its memory back.</summary>
    public void Clear() => Dispose();

    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        _length = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Grow(int size)
    {
        byte[] grown
            = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(Math.Max(LeastSize, 2L * _bytes.Length), (long)_length + size), Array.MaxLength));
        Written.CopyTo(grown);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = grown;
    }
}
