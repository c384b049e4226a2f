using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>Inflates the messages of one direction (RFC 7692 §7.2.2), from span to span.</summary>
internal abstract class WebSocketInflater : IDisposable
{
    /// <summary>Inflates payload.</summary>
    /// <returns><see cref="OperationStatus.NeedMoreData"/> when the source is used up, <see cref="OperationStatus.DestinationTooSmall"/> when the
    /// destination is full, <see cref="OperationStatus.InvalidData"/> when the source is no DEFLATE or refers back further than the window.</returns>
    public abstract OperationStatus Inflate(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written);

    /// <summary>
    /// Ends a message whose payload is inflated: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload" (RFC 7692 §7.2.2).
    /// They are the rest of an empty block, with which every payload ends.
    /// </summary>
    /// <returns>False for a message that is cut off: the payload does not end where these octets were removed.</returns>
    public abstract bool TryFinish();

    /// <summary>Forgets the window, as between messages without context takeover.</summary>
    public abstract void Reset();

    /// <summary>Says that another message begins on the same window. Behind a block with BFINAL, the window is an empty one.</summary>
    public abstract void BeginMessage();

    /// <inheritdoc/>
    public abstract void Dispose();
}
