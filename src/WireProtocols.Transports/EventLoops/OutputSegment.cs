using System.Buffers;

namespace WireProtocols.Transports;

/// <summary>A piece of what waits to be sent: memory from the pool, sent from its beginning while its end is being filled.</summary>
internal sealed class OutputSegment
{
    private byte[] _bytes = [];

    /// <summary>How much of it has been sent.</summary>
    public int Sent { get; set; }

    /// <summary>How much of it may be sent.</summary>
    public int Flushed { get; set; }

    /// <summary>How much of it has been written.</summary>
    public int Written { get; set; }

    public OutputSegment? Next { get; set; }

    /// <summary>The room behind what has been written.</summary>
    public Memory<byte> Room => _bytes.AsMemory(Written);

    /// <summary>What may be sent and has not been.</summary>
    public ReadOnlySpan<byte> ToSend => _bytes.AsSpan(Sent, Flushed - Sent);

    public void Rent(int size) => _bytes = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>Gives the memory back; the segment can be used again.</summary>
    public void Return()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Sent = Flushed = Written = 0;
        Next = null;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
