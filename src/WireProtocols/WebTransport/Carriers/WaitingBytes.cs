using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>Bytes that wait to be sent, one behind the other in memory from the pool. Whoever guards it calls it, one at a time.</summary>
internal sealed class WaitingBytes
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    /// <summary>Adds bytes; the memory doubles where there is no room, as long as that stays below the limit.</summary>
    public void Append(ReadOnlySpan<byte> data, int limit)
    {
        if (_bytes.Length - Count < data.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Count + data.Length, Math.Min(2 * _bytes.Length, limit)));
            _bytes.AsSpan(0, Count).CopyTo(larger);
            Return(_bytes);
            _bytes = larger;
        }

        data.CopyTo(_bytes.AsSpan(Count));
        Count += data.Length;
    }

    /// <summary>Hands out what waits, with its memory, which goes back by <see cref="Return"/>.</summary>
    public (byte[] Bytes, int Count) Take()
    {
        (byte[] Bytes, int Count) taken = (_bytes, Count);
        (_bytes, Count) = ([], 0);
        return taken;
    }

    public void Clear() => Return(Take().Bytes);

    public static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
