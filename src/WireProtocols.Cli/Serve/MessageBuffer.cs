using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Holds one message in pooled memory, which is given back between messages: an idle connection holds none. What all of these hold together has a
/// bound.
/// </summary>
internal sealed class MessageBuffer(MemoryBudget budget) : IBufferWriter<byte>, IDisposable
{
    private const int LeastSize = 4096;
    private const int MostUsualSize = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>What a message begins with: the last one is likely to be like it, and none is copied while it grows.</summary>
    private int _usualSize = LeastSize;
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    /// <exception cref="OutOfMemoryBudgetException">There is no room for more.</exception>
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
        _usualSize = Math.Clamp(_length, LeastSize, MostUsualSize);
        _bytes = [];
        _length = 0;
        Return(bytes);
    }

    private void Grow(int size)
    {
        long wanted = Math.Max(Math.Max(_usualSize, 2L * _bytes.Length), (long)_length + size);
        byte[] grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        if (!budget.TryTake(grown.Length))
        {
            ArrayPool<byte>.Shared.Return(grown);
            throw new OutOfMemoryBudgetException();
        }

        Written.CopyTo(grown);
        Return(_bytes);
        _bytes = grown;
    }

    private void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            budget.Add(-bytes.Length);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
