using System.Buffers;

namespace WireProtocols.Transports;

/// <summary>A piece of what waits to be sent: memory from the pool, sent from its beginning while its end is being filled.</summary>
internal sealed class OutputSegment
{
    // A connection that is idle has no segment, and one that wakes up allocates none.
    [ThreadStatic]
    private static OutputSegment? _spare;

    private byte[] _bytes = [];

    private OutputSegment()
    {
    }

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

    /// <summary>An empty segment with so much room.</summary>
    public static OutputSegment Rent(int size)
    {
        OutputSegment segment = _spare ?? new OutputSegment();
        _spare = null;
        segment._bytes = ArrayPool<byte>.Shared.Rent(size);
        return segment;
    }

    /// <summary>Gives the memory back, and the segment.</summary>
    public void Return()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        Sent = Flushed = Written = 0;
        Next = null;
        _spare = this;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
