using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A frame that a <see cref="WebSocketFrameDecoder"/> takes in the general way: what has come of its header and payload, and where it stands. It is
/// rented as long as a frame is under way, so that an idle decoder has none.
/// </summary>
internal sealed class WebSocketFrameUnderWay
{
    // One for each thread is enough: nearly every frame begins and ends in one call of its receiver.
    [ThreadStatic]
    private static WebSocketFrameUnderWay? t_spare;

    /// <summary>What has come of a header that is not whole.</summary>
    public WebSocketHeaderBytes HeaderBytes;

    /// <summary>What has come of a short payload that is not whole, as it is on the wire.</summary>
    public Scratch Gathered;

    /// <summary>The header, once it is whole.</summary>
    public WebSocketFrameHeader Header;

    /// <summary>With leniency, the rule that the frame breaks.</summary>
    public WebSocketProtocolError Violation;

    /// <summary>Where the frame begins in the input.</summary>
    public long Offset;

    /// <summary>How many bytes of the payload have been handed out or gathered.</summary>
    public long PayloadOffset;

    /// <summary>Takes one of which nothing has come.</summary>
    public static WebSocketFrameUnderWay Rent()
    {
        WebSocketFrameUnderWay frame = t_spare ?? new WebSocketFrameUnderWay();
        t_spare = null;
        return frame;
    }

    /// <summary>Gives it back; nobody may use it any more.</summary>
    public void Return()
    {
        HeaderBytes.Keep(0);
        Gathered.Release();
        t_spare = this;
    }
}
