using System.Buffers;
using System.Globalization;

namespace WireProtocols.WebTransport;

/// <content>Requests and responses: how sessions begin and end (draft-ietf-webtrans-http3 §3.2, §6).</content>
public sealed partial class WebTransportConnection
{
    private static readonly Http3Field Draft02Response = new("sec-webtransport-http3-draft", "draft02");

    internal void Accept(WebTransportSession session, string? protocol, IEnumerable<Http3Field>? fields)
    {
        if (protocol is not null && !session.Request.AvailableProtocols.Contains(protocol))
        {
            throw new ArgumentException("The protocol is none of those that the client offers.", nameof(protocol));
        }

        List<Http3Field> response = [new(":status", "200")];
        if (Dialect == WebTransportDialect.Draft02)
        {
            response.Add(Draft02Response);
        }

        if (protocol is not null)
        {
            response.Add(new(WebTransportProtocols.SelectedFieldName, WebTransportProtocols.FormatSelected(protocol)));
        }

        response.AddRange(fields ?? []);
        if (!Http3Messages.TryParseResponse(response, out _) || !Http3Messages.SuitCapsules(response))
        {
            throw new ArgumentException("This is no response that accepts a session.", nameof(fields));
        }

        SendHeaders(session.Id, response, endStream: false);
        Open(session, protocol);
    }

    internal void Reject(WebTransportSession session, int status)
    {
        Respond(_streams[session.Id], status);
        EndSession(session);
    }

    /// <summary>Refuses a request without an answer: "the request was not processed in any way" (draft-ietf-webtrans-http3 §5.2).</summary>
    internal void Refuse(WebTransportSession session)
    {
        Discard(_streams[session.Id], WebTransportErrorCode.RequestRejected);
        EndSession(session);
    }

    /// <summary>Sends a final response and reads no more of the request.</summary>
    private void Respond(QuicStreamState stream, int status)
    {
        SendHeaders(stream.Id, [new(":status", status.ToString(CultureInfo.InvariantCulture))], endStream: true);
        stream.IsSendDone = true;
        Discard(stream, WebTransportErrorCode.NoError);
    }

    private void SendHeaders(long streamId, List<Http3Field> fields, bool endStream)
    {
        _scratch.ResetWrittenCount();
        Http3FrameEncoder.WriteHeaders(fields, _scratch);
        _output.SendStream(streamId, _scratch.WrittenSpan, endStream);
    }

    private void BeginRequest(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        _highestRequest = Math.Max(_highestRequest, stream.Id);
        if (stream.Id >= _localGoAway)
        {
            Discard(stream, WebTransportErrorCode.RequestRejected);
            return;
        }

        stream.Use = QuicStreamUse.Request;
        stream.Frames = new Http3FrameDecoder(Http3StreamKind.Request, Options.MaxFieldSectionSize);
        OnRequest(stream, data, endStream);
    }

    private void OnRequest(QuicStreamState stream, ReadOnlyMemory<byte> data, bool endStream)
    {
        Http3FrameDecoder frames = stream.Frames!;
        OperationStatus status = OperationStatus.NeedMoreData;
        while (!_closed && stream.Use == QuicStreamUse.Request
            && (status = frames.Decode(data.Span, out int consumed, out Http3Frame frame)) == OperationStatus.Done)
        {
            if (frame.Type == Http3FrameType.Data)
            {
                // The payload is what was consumed last.
                OnTunnelData(stream, data.Slice(consumed - frame.Payload.Length, frame.Payload.Length));
            }
            else
            {
                OnHeaders(stream, frame);
            }

            data = data[consumed..];
        }

        if (_closed || stream.Use != QuicStreamUse.Request)
        {
            return;
        }

        if (status == OperationStatus.InvalidData)
        {
            Fail(frames.Error);
        }
        else if (endStream)
        {
            OnRequestEnd(stream, frames);
        }
    }

    private void OnHeaders(QuicStreamState stream, in Http3Frame frame)
    {
        if (frame.Type == Http3FrameType.PushPromise)
        {
            // "A client MUST treat receipt of a PUSH_PROMISE frame that contains a larger push ID than the client has advertised as a
            // connection error of H3_ID_ERROR"; a server must not receive one at all (RFC 9114 §7.2.5).
            Fail(Role == WebTransportRole.Server ? WebTransportProtocolError.FrameUnexpected : WebTransportProtocolError.InvalidId);
            return;
        }

        OperationStatus status = QpackDecoder.Decode(frame.Payload, Options.MaxFieldSectionSize, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out _);
        if (status != OperationStatus.Done)
        {
            if (error.GetScope() == WebTransportErrorScope.Connection)
            {
                Fail(error);
            }
            else
            {
                AbortRequest(stream, error);
            }
        }
        else if (Role == WebTransportRole.Server)
        {
            OnRequestHeaders(stream, fields);
        }
        else
        {
            OnResponseHeaders(stream, fields);
        }
    }

    private void OnRequestHeaders(QuicStreamState stream, IReadOnlyList<Http3Field> fields)
    {
        if (stream.Session is not null || Http3Messages.ParseRequest(fields) is not { } request)
        {
            AbortRequest(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (request.Protocol is null)
        {
            // Nothing but WebTransport lives here.
            Respond(stream, request.Method == "CONNECT" ? 405 : 404);
        }
        else if (Dialect is not { } dialect || !_local.EnableConnectProtocol)
        {
            // "If the server receives SETTINGS that do not have correct values for every required setting [...] the server MUST treat all
            // established and newly incoming WebTransport sessions as malformed" (§3.1).
            AbortRequest(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (request.Protocol != dialect.GetProtocolToken())
        {
            // RFC 9220 §3: a ":protocol" that is unknown or not supported SHOULD be answered with 501.
            Respond(stream, 501);
        }
        else if (request.Scheme != "https" || request.Authority.Length == 0 || !Http3Messages.SuitCapsules(request.Fields))
        {
            AbortRequest(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (_sessions.Count >= _negotiation.MaxSessions)
        {
            AbortRequest(stream, WebTransportProtocolError.TooManySessions);
        }
        else
        {
            Request(stream, request);
        }
    }

    private void Request(QuicStreamState stream, WebTransportRequest request)
    {
        WebTransportSession session = new(this, stream.Id, request);
        stream.Session = session;
        stream.Frames!.EnterTunnel();
        _sessions.Add(stream.Id, session);
        Enqueue(new WebTransportEvent(WebTransportEventKind.SessionRequested, session, stream.Id));
    }

    private void Open(WebTransportSession session, string? protocol)
    {
        session.Open(protocol, _negotiation, _local, PeerSettings!);
        ReleaseWaiting(session);
        session.ProcessEarly();
    }

    /// <summary>A violation on a request stream, whether there is a session on it yet or not.</summary>
    private void AbortRequest(QuicStreamState stream, WebTransportProtocolError error)
    {
        if (stream.Session is { } session)
        {
            Fail(session, error);
        }
        else
        {
            Abort(stream, error);
        }
    }

    private void OnRequestEnd(QuicStreamState stream, Http3FrameDecoder frames)
    {
        if (frames.Complete() != OperationStatus.Done)
        {
            // "When a stream terminates cleanly, if the last frame on the stream was truncated, this MUST be treated as a connection error
            // of type H3_FRAME_ERROR" (RFC 9114 §7.1).
            Fail(WebTransportProtocolError.FrameTruncated);
        }
        else if (stream.Session is null)
        {
            AbortRequest(stream, WebTransportProtocolError.RequestIncomplete);
        }
        else
        {
            stream.Session.OnTunnelEnd();
        }
    }

    private void OnRequestReset(QuicStreamState stream, long errorCode)
    {
        if (stream.Session is { } session)
        {
            CloseByPeer(session, errorCode);
        }

        Discard(stream, WebTransportErrorCode.RequestCancelled);
    }

    private static void OnTunnelData(QuicStreamState stream, ReadOnlyMemory<byte> data)
        => stream.Session?.OnTunnelData(data);
}
