namespace WireProtocols.WebTransport;

/// <summary>
/// One side of an HTTP/3 connection that carries WebTransport sessions (draft-ietf-webtrans-http3), without any input or output of its
/// own: feed it what the QUIC stack received, read the events that it amounts to, and it writes what is to be sent to an
/// <see cref="IQuicOutput"/>. It understands every <see cref="WebTransportDialect"/>.
/// </summary>
/// <remarks>
/// Not thread-safe. After each <c>Receive…</c> the events have to be read with <see cref="TryRead"/> until there are none; their data is a
/// slice of what was fed.
/// </remarks>
public sealed class WebTransportConnection : IDisposable
{
    // Each object knows those that were made before it, and answers to the one that calls it.
    private readonly Queue<WebTransportEvent> _events = new();
    private readonly IQuicOutput _output;
    private readonly ConnectionTerms _terms;
    private readonly StreamTable _streams;
    private readonly WaitingRoom _waiting;
    private readonly SessionTable _sessions;
    private readonly SessionDatagrams _datagrams;
    private readonly SessionParts _parts;
    private readonly ClientRequests _client;
    private readonly RequestStreams _requests;
    private readonly StreamDispatcher _dispatcher;
    private readonly ControlStreamWriter _control;

    /// <summary>Creates a connection and sends its SETTINGS.</summary>
    /// <param name="role">The side.</param>
    /// <param name="output">Where to put what is to be sent.</param>
    /// <param name="options">Settings and limits; the defaults where null.</param>
    public WebTransportConnection(WebTransportRole role, IQuicOutput output, WebTransportConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        Options = options ?? new WebTransportConnectionOptions();
        _output = output;
        _terms = new ConnectionTerms(role, Options, CreateSettings(Options, output));
        _streams = new StreamTable(role, output, Options.MaxStreams, _events);
        _waiting = new WaitingRoom(Options);
        SessionCapsules capsules = new(_streams);
        _sessions = new SessionTable(_terms, _streams, _waiting, capsules, _events);
        SessionStreams sessionStreams = new(_streams, _sessions, capsules, _events);
        TunnelReader tunnel = new(_sessions, _waiting, Options.MaxDatagramSize, _events);
        SessionOpener opener = new(_terms, sessionStreams, capsules, tunnel, _waiting, _events);
        ServerRequests server = new(_terms, _streams, _sessions, opener);
        _client = new ClientRequests(_terms, _streams, _sessions, opener, _events);
        _datagrams = new SessionDatagrams(output, _sessions, _waiting, _events);
        _parts = new SessionParts(_terms, _sessions, sessionStreams, _datagrams, capsules, server);
        _requests = new RequestStreams(_terms, _streams, _sessions, tunnel, server, _client, _parts, _events);
        _dispatcher = new StreamDispatcher(
            _streams, new StreamIdentifier(_terms), _waiting, new ControlStreamReader(_terms, _events), _requests, _sessions, sessionStreams);
        _control = new ControlStreamWriter(_terms, _streams);
    }

    /// <summary>The side.</summary>
    public WebTransportRole Role => _terms.Role;

    /// <summary>Settings and limits.</summary>
    public WebTransportConnectionOptions Options { get; }

    /// <summary>The negotiated dialect, or null before <see cref="WebTransportEventKind.Ready"/> and where there is no WebTransport.</summary>
    public WebTransportDialect? Dialect => _terms.Dialect;

    /// <summary>True where sessions have flow control.</summary>
    public bool HasFlowControl => _terms.Negotiation.FlowControl;

    /// <summary>The peer's settings, or null before they are there.</summary>
    public Http3Settings? PeerSettings => _terms.Peer;

    /// <summary>True when the connection is over, on either side.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The sessions that are requested or open, at this moment.</summary>
    public IReadOnlyList<WebTransportSession> Sessions => _sessions.Handles;

    /// <summary>The bytes that are held because they wait for a session or for SETTINGS.</summary>
    public int BufferedBytes => _waiting.BufferedBytes;

    /// <summary>The QUIC streams that are known at the moment.</summary>
    public int StreamCount => _streams.Count;

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
        SessionState session = _client.Connect(authority, path, protocols ?? [], fields ?? [], requireProtocol);
        return session.Handle = new ActiveSession(session, _parts);
    }

    /// <summary>
    /// Tells the peer that new sessions are not accepted any more (RFC 9114 §5.2); those there are go on. Drain or close them next.
    /// </summary>
    public void GoAway()
    {
        if (!IsClosed)
        {
            _control.GoAway(_requests.NextId);
        }
    }

    /// <summary>Reads the next event.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryRead(out WebTransportEvent item)
    {
        if (!_events.TryDequeue(out item))
        {
            return false;
        }

        if (item.Kind == WebTransportEventKind.StreamData)
        {
            item.Session!.OnDataRead(item.Data.Length);
        }

        return true;
    }

    /// <summary>The stack received bytes of a stream, in order.</summary>
    /// <param name="streamId">The QUIC stream id.</param>
    /// <param name="data">The bytes; they have to stay as they are until the events have been read.</param>
    /// <param name="endStream">True where the peer has finished the stream with them.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveStream(long streamId, ReadOnlyMemory<byte> data, bool endStream)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            EndIfBroken(_dispatcher.Receive(streamId, data, endStream));
        }
    }

    /// <summary>The peer reset its side of a stream.</summary>
    /// <param name="streamId">The QUIC stream id.</param>
    /// <param name="errorCode">The code of RESET_STREAM.</param>
    /// <param name="finalSize">The final size of the stream in bytes, or -1 where
    /// the stack does not tell; flow control then counts what arrived.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveReset(long streamId, long errorCode, long finalSize = -1)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            EndIfBroken(_dispatcher.ReceiveReset(streamId, errorCode, finalSize));
        }
    }

    /// <summary>The peer sent STOP_SENDING for a stream.</summary>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveStopSending(long streamId, long errorCode)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            EndIfBroken(_dispatcher.ReceiveStop(streamId, errorCode));
        }
    }

    /// <summary>The stack received a QUIC DATAGRAM frame.</summary>
    /// <param name="datagram">Its payload; it has to stay as it is until the events have been read.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveDatagram(ReadOnlyMemory<byte> datagram)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            EndIfBroken(_datagrams.Receive(datagram));
        }
    }

    /// <summary>There is room again on a stream that had none.</summary>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveWritable(long streamId)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            _dispatcher.ReceiveWritable(streamId);
        }
    }

    /// <summary>The connection ended: the peer closed it, or the stack gave it up.</summary>
    /// <param name="errorCode">An HTTP/3 error code.</param>
    /// <param name="reason">A text for a person.</param>
    /// <param name="cause">Why, or null where it is not known.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveClose(long errorCode, string reason = "", QuicCloseCause? cause = null)
    {
        ThrowIfUnread();
        if (!IsClosed)
        {
            End(errorCode, reason, WebTransportProtocolError.None, cause);
        }
    }

    /// <summary>
    /// Closes the connection at once. What was sent before may be lost; close the sessions first. Events of the end of each session and of
    /// the connection follow.
    /// </summary>
    /// <param name="errorCode">An HTTP/3 error code; H3_NO_ERROR for a graceful end.</param>
    /// <param name="reason">A text for a person.</param>
    public void Close(long errorCode = WebTransportErrorCode.NoError, string reason = "")
    {
        if (!IsClosed)
        {
            _output.Close(errorCode, reason);
            End(errorCode, reason, WebTransportProtocolError.None);
        }
    }

    /// <summary>Forgets everything and gives pooled memory back. Nothing is sent.</summary>
    public void Dispose()
    {
        IsClosed = true;
        _sessions.Clear();
        _waiting.Clear();
        _streams.Close();
    }

    private static WebTransportSettings CreateSettings(WebTransportConnectionOptions options, IQuicOutput output)
    {
        bool reliable = output.SupportsReliableReset || !options.RequireReliableReset;
        return options.Settings with
        {
            Dialects = [.. options.Settings.Dialects.Where(d => reliable || d != WebTransportDialect.Draft15)],
            MaxFieldSectionSize = options.MaxFieldSectionSize,

            // It promises QUIC datagrams (RFC 9297 §2.1.1), so it is not said without them, unless that is asked for by name.
            H3Datagram = options.Settings.H3Datagram
                && (output.MaxDatagramSize > 0 || options is { RequireDatagrams: false, AnnounceMissingDatagrams: true }),
        };
    }

    private void ThrowIfUnread()
    {
        if (_events.Count > 0)
        {
            throw new InvalidOperationException("There are events that have not been read.");
        }
    }

    private void EndIfBroken(WebTransportProtocolError error)
    {
        if (error != WebTransportProtocolError.None)
        {
            EndBroken(error);
        }
    }

    /// <summary>The peer has broken a rule of connection scope: closes the connection.</summary>
    private void EndBroken(WebTransportProtocolError error)
    {
        long code = error.GetErrorCode();
        string text = error.GetRule().Text;
        WebTransportMetrics.Violated(error, WebTransportErrorScope.Connection);
        _output.Close(code, text);
        _events.Enqueue(new WebTransportEvent(WebTransportEventKind.Violation)
        {
            Error = error,
            ErrorCode = code,
            Scope = WebTransportErrorScope.Connection,
        });
        End(code, text, error);
    }

    private void End(long errorCode, string reason, WebTransportProtocolError error, QuicCloseCause? cause = null)
    {
        _sessions.EndAll(errorCode, error);
        WebTransportEvent closed = new(WebTransportEventKind.ConnectionClosed) { ErrorCode = errorCode, Error = error, Cause = cause };
        _events.Enqueue(closed.WithReason(reason));
        Dispose();
    }
}
