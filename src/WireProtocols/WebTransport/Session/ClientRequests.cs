using System.Buffers;
using System.Globalization;

namespace WireProtocols.WebTransport;

/// <summary>A client's side of requests: asking for a session, and the answer (draft-ietf-webtrans-http3 §3.2).</summary>
internal sealed class ClientRequests(
    ConnectionTerms terms, StreamTable streams, SessionTable sessions, SessionOpener opener, Queue<WebTransportEvent> events)
{
    private static readonly Http3Field Draft02Request = new("sec-webtransport-http3-draft02", "1");

    private readonly ArrayBufferWriter<byte> _scratch = new();

    /// <summary>Sends the request for a session.</summary>
    /// <returns>The session, without a handle.</returns>
    /// <exception cref="InvalidOperationException">No session can be asked for now.</exception>
    /// <exception cref="ArgumentException">A field has characters that no field may have.</exception>
    public SessionState Connect(string authority, string path, IReadOnlyList<string> protocols, IEnumerable<Http3Field> fields, bool requireProtocol)
    {
        ThrowIfNoFurtherSession();
        List<Http3Field> request = CreateRequest(authority, path, protocols, fields);
        Http3Request parsed = Http3Messages.ParseRequest(request) ?? throw new ArgumentException("This is no request.", nameof(fields));
        _scratch.ResetWrittenCount();
        Http3FrameEncoder.WriteHeaders(request, _scratch);

        QuicStreamState stream = streams.Open(WebTransportStreamDirection.Bidirectional);
        SessionState session = new(stream.Id, new WebTransportRequest(parsed)) { RequiresProtocol = requireProtocol };
        if (terms.Negotiation.FlowControl)
        {
            // Before the response a client keeps to the server's SETTINGS already.
            session.Credit.BeginSending(terms.Peer!);
        }

        stream.Use = QuicStreamUse.Request;
        stream.Session = session;
        stream.Frames = new Http3FrameDecoder(Http3StreamKind.Request, terms.Options.MaxFieldSectionSize);
        sessions.Add(session);
        streams.Send(stream, _scratch.WrittenSpan, endStream: false);
        return session;
    }

    /// <summary>The header section of a response.</summary>
    public void Receive(QuicStreamState stream, IReadOnlyList<Http3Field> fields)
    {
        SessionState session = stream.Session!;
        if (session.IsClosed)
        {
            // The application has closed it without waiting for the answer.
            return;
        }

        if (!Http3Messages.TryParseResponse(fields, out int status))
        {
            sessions.Fail(session, WebTransportProtocolError.MalformedMessage);
        }
        else if (status is >= 200 and < 300)
        {
            OnAccepted(stream, session, status, fields);
        }
        else if (status >= 300)
        {
            // "The WebTransport client MUST NOT automatically follow such redirects"
            // (draft-ietf-webtrans-http3 §3.2): every other status is the end of it.
            streams.Discard(stream, WebTransportErrorCode.RequestCancelled);
            sessions.End(session, status.ToString(CultureInfo.InvariantCulture));
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionRejected, session.Handle, stream.Id) { Status = status });
        }
    }

    private List<Http3Field> CreateRequest(string authority, string path, IReadOnlyList<string> protocols, IEnumerable<Http3Field> fields)
    {
        WebTransportDialect dialect = terms.Dialect!.Value;
        List<Http3Field> request =
        [
            new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", authority), new(":path", path),
            new(":protocol", dialect.GetProtocolToken()),
        ];
        if (dialect == WebTransportDialect.Draft02)
        {
            request.Add(Draft02Request);
        }

        if (protocols.Count > 0)
        {
            request.Add(new(WebTransportProtocols.AvailableFieldName, WebTransportProtocols.FormatAvailable(protocols)));
        }

        request.AddRange(fields);
        return request;
    }

    private void ThrowIfNoFurtherSession()
    {
        string? reason = terms.Role == WebTransportRole.Server ? "A server does not ask for sessions."
            : terms.Dialect is null ? "The server's SETTINGS have not come, or there is no WebTransport."
            : terms.PeerGoAway != long.MaxValue ? "The server accepts no new sessions."
            : sessions.Count >= terms.Negotiation.MaxSessions ? "No further session is allowed at a time."
            : !streams.HasRoom ? "Too many streams are open, or the connection is closed."
            : null;
        if (reason is not null)
        {
            throw new InvalidOperationException(reason);
        }
    }

    private void OnAccepted(QuicStreamState stream, SessionState session, int status, IReadOnlyList<Http3Field> fields)
    {
        // "HTTP status codes 204 (No Content), 205 (Reset Content), and 206 (Partial Content) MUST NOT be sent on responses that use the
        // Capsule Protocol" (RFC 9297 §3.2).
        if (status is 204 or 205 or 206 || !Http3Messages.SuitCapsules(fields))
        {
            sessions.Fail(session, WebTransportProtocolError.MalformedMessage);
            return;
        }

        string value = string.Join(", ", fields.Where(f => f.Name == WebTransportProtocols.SelectedFieldName).Select(f => f.Value));
        bool selected = WebTransportProtocols.TryParseSelected(value, out string? protocol);
        if (selected ? !session.Request.AvailableProtocols.Contains(protocol!) : session.RequiresProtocol)
        {
            sessions.Fail(session, WebTransportProtocolError.ProtocolNotNegotiated);
            return;
        }

        stream.Frames!.EnterTunnel();
        events.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionOpened, session.Handle, stream.Id));
        opener.Open(session, protocol);
        if (session is { IsOpen: true, StopCode: not null })
        {
            // The server has stopped reading before its answer came: it has accepted the session and closed it.
            sessions.AwaitLastWord(session);
        }
    }
}
