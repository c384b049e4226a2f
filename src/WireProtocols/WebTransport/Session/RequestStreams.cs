using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Request streams, those of sessions among them: takes their frames apart (RFC 9114 §4.1), and has header sections and what a tunnel
/// carries read by those who understand them. An error that is returned is one of connection scope; what ends a stream or a session alone
/// has been dealt with.
/// </summary>
internal sealed class RequestStreams(
    ConnectionTerms terms,
    StreamTable streams,
    SessionTable sessions,
    TunnelReader tunnel,
    ServerRequests server,
    ClientRequests client,
    SessionParts parts,
    Queue<WebTransportEvent> events)
{
    private long _highestId = -4;

    /// <summary>The id that no request has reached yet.</summary>
    public long NextId => _highestId + 4;

    /// <summary>A client's stream turns out to be a request.</summary>
    public WebTransportProtocolError Begin(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        _highestId = Math.Max(_highestId, stream.Id);
        if (stream.Id >= terms.FirstRejected || stream.IsSendDone)
        {
            // A peer that has stopped reading before it has asked gets no answer.
            streams.Discard(stream, WebTransportErrorCode.RequestRejected);
            return WebTransportProtocolError.None;
        }

        stream.Use = QuicStreamUse.Request;
        stream.Frames = new Http3FrameDecoder(Http3StreamKind.Request, terms.Options.MaxFieldSectionSize);
        return Receive(stream, data, endStream);
    }

    public WebTransportProtocolError Receive(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        Http3FrameDecoder frames = stream.Frames!;
        OperationStatus status;
        while ((status = frames.Decode(data.Span, out int consumed, out Http3Frame frame)) == OperationStatus.Done)
        {
            if (frame.Type != Http3FrameType.Data)
            {
                WebTransportProtocolError error = ReceiveHeaders(stream, frame);
                if (error != WebTransportProtocolError.None)
                {
                    return error;
                }
            }
            else if (stream.Session is { } session)
            {
                // The payload is what was consumed last.
                tunnel.Receive(session, data.Slice(consumed - frame.Payload.Length, frame.Payload.Length));
            }

            if (stream.Use != QuicStreamUse.Request)
            {
                return WebTransportProtocolError.None;
            }

            data = data[consumed..];
        }

        return status == OperationStatus.InvalidData ? frames.Error
            : endStream ? ReceiveEnd(stream, frames)
            : WebTransportProtocolError.None;
    }

    /// <summary>The peer reset its side.</summary>
    public void ReceiveReset(QuicStreamState stream, long errorCode)
    {
        if (stream.Session is { } session)
        {
            sessions.CutByPeer(session, errorCode);
        }

        streams.Discard(stream, WebTransportErrorCode.RequestCancelled);
    }

    /// <summary>The peer reads no more; this side has been reset in answer.</summary>
    public void ReceiveStop(QuicStreamState stream, long errorCode)
    {
        if (stream.Session is not { } session)
        {
            // The request has not come, or it was none for a session: there is no way left to answer it.
            streams.Discard(stream, WebTransportErrorCode.RequestCancelled);
            return;
        }

        session.StopCode = errorCode;
        if (session.IsOpen)
        {
            sessions.AwaitLastWord(session);
        }
        else if (terms.Role == WebTransportRole.Server)
        {
            // There is no way left to answer the request.
            sessions.CutByPeer(session, errorCode);
        }

        // A client's request may have been answered with a status all the same: "Clients MUST NOT discard complete responses as a result of
        // having their request terminated abruptly" (RFC 9114 §4.1).
    }

    private WebTransportProtocolError ReceiveHeaders(QuicStreamState stream, in Http3Frame frame)
    {
        if (frame.Type == Http3FrameType.PushPromise)
        {
            // "A client MUST treat receipt of a PUSH_PROMISE frame that contains a larger push ID than the client has advertised as a
            // connection error of H3_ID_ERROR"; a server must not receive one at all (RFC 9114 §7.2.5).
            return terms.Role == WebTransportRole.Server ? WebTransportProtocolError.FrameUnexpected : WebTransportProtocolError.InvalidId;
        }

        OperationStatus status = QpackDecoder.Decode(
            frame.Payload, terms.Options.MaxFieldSectionSize, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out _);
        if (status != OperationStatus.Done)
        {
            if (error.GetScope() == WebTransportErrorScope.Connection)
            {
                return error;
            }

            Abort(stream, error);
        }
        else if (terms.Role == WebTransportRole.Client)
        {
            client.Receive(stream, fields);
        }
        else if (stream.Session is not null)
        {
            Abort(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (server.Receive(stream, fields) is { } session)
        {
            session.Handle = new ActiveSession(session, parts);
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionRequested, session.Handle, stream.Id));
        }

        return WebTransportProtocolError.None;
    }

    private WebTransportProtocolError ReceiveEnd(QuicStreamState stream, Http3FrameDecoder frames)
    {
        if (frames.Complete() != OperationStatus.Done)
        {
            // "When a stream terminates cleanly, if the last frame on the stream was truncated, this MUST be treated as a connection error
            // of type H3_FRAME_ERROR" (RFC 9114 §7.1).
            return WebTransportProtocolError.FrameTruncated;
        }

        if (stream.Session is not { } session)
        {
            streams.Abort(stream, WebTransportProtocolError.RequestIncomplete);
        }
        else if (session.IsPending && terms.Role == WebTransportRole.Client)
        {
            // The server has finished without a response.
            sessions.Fail(session, WebTransportProtocolError.MalformedMessage);
        }
        else
        {
            tunnel.ReceiveEnd(session);
        }

        return WebTransportProtocolError.None;
    }

    /// <summary>A violation on a request stream, whether there is a session on it yet or not.</summary>
    private void Abort(QuicStreamState stream, WebTransportProtocolError error)
    {
        if (stream.Session is { } session)
        {
            sessions.Fail(session, error);
        }
        else
        {
            streams.Abort(stream, error);
        }
    }
}
