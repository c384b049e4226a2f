namespace WireProtocols.WebTransport;

/// <summary>The streams of sessions, once it is known whose they are: what comes and goes on them, and the credit that they take.</summary>
internal sealed class SessionStreams(StreamTable streams, SessionTable sessions, SessionCapsules capsules, Queue<WebTransportEvent> events)
{
    /// <summary>Makes a stream of the peer's one of a session's, or ends the session where it has too many.</summary>
    /// <returns>False where the session is over.</returns>
    public bool TryAttach(SessionState session, QuicStreamState stream)
    {
        stream.Session = session;
        stream.Use = QuicStreamUse.Data;
        session.AddStream(stream.Id);
        if (!session.Credit.TryReceiveStream(stream.Direction))
        {
            // "If an endpoint receives an incoming stream for a session that would exceed the advertised Maximum Streams value, it MUST
            // close the WebTransport session with a WT_FLOW_CONTROL_ERROR error code" (draft-ietf-webtrans-http3 §5.6.2).
            sessions.Fail(session, WebTransportProtocolError.StreamLimitExceeded);
            return false;
        }

        WebTransportMetrics.StreamOpened(stream.Direction, isLocal: false);
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamOpened, session.Handle, stream.Id));
        return true;
    }

    /// <summary>The peer's data.</summary>
    public void Receive(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        SessionState session = stream.Session!;
        stream.ReceivedData += data.Length;
        if (!TryCount(session, data.Length))
        {
            return;
        }

        if (!data.IsEmpty)
        {
            WebTransportMetrics.DataReceived(data.Length);
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamData, session.Handle, stream.Id) { Data = data });
        }

        if (endStream)
        {
            stream.IsReceiveDone = true;
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamFinished, session.Handle, stream.Id));
        }
    }

    /// <summary>The peer's reset.</summary>
    public void ReceiveReset(QuicStreamState stream, long errorCode, long finalSize)
    {
        stream.IsReceiveDone = true;

        // "For streams that were reset, implementing WT_MAX_DATA requires that the QUIC stack provide the WebTransport implementation with
        // information about the final size of streams" (draft-ietf-webtrans-http3 §5.4): what never arrived counts too, and is consumed at once.
        SessionState session = stream.Session!;
        long lost = Math.Max(0, finalSize - stream.ReceivedHeaderSize - stream.ReceivedData);
        if (lost > 0 && !TryCount(session, lost))
        {
            return;
        }

        Consume(session, lost);
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamReset, session.Handle, stream.Id)
        {
            ErrorCode = errorCode,
            Code = ToApplicationCode(errorCode),
        });
    }

    /// <summary>The peer reads a stream no more; this side of it has been reset in answer.</summary>
    public void ReceiveStop(QuicStreamState stream, long errorCode)
        => events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamStopped, stream.Session!.Handle, stream.Id)
        {
            ErrorCode = errorCode,
            Code = ToApplicationCode(errorCode),
        });

    /// <summary>There is room again for what this side sends.</summary>
    public void ReceiveRoom(QuicStreamState stream)
        => events.Enqueue(new WebTransportEvent(WebTransportEventKind.StreamWritable, stream.Session!.Handle, stream.Id));

    /// <summary>The application has taken in data that the peer sent: there is room for more.</summary>
    public void Consume(SessionState session, long count)
    {
        session.Credit.ReturnData(count);
        capsules.GiveCredit(session);
    }

    /// <summary>Opens a stream of this side's, with WebTransport's header.</summary>
    /// <returns>The stream, or null where a limit does not allow it now.</returns>
    public QuicStreamState? Open(SessionState session, WebTransportStreamDirection direction)
    {
        if (!streams.HasRoom)
        {
            return null;
        }

        if (!session.Credit.TryTakeStream(direction, out bool blocked))
        {
            if (blocked)
            {
                capsules.SendStreamsBlocked(session, direction);
            }

            return null;
        }

        QuicStreamState stream = streams.Open(direction);
        stream.Use = QuicStreamUse.Data;
        stream.Session = session;
        session.AddStream(stream.Id);
        Span<byte> header = stackalloc byte[WebTransportStreamHeader.MaxSize];
        new WebTransportStreamHeader(direction, session.Id).Encode(header, out int size);
        stream.SentHeaderSize = size;
        streams.Send(stream, header[..size], endStream: false);
        WebTransportMetrics.StreamOpened(direction, isLocal: true);
        return stream;
    }

    /// <summary>Sends as much data as flow control allows, and the end of the stream with the last of it.</summary>
    /// <returns>How many bytes were taken; 0 where the stream is not the session's or not open for sending.</returns>
    public int Send(SessionState session, long streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (Find(session, streamId) is not { IsSendDone: false } stream)
        {
            return 0;
        }

        int allowed = session.Credit.TakeData(data.Length, out bool blocked);
        if (blocked)
        {
            capsules.SendDataBlocked(session);
        }

        bool ends = endStream && allowed == data.Length;
        if (allowed > 0 || ends)
        {
            streams.Send(stream, data[..allowed], ends);
            WebTransportMetrics.DataSent(allowed);
        }

        if (ends)
        {
            Forget(stream);
        }

        return allowed;
    }

    /// <summary>Resets this side of a stream, where it is open.</summary>
    public void Reset(SessionState session, long streamId, uint code)
    {
        if (Find(session, streamId) is { IsSendDone: false } stream)
        {
            streams.ResetSending(stream, WebTransportErrorCode.FromApplicationCode(code));
            Forget(stream);
        }
    }

    /// <summary>Asks the peer to send no more on a stream, where it has not ended.</summary>
    public void Stop(SessionState session, long streamId, uint code)
    {
        if (Find(session, streamId) is { } stream)
        {
            streams.StopReceiving(stream, WebTransportErrorCode.FromApplicationCode(code));
        }
    }

    /// <summary>How many bytes more should be sent on a stream for now; 0 where it is not open for sending.</summary>
    public long GetRoom(SessionState session, long streamId)
        => Find(session, streamId) is { IsSendDone: false } stream ? streams.GetRoom(stream) : 0;

    /// <summary>Stops reading a stream, or goes on, where the peer may still send on it.</summary>
    public void SetReceiving(SessionState session, long streamId, bool isReceiving)
    {
        if (Find(session, streamId) is { IsReceiveDone: false } stream)
        {
            streams.SetReceiving(stream, isReceiving);
        }
    }

    /// <summary>Forgets a stream that is over on both sides, and gives the peer credit for another one where it was the peer's.</summary>
    public void Forget(QuicStreamState stream)
    {
        if (streams.TryForget(stream) && stream.Session is { } session && session.RemoveStream(stream.Id) && !stream.IsLocal)
        {
            session.Credit.ReturnStream(stream.Direction);
            capsules.GiveCredit(session);
        }
    }

    private QuicStreamState? Find(SessionState session, long streamId)
        => streams.Find(streamId) is { Use: QuicStreamUse.Data } stream && stream.Session == session ? stream : null;

    /// <summary>
    /// Counts data that the peer sent. "If an endpoint receives Stream Body data in excess of this limit, it MUST close the WebTransport
    /// session with a WT_FLOW_CONTROL_ERROR error code" (draft-ietf-webtrans-http3 §5.6.4).
    /// </summary>
    /// <returns>False where the session is over.</returns>
    private bool TryCount(SessionState session, long count)
    {
        if (session.Credit.TryReceiveData(count))
        {
            return true;
        }

        sessions.Fail(session, WebTransportProtocolError.DataLimitExceeded);
        return false;
    }

    private static uint? ToApplicationCode(long errorCode)
        => WebTransportErrorCode.TryGetApplicationCode(errorCode, out uint code) ? code : null;
}
