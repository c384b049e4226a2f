using System.Buffers;

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
public sealed partial class WebTransportConnection : IDisposable
{
    private readonly IQuicOutput _output;
    private readonly WebTransportSettings _local;
    private readonly Queue<WebTransportEvent> _events = new();
    private readonly Dictionary<long, QuicStreamState> _streams = [];
    private readonly Dictionary<long, WebTransportSession> _sessions = [];
    private readonly ArrayBufferWriter<byte> _scratch = new();

    private long _nextBidi;
    private long _nextUni;
    private bool _closed;

    /// <summary>Creates a connection and sends its SETTINGS.</summary>
    /// <param name="role">The side.</param>
    /// <param name="output">Where to put what is to be sent.</param>
    /// <param name="options">Settings and limits; the defaults where null.</param>
    public WebTransportConnection(WebTransportRole role, IQuicOutput output, WebTransportConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        Role = role;
        Options = options ?? new WebTransportConnectionOptions();
        _output = output;
        _local = CreateSettings(Options, output);
        _nextBidi = role == WebTransportRole.Client ? 0 : 1;
        _nextUni = role == WebTransportRole.Client ? 2 : 3;
        SendSettings();
    }

    /// <summary>The side.</summary>
    public WebTransportRole Role { get; }

    /// <summary>Settings and limits.</summary>
    public WebTransportConnectionOptions Options { get; }

    /// <summary>The negotiated dialect, or null before <see cref="WebTransportEventKind.Ready"/> and where there is no WebTransport.</summary>
    public WebTransportDialect? Dialect => _negotiation.Dialect;

    /// <summary>True where sessions have flow control.</summary>
    public bool HasFlowControl => _negotiation.FlowControl;

    /// <summary>The peer's settings, or null before they are there.</summary>
    public Http3Settings? PeerSettings { get; private set; }

    /// <summary>True when the connection is over, on either side.</summary>
    public bool IsClosed => _closed;

    /// <summary>The sessions that are requested or open, at this moment.</summary>
    public IReadOnlyList<WebTransportSession> Sessions => [.. _sessions.Values];

    /// <summary>The bytes that are held because they wait for a session or for SETTINGS.</summary>
    public int BufferedBytes { get; private set; }

    /// <summary>The QUIC streams that are known at the moment.</summary>
    public int StreamCount => _streams.Count;

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
            item.Session!.OnConsumed(item.Data.Length);
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
        if (!_closed && GetStream(streamId) is { IsReceiveDone: false } stream)
        {
            Dispatch(stream, data, endStream);
        }
    }

    /// <summary>The peer reset its side of a stream.</summary>
    /// <param name="streamId">The QUIC stream id.</param>
    /// <param name="errorCode">The code of RESET_STREAM.</param>
    /// <param name="finalSize">The final size of the stream in bytes, or -1 where the stack does not tell; flow control then counts what arrived.</param>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveReset(long streamId, long errorCode, long finalSize = -1)
    {
        ThrowIfUnread();
        if (!_closed && GetStream(streamId) is { IsReceiveDone: false } stream)
        {
            OnReset(stream, errorCode, finalSize);
        }
    }

    /// <summary>The peer sent STOP_SENDING for a stream.</summary>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveStopSending(long streamId, long errorCode)
    {
        ThrowIfUnread();
        if (!_closed && GetStream(streamId) is { IsSendDone: false } stream)
        {
            OnStopSending(stream, errorCode);
        }
    }

    /// <summary>The connection ended: the peer closed it, or the stack gave it up.</summary>
    /// <exception cref="InvalidOperationException">There are events that have not been read.</exception>
    public void ReceiveClose(long errorCode, string reason = "")
    {
        ThrowIfUnread();
        if (!_closed)
        {
            End(errorCode, reason, WebTransportProtocolError.None);
        }
    }

    /// <summary>Closes the connection at once. What was sent before may be lost; close the sessions first.</summary>
    /// <param name="errorCode">An HTTP/3 error code; H3_NO_ERROR for a graceful end.</param>
    /// <param name="reason">A text for a person.</param>
    public void Close(long errorCode = WebTransportErrorCode.NoError, string reason = "")
    {
        if (!_closed)
        {
            _output.Close(errorCode, reason);
            Release();
        }
    }

    /// <summary>Forgets everything and gives pooled memory back. Nothing is sent.</summary>
    public void Dispose() => Release();

    /// <summary>A violation of connection scope.</summary>
    internal void Fail(WebTransportProtocolError error)
    {
        if (_closed)
        {
            return;
        }

        long code = error.GetErrorCode();
        _output.Close(code, error.GetRule().Text);
        Enqueue(new WebTransportEvent(WebTransportEventKind.Violation) { Error = error, ErrorCode = code, Scope = WebTransportErrorScope.Connection });
        End(code, error.GetRule().Text, error);
    }

    internal void Enqueue(in WebTransportEvent item) => _events.Enqueue(item);

    private static WebTransportSettings CreateSettings(WebTransportConnectionOptions options, IQuicOutput output)
    {
        bool reliable = output.SupportsReliableReset || !options.RequireReliableReset;
        return options.Settings with
        {
            Dialects = [.. options.Settings.Dialects.Where(d => reliable || d != WebTransportDialect.Draft15)],
            MaxFieldSectionSize = options.MaxFieldSectionSize,
            H3Datagram = options.Settings.H3Datagram && (output.MaxDatagramSize > 0 || !options.RequireDatagrams),
        };
    }

    private void ThrowIfUnread()
    {
        if (_events.Count > 0)
        {
            throw new InvalidOperationException("There are events that have not been read.");
        }
    }

    private void End(long errorCode, string reason, WebTransportProtocolError error)
    {
        foreach (WebTransportSession session in _sessions.Values)
        {
            if (session.TryEnd())
            {
                Enqueue(new WebTransportEvent(WebTransportEventKind.SessionClosed, session) { ErrorCode = errorCode, Error = error });
            }
        }

        Enqueue(new WebTransportEvent(WebTransportEventKind.ConnectionClosed) { ErrorCode = errorCode, Error = error }.WithReason(reason));
        Release();
    }

    private void Release()
    {
        _closed = true;
        foreach (QuicStreamState stream in _streams.Values)
        {
            stream.Dispose();
        }

        foreach (WebTransportSession session in _sessions.Values)
        {
            session.TryEnd();
            session.Release();
        }

        _streams.Clear();
        _sessions.Clear();
        _waitingDatagrams.Clear();
        BufferedBytes = 0;
    }
}
