namespace WireProtocols.WebTransport;

/// <summary>
/// Where a <see cref="WebTransportConnection"/> puts what it has to send: any QUIC stack. Every call takes the bytes before it returns and
/// never blocks; the stack queues them. Calls come from whoever calls the connection, one at a time.
/// </summary>
public interface IQuicOutput
{
    /// <summary>The largest payload in bytes of a QUIC DATAGRAM frame that can be sent, or 0 where there are no datagrams (RFC 9221 §3).</summary>
    int MaxDatagramSize { get; }

    /// <summary>True where RESET_STREAM_AT is negotiated (draft-ietf-quic-reliable-stream-reset).</summary>
    bool SupportsReliableReset { get; }

    /// <summary>
    /// Sends bytes on a stream. Ids that this side initiates come in order, so a new one opens its stream; what comes late for a stream that
    /// is over is dropped.
    /// </summary>
    void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream);

    /// <summary>Sends a QUIC DATAGRAM frame; it may be lost.</summary>
    void SendDatagram(ReadOnlySpan<byte> datagram);

    /// <summary>Resets the sending side of a stream.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="errorCode">The code to send.</param>
    /// <param name="reliableSize">How many bytes from its start have to be delivered all the same, where the stack can do that.</param>
    void ResetStream(long streamId, long errorCode, long reliableSize);

    /// <summary>
    /// Asks the peer to stop sending on a stream. <see cref="QuicEventKind.Reset"/> follows, from the peer or in its place, unless the stream
    /// has ended.
    /// </summary>
    void StopSending(long streamId, long errorCode);

    /// <summary>Closes the connection with an application error.</summary>
    void Close(long errorCode, string reason);

    /// <summary>
    /// How many bytes more should be sent on a stream before some of what waits on it has left. What is sent beyond that is taken all the same.
    /// Where nothing was left, <see cref="QuicEventKind.Writable"/> says that there is room again.
    /// </summary>
    /// <returns>The room in bytes, 0 where there is none; <see cref="long.MaxValue"/> where there is no limit, or no such stream.</returns>
    long GetRoom(long streamId) => long.MaxValue;

    /// <summary>
    /// Stops reading what the peer sends on a stream, or goes on. What has been read by then still comes; QUIC's flow control holds the rest at
    /// the peer. A reset is told at once all the same; what was held back before it is lost with it, unless it has to be delivered
    /// (<see cref="ResetStream"/>). Nothing happens where the stack cannot do that.
    /// </summary>
    void SetReceiving(long streamId, bool isReceiving)
    {
    }
}
