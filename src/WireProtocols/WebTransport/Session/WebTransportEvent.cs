namespace WireProtocols.WebTransport;

/// <summary>Something that happened on a connection. <see cref="Data"/> is valid until bytes are received again.</summary>
public readonly struct WebTransportEvent
{
    internal WebTransportEvent(WebTransportEventKind kind, WebTransportSession? session = null, long streamId = -1)
    {
        Kind = kind;
        Session = session;
        StreamId = streamId;
    }

    /// <summary>What happened.</summary>
    public WebTransportEventKind Kind { get; }

    /// <summary>The session, where the event belongs to one.</summary>
    public WebTransportSession? Session { get; }

    /// <summary>The QUIC stream id, or -1.</summary>
    public long StreamId { get; }

    /// <summary>The direction of <see cref="StreamId"/>.</summary>
    public WebTransportStreamDirection Direction
        => (StreamId & 2) == 0 ? WebTransportStreamDirection.Bidirectional : WebTransportStreamDirection.Unidirectional;

    /// <summary>The data of a stream, or a datagram.</summary>
    public ReadOnlyMemory<byte> Data { get; internal init; }

    /// <summary>The application's error code, of a reset, a stop or a close; null where the peer's code is none of the application's.</summary>
    public uint? Code { get; internal init; }

    /// <summary>The HTTP/3 error code of a reset, a stop, a violation or the end of the connection.</summary>
    public long ErrorCode { get; internal init; }

    /// <summary>The reason of a close, or "".</summary>
    public string Reason => _reason ?? "";

    /// <summary>The HTTP status of <see cref="WebTransportEventKind.SessionRejected"/>.</summary>
    public int Status { get; internal init; }

    /// <summary>The rule that was broken, where one was.</summary>
    public WebTransportProtocolError Error { get; internal init; }

    /// <summary>What <see cref="ErrorCode"/> of a violation has ended.</summary>
    public WebTransportErrorScope Scope { get; internal init; }

    /// <summary>
    /// Why the connection ended: an idle timeout is told from a close of the peer's. Null where this side has closed it, or nobody said why.
    /// </summary>
    public QuicCloseCause? Cause { get; internal init; }

    private readonly string? _reason;

    internal WebTransportEvent WithReason(string reason) => new(this, reason);

    private WebTransportEvent(WebTransportEvent other, string reason)
    {
        this = other;
        _reason = reason;
    }
}
