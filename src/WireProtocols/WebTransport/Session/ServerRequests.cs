using System.Buffers;
using System.Globalization;

namespace WireProtocols.WebTransport;

/// <summary>A server's side of requests: which of them ask for a session, and the answers (draft-ietf-webtrans-http3 §3.2).</summary>
internal sealed class ServerRequests(ConnectionTerms terms, StreamTable streams, SessionTable sessions, SessionOpener opener)
{
    private static readonly Http3Field Draft02Response = new("sec-webtransport-http3-draft", "draft02");

    private readonly ArrayBufferWriter<byte> _scratch = new();

    /// <summary>The header section of a request.</summary>
    /// <returns>The session that it asks for, without a handle; null where it has been answered or ended.</returns>
    public SessionState? Receive(QuicStreamState stream, IReadOnlyList<Http3Field> fields)
    {
        if (Http3Messages.ParseRequest(fields) is not { } request)
        {
            Abort(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (request.Protocol is null)
        {
            // Nothing but WebTransport lives here.
            Refuse(stream, request.Method == "CONNECT" ? 405 : 404);
        }
        else if (terms.Dialect is not { } dialect || !terms.Local.EnableConnectProtocol)
        {
            // "If the server receives SETTINGS that do not have correct values for every required setting [...] the server MUST treat all
            // established and newly incoming WebTransport sessions as malformed" (draft-ietf-webtrans-http3 §3.1).
            Abort(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (request.Protocol != dialect.GetProtocolToken())
        {
            // RFC 9220 §3: a ":protocol" that is unknown or not supported SHOULD be answered with 501.
            Refuse(stream, 501);
        }
        else if (request.Scheme != "https" || request.Authority.Length == 0 || !Http3Messages.SuitCapsules(request.Fields))
        {
            Abort(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (sessions.Count >= terms.Negotiation.MaxSessions)
        {
            Abort(stream, WebTransportProtocolError.TooManySessions);
        }
        else
        {
            return Begin(stream, request);
        }

        return null;
    }

    /// <summary>Accepts a session with status 200.</summary>
    /// <exception cref="ArgumentException">The client did not offer the protocol, or a field is none that a response may have.</exception>
    public void Accept(SessionState session, string? protocol, IEnumerable<Http3Field>? fields)
    {
        if (protocol is not null && !session.Request.AvailableProtocols.Contains(protocol))
        {
            throw new ArgumentException("The protocol is none of those that the client offers.", nameof(protocol));
        }

        List<Http3Field> response = [new(":status", "200")];
        if (terms.Dialect == WebTransportDialect.Draft02)
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

        SendHeaders(streams.Find(session.Id)!, response, endStream: false);
        opener.Open(session, protocol);
    }

    /// <summary>Rejects a session with a status.</summary>
    public void Reject(SessionState session, int status)
    {
        Respond(streams.Find(session.Id)!, status);
        sessions.End(session, status.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Lets go of a CONNECT stream without another word. For a server that has not answered it means "the request was not processed in any
    /// way" (draft-ietf-webtrans-http3 §5.2). The caller ends the session.
    /// </summary>
    public void Refuse(SessionState session)
    {
        bool isUnanswered = session.IsPending && terms.Role == WebTransportRole.Server;
        if (streams.Find(session.Id) is { } stream)
        {
            streams.Discard(stream, isUnanswered ? WebTransportErrorCode.RequestRejected : WebTransportErrorCode.RequestCancelled);
        }
    }

    private void Abort(QuicStreamState stream, WebTransportProtocolError error)
    {
        WebTransportMetrics.HandshakeDone(terms.Role, error.ToString());
        streams.Abort(stream, error);
    }

    private void Refuse(QuicStreamState stream, int status)
    {
        WebTransportMetrics.Refused(terms.Role, status);
        Respond(stream, status);
    }

    private SessionState Begin(QuicStreamState stream, Http3Request request)
    {
        SessionState session = new(stream.Id, new WebTransportRequest(request));
        if (terms.Negotiation.FlowControl)
        {
            session.Credit.BeginSending(terms.Peer!);
        }

        stream.Session = session;
        stream.Frames!.EnterTunnel();
        sessions.Add(session);
        return session;
    }

    /// <summary>Sends a final response and reads no more of the request.</summary>
    private void Respond(QuicStreamState stream, int status)
    {
        SendHeaders(stream, [new(":status", status.ToString(CultureInfo.InvariantCulture))], endStream: true);
        streams.Discard(stream, WebTransportErrorCode.NoError);
    }

    private void SendHeaders(QuicStreamState stream, List<Http3Field> fields, bool endStream)
    {
        _scratch.ResetWrittenCount();
        Http3FrameEncoder.WriteHeaders(fields, _scratch);
        streams.Send(stream, _scratch.WrittenSpan, endStream);
    }
}
