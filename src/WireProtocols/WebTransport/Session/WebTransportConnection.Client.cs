namespace WireProtocols.WebTransport;

/// <content>The client's side of a request: asking for a session, and the answer (draft-ietf-webtrans-http3 §3.2).</content>
public sealed partial class WebTransportConnection
{
    private static readonly Http3Field Draft02Request = new("sec-webtransport-http3-draft02", "1");

    /// <summary>Asks for a session. Its events follow: opened, rejected or closed.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="protocols">Application protocols to offer, most preferred first.</param>
    /// <param name="fields">More fields, for instance <c>origin</c>; names in lowercase.</param>
    /// <param name="requireProtocol">True to close the session where the server selects none of <paramref name="protocols"/>.</param>
    /// <returns>The session; streams may be opened and datagrams sent at once.</returns>
    /// <exception cref="InvalidOperationException">This is a server, or there is no WebTransport, or no further session is allowed.</exception>
    /// <exception cref="ArgumentException">A field has characters that no field may have.</exception>
    public WebTransportSession Connect(
        string authority, string path, IReadOnlyList<string>? protocols = null, IEnumerable<Http3Field>? fields = null, bool requireProtocol = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(authority);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ThrowIfNoFurtherSession();
        List<Http3Field> request =
        [
            new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", authority), new(":path", path),
            new(":protocol", Dialect!.Value.GetProtocolToken()),
        ];
        if (Dialect == WebTransportDialect.Draft02)
        {
            request.Add(Draft02Request);
        }

        if (protocols is { Count: > 0 })
        {
            request.Add(new(WebTransportProtocols.AvailableFieldName, WebTransportProtocols.FormatAvailable(protocols)));
        }

        request.AddRange(fields ?? []);
        WebTransportRequest parsed = Http3Messages.ParseRequest(request) ?? throw new ArgumentException("This is no request.", nameof(fields));
        _scratch.ResetWrittenCount();
        Http3FrameEncoder.WriteHeaders(request, _scratch);

        QuicStreamState stream = OpenLocal(unidirectional: false);
        WebTransportSession session = new(this, stream.Id, parsed) { RequiresProtocol = requireProtocol };
        Begin(stream, session);
        session.BeginCredit(_negotiation, PeerSettings!);
        _output.SendStream(stream.Id, _scratch.WrittenSpan, false);
        return session;
    }

    private void ThrowIfNoFurtherSession()
    {
        string? reason = Role == WebTransportRole.Server ? "A server does not ask for sessions."
            : _closed ? "The connection is closed."
            : Dialect is null ? "The server's SETTINGS have not come, or there is no WebTransport."
            : _peerGoAway != long.MaxValue ? "The server accepts no new sessions."
            : _sessions.Count >= _negotiation.MaxSessions ? "No further session is allowed at a time."
            : _streams.Count >= Options.MaxStreams ? "Too many streams are open."
            : null;
        if (reason is not null)
        {
            throw new InvalidOperationException(reason);
        }
    }

    private void Begin(QuicStreamState stream, WebTransportSession session)
    {
        stream.Use = QuicStreamUse.Request;
        stream.Session = session;
        stream.Frames = new Http3FrameDecoder(Http3StreamKind.Request, Options.MaxFieldSectionSize);
        _sessions.Add(stream.Id, session);
    }

    private void OnResponseHeaders(QuicStreamState stream, IReadOnlyList<Http3Field> fields)
    {
        WebTransportSession session = stream.Session!;
        if (!Http3Messages.TryParseResponse(fields, out int status))
        {
            AbortRequest(stream, WebTransportProtocolError.MalformedMessage);
        }
        else if (status is >= 200 and < 300)
        {
            OnAccepted(stream, session, status, fields);
        }
        else if (status >= 300)
        {
            // "The WebTransport client MUST NOT automatically follow such redirects" (§3.2): every other status is the end of it.
            Discard(stream, WebTransportErrorCode.RequestCancelled);
            EndSession(session);
            Enqueue(new WebTransportEvent(WebTransportEventKind.SessionRejected, session, stream.Id) { Status = status });
        }
    }

    private void OnAccepted(QuicStreamState stream, WebTransportSession session, int status, IReadOnlyList<Http3Field> fields)
    {
        // "HTTP status codes 204 (No Content), 205 (Reset Content), and 206 (Partial Content) MUST NOT be sent on responses that use the
        // Capsule Protocol" (RFC 9297 §3.2).
        if (status is 204 or 205 or 206 || !Http3Messages.SuitCapsules(fields))
        {
            AbortRequest(stream, WebTransportProtocolError.MalformedMessage);
            return;
        }

        string value = string.Join(", ", fields.Where(f => f.Name == WebTransportProtocols.SelectedFieldName).Select(f => f.Value));
        bool selected = WebTransportProtocols.TryParseSelected(value, out string? protocol);
        if (selected ? !session.Request.AvailableProtocols.Contains(protocol!) : session.RequiresProtocol)
        {
            Fail(session, WebTransportProtocolError.ProtocolNotNegotiated);
            return;
        }

        stream.Frames!.EnterTunnel();
        Enqueue(new WebTransportEvent(WebTransportEventKind.SessionOpened, session, stream.Id));
        Open(session, protocol);
    }
}
