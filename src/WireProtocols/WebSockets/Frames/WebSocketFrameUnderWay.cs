using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A frame that a <see cref="WebSocketFrameDecoder"/> takes in the general way: what has come of its header and payload, and where it stands. It is
/// rented as long as a frame is under way, so that an idle decoder has none.
/// </summary>
internal sealed class WebSocketFrameUnderWay
{
    /// <summary>How many wait at most for whoever rents next, beside one for each thread.</summary>
    private const int MaxShared = 256;

    private static readonly Lock SharedLock = new();

    // The first of those that wait, whichever thread gave them back. A frame that begins on one thread and ends on another takes from here.
    private static WebSocketFrameUnderWay? _shared;
    private static int _sharedCount;

    // Nearly every frame begins and ends in one call of its receiver, and so on one thread.
    [ThreadStatic]
    private static WebSocketFrameUnderWay? _spare;

    private WebSocketFrameUnderWay? _next;

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
        WebSocketFrameUnderWay frame = _spare ?? TakeShared() ?? new WebSocketFrameUnderWay();
        _spare = null;
        return frame;
    }

    /// <summary>Gives it back; nobody may use it any more.</summary>
    public void Return()
    {
        HeaderBytes.Keep(0);
        Gathered.Release();
        if (_spare is null)
        {
            _spare = this;
        }
        else
        {
            Share();
        }
    }

    private static WebSocketFrameUnderWay? TakeShared()
    {
        lock (SharedLock)
        {
            WebSocketFrameUnderWay? frame = _shared;
            if (frame is not null)
            {
                _shared = frame._next;
                _sharedCount--;
                frame._next = null;
            }

            return frame;
        }
    }

    private void Share()
    {
        lock (SharedLock)
        {
            if (_sharedCount < MaxShared)
            {
                _next = _shared;
                _shared = this;
                _sharedCount++;
            }
        }
    }
}
