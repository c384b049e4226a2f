namespace WireProtocols.WebTransport;

/// <content>Streams: what each one is, and what becomes of it.</content>
public sealed partial class WebTransportConnection
{
    /// <summary>Streams of the peer that wait, oldest first.</summary>
    private readonly List<QuicStreamState> _waiting = [];

    /// <returns>The stream, new where the peer may have opened it; null where nothing is to be done about it.</returns>
    private QuicStreamState? GetStream(long streamId)
    {
        if (_streams.TryGetValue(streamId, out QuicStreamState? known))
        {
            return known;
        }

        bool fromClient = (streamId & 1) == 0;
        if (streamId < 0 || fromClient == (Role == WebTransportRole.Client))
        {
            // One of our own that is over: the stack may still have had something of it under way.
            return null;
        }

        if (_streams.Count >= Options.MaxStreams)
        {
            Fail(WebTransportProtocolError.TooManyStreams);
            return null;
        }

        QuicStreamState stream = new(streamId, isLocal: false);
        _streams.Add(streamId, stream);
        return stream;
    }

    private QuicStreamState OpenLocal(bool unidirectional)
    {
        ref long next = ref unidirectional ? ref _nextUni : ref _nextBidi;
        QuicStreamState stream = new(next, isLocal: true);
        next += 4;
        _streams.Add(stream.Id, stream);
        return stream;
    }

    private void Dispatch(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        stream.IsReceiveDone |= endStream;
        switch (stream.Use)
        {
            case QuicStreamUse.Unknown:
                Identify(stream, data, endStream);
                break;
            case QuicStreamUse.Waiting:
                Wait(stream, data.Span, endStream);
                break;
            case QuicStreamUse.Control:
                OnControl(stream, data.Span, endStream);
                break;
            case QuicStreamUse.QpackEncoder or QuicStreamUse.QpackDecoder:
                OnQpack(stream, data.Span, endStream);
                break;
            case QuicStreamUse.Request:
                OnRequest(stream, data, endStream);
                break;
            case QuicStreamUse.Data:
                OnData(stream, data, endStream);
                break;
            default:
                break;
        }

        RemoveIfDone(stream);
    }

    private void OnReset(QuicStreamState stream, long errorCode, long finalSize)
    {
        stream.IsReceiveDone = true;
        switch (stream.Use)
        {
            case QuicStreamUse.Control or QuicStreamUse.QpackEncoder or QuicStreamUse.QpackDecoder:
                Fail(WebTransportProtocolError.CriticalStreamClosed);
                break;
            case QuicStreamUse.Request:
                OnRequestReset(stream, errorCode);
                break;
            case QuicStreamUse.Waiting:
                stream.PendingEnd = true;
                stream.PendingReset = errorCode;
                stream.PendingFinalSize = finalSize;
                break;
            case QuicStreamUse.Data:
                OnDataReset(stream, errorCode, finalSize);
                break;
            default:
                // It was reset before it said what it is: the other side of a bidirectional one is of no use either.
                Discard(stream, WebTransportErrorCode.RequestCancelled);
                break;
        }

        RemoveIfDone(stream);
    }

    private void OnStopSending(QuicStreamState stream, long errorCode)
    {
        if (stream.Use == QuicStreamUse.Control)
        {
            // "the receiver MUST NOT request that the sender close the control stream" (RFC 9114 §6.2.1).
            Fail(WebTransportProtocolError.CriticalStreamClosed);
            return;
        }

        // "An endpoint that receives a STOP_SENDING frame MUST send a RESET_STREAM frame" (RFC 9000 §3.5); the code is copied.
        ResetSending(stream, errorCode);
        if (stream.Use == QuicStreamUse.Data)
        {
            Enqueue(new WebTransportEvent(WebTransportEventKind.StreamStopped, stream.Session, stream.Id) { ErrorCode = errorCode, Code = ToApplicationCode(errorCode) });
        }
        else if (stream.Session is { } session)
        {
            // The CONNECT stream is closed abruptly: the session is over (§6).
            CloseByPeer(session, errorCode);
        }

        RemoveIfDone(stream);
    }

    /// <summary>A violation of stream scope: both sides of the stream end with its code.</summary>
    private void Abort(QuicStreamState stream, WebTransportProtocolError error)
    {
        long code = error.GetErrorCode();
        Discard(stream, code);
        Enqueue(new WebTransportEvent(WebTransportEventKind.Violation, null, stream.Id) { Error = error, ErrorCode = code, Scope = WebTransportErrorScope.Stream });
        RemoveIfDone(stream);
    }

    /// <summary>Ends both sides of a stream; what still arrives is thrown away.</summary>
    private void Discard(QuicStreamState stream, long errorCode)
    {
        stream.Use = QuicStreamUse.Discarded;
        stream.Pending.Release();
        if (_closed)
        {
            return;
        }

        ResetSending(stream, errorCode);
        if (!stream.IsReceiveDone)
        {
            _output.StopSending(stream.Id, errorCode);
        }
    }

    private void ResetSending(QuicStreamState stream, long errorCode)
    {
        if (!stream.IsSendDone)
        {
            // "WebTransport implementations MUST use the RESET_STREAM_AT frame with a Reliable Size set to at least the size of the
            // WebTransport header when resetting a WebTransport data stream" (§4.4).
            _output.ResetStream(stream.Id, errorCode, stream.SentHeaderSize);
            stream.IsSendDone = true;
        }
    }

    private void RemoveIfDone(QuicStreamState stream)
    {
        if (stream.IsReceiveDone && stream.IsSendDone && stream.Use != QuicStreamUse.Waiting && _streams.Remove(stream.Id))
        {
            stream.Dispose();
            stream.Session?.OnStreamEnded(stream);
        }
    }

    private static uint? ToApplicationCode(long errorCode)
        => WebTransportErrorCode.TryGetApplicationCode(errorCode, out uint code) ? code : null;
}
