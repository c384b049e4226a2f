namespace WireProtocols.WebTransport;

/// <summary>What one end of a pair sends to the other at once: an event, and what it takes to put a stream together.</summary>
/// <param name="Item">The event that it is, where it arrives in order.</param>
internal readonly record struct PairPacket(QuicEvent Item)
{
    /// <summary>Where in the stream the data of a stream packet begins.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes from the start of the stream arrive in spite of a reset.</summary>
    public long ReliableSize { get; init; }

    /// <summary>True for the last one of all: the sender has been disposed of.</summary>
    public bool IsEnd { get; init; }
}
