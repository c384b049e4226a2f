namespace WireProtocols.WebTransport;

/// <summary>
/// A session (draft-ietf-webtrans-http3 §2.2): streams and datagrams that belong to one CONNECT stream. What the peer does comes as events
/// of its <see cref="WebTransportConnection"/>; what is done here goes to the connection's output at once.
/// </summary>
/// <remarks>Not thread-safe: it is used where its connection is used.</remarks>
public abstract class WebTransportSession
{
    private protected WebTransportSession()
    {
    }

    /// <summary>The session id: the id of its CONNECT stream.</summary>
    public abstract long Id { get; }

    /// <summary>The request that asked for it.</summary>
    public abstract WebTransportRequest Request { get; }

    /// <summary>The application protocol that was agreed on, or null.</summary>
    public abstract string? Protocol { get; }

    /// <summary>True from the server's acceptance to the end.</summary>
    public abstract bool IsOpen { get; }

    /// <summary>True when the session is over.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>True when this side or the peer has asked to come to an end.</summary>
    public abstract bool IsDraining { get; }

    /// <summary>Anything of the application's own.</summary>
    public object? Tag { get; set; }

    /// <summary>
    /// Accepts the session that a client asked for, with status 200. Events of what came early may follow. Nothing happens where the
    /// session is over already; its event says so.
    /// </summary>
    /// <param name="protocol">One of <see cref="WebTransportRequest.AvailableProtocols"/>, or null.</param>
    /// <param name="fields">More fields of the response; names in lowercase.</param>
    /// <exception cref="InvalidOperationException">The session is accepted already, or is a client's own.</exception>
    /// <exception cref="ArgumentException">The client did not offer the protocol, or a field is none that a response may have.</exception>
    public abstract void Accept(string? protocol = null, IEnumerable<Http3Field>? fields = null);

    /// <summary>Rejects the session that a client asked for. Nothing happens where it is over already.</summary>
    /// <param name="status">An HTTP status from 300 to 599, for instance 403 for an origin that is not allowed, 404, 405 or 429.</param>
    /// <exception cref="InvalidOperationException">The session is accepted already, or is a client's own.</exception>
    public abstract void Reject(int status);

    /// <summary>Opens a stream.</summary>
    /// <param name="direction">Which ways it carries data.</param>
    /// <param name="streamId">The QUIC stream id, or -1.</param>
    /// <returns>False where a limit does not allow it now, or the session is over.</returns>
    public abstract bool TryOpenStream(WebTransportStreamDirection direction, out long streamId);

    /// <summary>Sends data on a stream, as much as flow control allows.</summary>
    /// <param name="streamId">A stream that this side opened, or a bidirectional one of the peer's.</param>
    /// <param name="data">The data.</param>
    /// <param name="endStream">True to finish this side of the stream with it; done only where all of it was taken.</param>
    /// <returns>How many bytes were taken; fewer than given where the peer's limit was reached, until
    /// <see cref="WebTransportEventKind.LimitsRaised"/>. 0 where the stream is not, or no longer, open for sending.</returns>
    public abstract int Send(long streamId, ReadOnlySpan<byte> data, bool endStream = false);

    /// <summary>
    /// How many bytes more should be sent on a stream before some of what waits on it has left; <see cref="Send"/> takes more all the same, and
    /// it waits in memory. Where nothing was left, <see cref="WebTransportEventKind.StreamWritable"/> says that there is room again. Whoever
    /// answers what comes pauses the stream that it comes from until then (<see cref="PauseStream"/>): a peer that does not read is held, and
    /// its other streams go on.
    /// </summary>
    /// <returns>The room in bytes, or 0 where the stream is not, or no longer, open for sending.</returns>
    public abstract long GetRoom(long streamId);

    /// <summary>Reads no more of what the peer sends on a stream: QUIC's flow control holds it there. What has been read still comes.</summary>
    public abstract void PauseStream(long streamId);

    /// <summary>Goes on reading a stream.</summary>
    public abstract void ResumeStream(long streamId);

    /// <summary>Sends a datagram; it may be lost.</summary>
    /// <returns>False where it is larger than the stack can send, or the session is over.</returns>
    public abstract bool SendDatagram(ReadOnlySpan<byte> payload);

    /// <summary>Resets this side of a stream.</summary>
    /// <param name="streamId">The stream; nothing happens where it is not open for sending.</param>
    /// <param name="code">The application's error code.</param>
    public abstract void ResetStream(long streamId, uint code);

    /// <summary>Asks the peer to stop sending on a stream.</summary>
    /// <param name="streamId">The stream; nothing happens where the peer has nothing left to send.</param>
    /// <param name="code">The application's error code.</param>
    public abstract void StopSending(long streamId, uint code);

    /// <summary>
    /// Closes the session with WT_CLOSE_SESSION; its streams are reset. A request that was not accepted yet is refused. The event
    /// <see cref="WebTransportEventKind.SessionClosed"/> follows, as it does where the peer closes.
    /// </summary>
    /// <param name="code">The application's error code.</param>
    /// <param name="reason">A message; it is cut to 1024 bytes of UTF-8 at a character boundary.</param>
    public abstract void Close(uint code = 0, string reason = "");

    /// <summary>Asks the peer to come to an end with WT_DRAIN_SESSION; everything goes on working.</summary>
    public abstract void Drain();

    /// <summary>The application has read stream data of this session, so that the peer may send more.</summary>
    internal abstract void OnDataRead(long count);
}
