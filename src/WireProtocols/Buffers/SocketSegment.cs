using System.Buffers;

namespace WireProtocols.Buffers;

/// <summary>A piece of what waits to be sent: memory from the pool, sent from its beginning while its end is being filled.</summary>
internal sealed class SocketSegment(int size)
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>How much of it has been sent.</summary>
    public int Sent { get; set; }

    /// <summary>How much of it may be sent.</summary>
    public int Flushed { get; set; }

    /// <summary>How much of it has been written.</summary>
    public int Written { get; set; }

    public SocketSegment? Next { get; set; }

    /// <summary>The room behind what has been written.</summary>
    public Memory<byte> Room => _bytes.AsMemory(Written);

    /// <summary>What may be sent and has not been.</summary>
    public Memory<byte> ToSend => _bytes.AsMemory(Sent, Flushed - Sent);

    public void Return() => ArrayPool<byte>.Shared.Return(_bytes);
}
