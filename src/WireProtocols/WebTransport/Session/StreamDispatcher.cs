using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Gives what the stack received on a stream to the object that the stream's use names. An error that is returned is one of connection
/// scope; what ends a stream or a session alone has been dealt with.
/// </summary>
internal sealed class StreamDispatcher(
    StreamTable streams,
    StreamIdentifier identifier,
    WaitingRoom waiting,
    ControlStreamReader control,
    RequestStreams requests,
    SessionTable sessions,
    SessionStreams sessionStreams)
{
    /// <summary>Bytes, and the end of the stream where it ends with them.</summary>
    public WebTransportProtocolError Receive(long streamId, ReadOnlyMemory<byte> data, bool endStream)
    {
        if (!TryFind(streamId, out QuicStreamState? stream))
        {
            return WebTransportProtocolError.TooManyStreams;
        }

        if (stream is null or { IsReceiveDone: true })
        {
            return WebTransportProtocolError.None;
        }

        stream.IsReceiveDone = endStream;
        WebTransportProtocolError error = Dispatch(stream, data, endStream);
        sessionStreams.Forget(stream);
        return error;
    }

    /// <summary>The peer reset its side.</summary>
    public WebTransportProtocolError ReceiveReset(long streamId, long errorCode, long finalSize)
    {
        if (!TryFind(streamId, out QuicStreamState? stream))
        {
            return WebTransportProtocolError.TooManyStreams;
        }

        if (stream is null or { IsReceiveDone: true })
        {
            return WebTransportProtocolError.None;
        }

        stream.IsReceiveDone = true;
        WebTransportProtocolError error = DispatchReset(stream, errorCode, finalSize);
        sessionStreams.Forget(stream);
        return error;
    }

    /// <summary>The peer reads no more.</summary>
    public WebTransportProtocolError ReceiveStop(long streamId, long errorCode)
    {
        if (!TryFind(streamId, out QuicStreamState? stream))
        {
            return WebTransportProtocolError.TooManyStreams;
        }

        if (stream is null or { IsSendDone: true })
        {
            return WebTransportProtocolError.None;
        }

        if (stream.Use == QuicStreamUse.Control)
        {
            // "the receiver MUST NOT request that the sender close the control stream" (RFC 9114 §6.2.1).
            return WebTransportProtocolError.CriticalStreamClosed;
        }

        // "An endpoint that receives a STOP_SENDING frame MUST send a RESET_STREAM frame" (RFC 9000 §3.5); the code is copied.
        streams.ResetSending(stream, errorCode);
        if (stream.Use == QuicStreamUse.Data)
        {
            sessionStreams.ReceiveStop(stream, errorCode);
        }
        else if (stream.Use == QuicStreamUse.Request)
        {
            requests.ReceiveStop(stream, errorCode);
        }

        sessionStreams.Forget(stream);
        return WebTransportProtocolError.None;
    }

    /// <summary>There is room again for what this side sends.</summary>
    public void ReceiveWritable(long streamId)
    {
        if (streams.Find(streamId) is { Use: QuicStreamUse.Data, IsSendDone: false } stream)
        {
            sessionStreams.ReceiveRoom(stream);
        }
    }

    /// <summary>Finds a stream, a new one where the peer may have opened it.</summary>
    /// <param name="streamId">Its id.</param>
    /// <param name="stream">The stream; null where it is one of this side's own that is over, of which the stack may still have had
    /// something under way.</param>
    /// <returns>False where it is one more than the limit.</returns>
    private bool TryFind(long streamId, out QuicStreamState? stream)
    {
        stream = streams.Find(streamId);
        if (stream is not null || !streams.IsOfPeer(streamId))
        {
            return true;
        }

        if (!streams.HasRoom)
        {
            return false;
        }

        stream = streams.Add(streamId);
        return true;
    }

    private WebTransportProtocolError Dispatch(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        switch (stream.Use)
        {
            case QuicStreamUse.Data:
                sessionStreams.Receive(stream, data, endStream);
                break;
            case QuicStreamUse.Request:
                return requests.Receive(stream, data, endStream);
            case QuicStreamUse.Unknown:
                return Identify(stream, data, endStream);
            case QuicStreamUse.Waiting:
                Wait(stream, data.Span, endStream);
                break;
            case QuicStreamUse.Control:
                return ReceiveControl(stream, data.Span, endStream);
            case QuicStreamUse.QpackEncoder or QuicStreamUse.QpackDecoder:
                return stream.Qpack.Decode(data.Span, out _) == OperationStatus.InvalidData ? stream.Qpack.Error
                    : endStream ? WebTransportProtocolError.CriticalStreamClosed
                    : WebTransportProtocolError.None;
            default:
                break;
        }

        return WebTransportProtocolError.None;
    }

    private WebTransportProtocolError DispatchReset(QuicStreamState stream, long errorCode, long finalSize)
    {
        switch (stream.Use)
        {
            case QuicStreamUse.Control or QuicStreamUse.QpackEncoder or QuicStreamUse.QpackDecoder:
                return WebTransportProtocolError.CriticalStreamClosed;
            case QuicStreamUse.Request:
                requests.ReceiveReset(stream, errorCode);
                break;
            case QuicStreamUse.Waiting:
                stream.Waiting!.ResetByPeer(errorCode, finalSize);
                break;
            case QuicStreamUse.Data:
                sessionStreams.ReceiveReset(stream, errorCode, finalSize);
                break;
            default:
                // It was reset before it said what it is: the other side of a bidirectional one is of no use either.
                streams.Discard(stream, WebTransportErrorCode.RequestCancelled);
                break;
        }

        return WebTransportProtocolError.None;
    }

    private WebTransportProtocolError Identify(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        StreamIdentity identity = identifier.Identify(stream, data);
        switch (identity.Kind)
        {
            case StreamIdentityKind.Violation:
                return identity.Error;
            case StreamIdentityKind.Request:
                return requests.Begin(stream, identity.Data, endStream);
            case StreamIdentityKind.Data:
                BeginData(stream, identity, endStream);
                break;
            case StreamIdentityKind.WaitsForSettings:
                BeginWaiting(stream, WaitingStream.ForSettings, identity.Data.Span, endStream);
                break;
            case StreamIdentityKind.Unknown:
                // "The recipient MUST NOT consider unknown stream types to be a connection error of any kind" (RFC 9114 §6.2).
                streams.Discard(stream, WebTransportErrorCode.StreamCreationError);
                break;
            case StreamIdentityKind.Unfinished when endStream && !stream.IsUnidirectional:
                // "A receiver MUST tolerate unidirectional streams being closed or reset prior to the reception of the unidirectional
                // stream header" (RFC 9114 §6.2); a request, however, is incomplete.
                streams.Abort(stream, WebTransportProtocolError.RequestIncomplete);
                break;
            case StreamIdentityKind.Unfinished:
                break;
            default:
                BeginCritical(stream, identity.Kind);
                return Dispatch(stream, identity.Data, endStream);
        }

        return WebTransportProtocolError.None;
    }

    private static void BeginCritical(QuicStreamState stream, StreamIdentityKind kind)
    {
        stream.Qpack = new QpackStreamDecoder(fromEncoder: kind == StreamIdentityKind.QpackEncoder);
        stream.Use = kind switch
        {
            StreamIdentityKind.QpackEncoder => QuicStreamUse.QpackEncoder,
            StreamIdentityKind.QpackDecoder => QuicStreamUse.QpackDecoder,
            _ => QuicStreamUse.Control,
        };
    }

    private void BeginData(QuicStreamState stream, in StreamIdentity identity, bool endStream)
    {
        SessionState? session = sessions.Find(identity.SessionId);
        if (session is { IsOpen: true })
        {
            if (sessionStreams.TryAttach(session, stream))
            {
                sessionStreams.Receive(stream, identity.Data, endStream);
            }
        }
        else if (session is { IsPending: true } || (session is null && sessions.MayStillBegin(identity.SessionId)))
        {
            BeginWaiting(stream, identity.SessionId, identity.Data.Span, endStream);
        }
        else
        {
            sessions.RejectGone(stream);
        }
    }

    private void BeginWaiting(QuicStreamState stream, long sessionId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (waiting.FindSuperfluous() is { } oldest)
        {
            RejectWaiting(oldest);
        }

        waiting.Enter(stream, sessionId);
        Wait(stream, data, endStream);
    }

    private void Wait(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        if (!waiting.TryAppend(stream, data, endStream))
        {
            RejectWaiting(stream);
        }
    }

    /// <summary>
    /// "a stream MUST be closed by sending a RESET_STREAM and/or STOP_SENDING with the WT_BUFFERED_STREAM_REJECTED error code"
    /// (draft-ietf-webtrans-http3 §4.6).
    /// </summary>
    private void RejectWaiting(QuicStreamState stream)
    {
        waiting.Leave(stream).Dispose();
        streams.Abort(stream, WebTransportProtocolError.BufferedStreamRejected);
    }

    private WebTransportProtocolError ReceiveControl(QuicStreamState stream, ReadOnlySpan<byte> data, bool endStream)
    {
        WebTransportProtocolError error;
        bool settled;
        do
        {
            error = control.Receive(stream, ref data, endStream, out settled);
            if (settled && error == WebTransportProtocolError.None)
            {
                error = ReleaseWaitingForSettings();
            }
        }
        while (settled && error == WebTransportProtocolError.None);
        return error;
    }

    /// <summary>SETTINGS are there: what waited for them is looked at again, the oldest first.</summary>
    private WebTransportProtocolError ReleaseWaitingForSettings()
    {
        foreach (QuicStreamState stream in waiting.FindStreams(WaitingStream.ForSettings))
        {
            WaitingStream waited = waiting.Leave(stream);
            stream.Use = QuicStreamUse.Unknown;
            WebTransportProtocolError error = Dispatch(stream, waited.Take(), waited.HasEnded);
            if (error == WebTransportProtocolError.None && waited.Reset is (long errorCode, long finalSize))
            {
                error = DispatchReset(stream, errorCode, finalSize);
            }

            if (error != WebTransportProtocolError.None)
            {
                return error;
            }

            sessionStreams.Forget(stream);
        }

        return WebTransportProtocolError.None;
    }
}
