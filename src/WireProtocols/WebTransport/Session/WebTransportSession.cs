using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// A session (draft-ietf-webtrans-http3 §2.2): streams and datagrams that belong to one CONNECT stream. What the peer does comes as events
/// of its <see cref="WebTransportConnection"/>; what is done here goes to the connection's output at once.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The connection gives back what a session holds when it ends.")]
public sealed partial class WebTransportSession
{
    private readonly WebTransportConnection _connection;
    private readonly Dictionary<long, QuicStreamState> _streams = [];
    private readonly ArrayBufferWriter<byte> _capsules = new();
    private PooledBuffer _early;
    private bool _earlyEnd;
    private State _state;

    internal WebTransportSession(WebTransportConnection connection, long id, WebTransportRequest request)
    {
        _connection = connection;
        Id = id;
        Request = request;
    }

    private enum State : byte
    {
        Pending,
        Open,
        Closed,
    }

    /// <summary>The session id: the id of its CONNECT stream.</summary>
    public long Id { get; }

    /// <summary>The request that asked for it.</summary>
    public WebTransportRequest Request { get; }

    /// <summary>The application protocol that was agreed on, or null.</summary>
    public string? Protocol { get; private set; }

    /// <summary>True from the server's acceptance to the end.</summary>
    public bool IsOpen => _state == State.Open;

    /// <summary>True when the session is over.</summary>
    public bool IsClosed => _state == State.Closed;

    /// <summary>True when this side or the peer has asked to come to an end.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Anything of the application's own.</summary>
    public object? Tag { get; set; }

    internal bool IsPending => _state == State.Pending;

    internal bool RequiresProtocol { get; init; }

    /// <summary>
    /// Accepts the session that a client asked for, with status 200. Events of what came early may follow. Nothing happens where the
    /// session is over already; its event says so.
    /// </summary>
    /// <param name="protocol">One of <see cref="WebTransportRequest.AvailableProtocols"/>, or null.</param>
    /// <param name="fields">More fields of the response; names in lowercase.</param>
    /// <exception cref="InvalidOperationException">The session is accepted already, or is a client's own.</exception>
    /// <exception cref="ArgumentException">The client did not offer the protocol, or a field is none that a response may have.</exception>
    public void Accept(string? protocol = null, IEnumerable<Http3Field>? fields = null)
    {
        if (IsToBeDecided())
        {
            _connection.Accept(this, protocol, fields);
        }
    }

    /// <summary>Rejects the session that a client asked for. Nothing happens where it is over already.</summary>
    /// <param name="status">An HTTP status from 300 to 599, for instance 403 for an origin that is not allowed, 404, 405 or 429.</param>
    /// <exception cref="InvalidOperationException">The session is accepted already, or is a client's own.</exception>
    public void Reject(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (IsToBeDecided())
        {
            _connection.Reject(this, status);
        }
    }

    /// <summary>Opens a stream.</summary>
    /// <param name="direction">Which ways it carries data.</param>
    /// <param name="streamId">The QUIC stream id, or -1.</param>
    /// <returns>False where a limit does not allow it now, or the session is over.</returns>
    public bool TryOpenStream(WebTransportStreamDirection direction, out long streamId)
    {
        streamId = -1;
        if (!MaySend || !_connection.MayOpenStream || !TryTakeStreamCredit(direction))
        {
            return false;
        }

        streamId = _connection.OpenStream(this, direction);
        return true;
    }

    /// <summary>Sends data on a stream, as much as flow control allows.</summary>
    /// <param name="streamId">A stream that this side opened, or a bidirectional one of the peer's.</param>
    /// <param name="data">The data.</param>
    /// <param name="endStream">True to finish this side of the stream with it; done only where all of it was taken.</param>
    /// <returns>How many bytes were taken; fewer than given where the peer's limit was reached, until
    /// <see cref="WebTransportEventKind.LimitsRaised"/>. 0 where the stream is not, or no longer, open for sending.</returns>
    public int Send(long streamId, ReadOnlySpan<byte> data, bool endStream = false)
    {
        if (!MaySend || _connection.FindSendable(this, streamId) is not { } stream)
        {
            return 0;
        }

        int allowed = TakeDataCredit(data.Length);
        bool all = allowed == data.Length;
        if (allowed > 0 || (all && endStream))
        {
            _connection.Send(stream, data[..allowed], endStream && all);
        }

        return allowed;
    }

    /// <summary>Sends a datagram; it may be lost.</summary>
    /// <returns>False where it is larger than the stack can send, or the session is over.</returns>
    public bool SendDatagram(ReadOnlySpan<byte> payload) => MaySend && _connection.TrySendDatagram(this, payload);

    /// <summary>Resets this side of a stream.</summary>
    /// <param name="streamId">The stream; nothing happens where it is not open for sending.</param>
    /// <param name="code">The application's error code.</param>
    public void ResetStream(long streamId, uint code)
    {
        if (_connection.FindSendable(this, streamId) is { } stream)
        {
            _connection.Reset(stream, code);
        }
    }

    /// <summary>Asks the peer to stop sending on a stream.</summary>
    /// <param name="streamId">The stream; nothing happens where the peer has nothing left to send.</param>
    /// <param name="code">The application's error code.</param>
    public void StopSending(long streamId, uint code)
    {
        if (_connection.FindReceivable(this, streamId) is { } stream)
        {
            _connection.Stop(stream, code);
        }
    }

    /// <summary>Closes the session with WT_CLOSE_SESSION; its streams are reset. A request that was not accepted yet is refused.</summary>
    /// <param name="code">The application's error code.</param>
    /// <param name="reason">A message; it is cut to 1024 bytes of UTF-8 at a character boundary.</param>
    public void Close(uint code = 0, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (IsClosed)
        {
            return;
        }

        if (!MaySend)
        {
            _connection.Refuse(this);
            return;
        }

        Span<byte> utf8 = stackalloc byte[CapsuleEncoder.MaxReasonLength];
        int length = CapsuleEncoder.TruncateReason(reason, utf8);
        Span<byte> capsule = stackalloc byte[CapsuleHeader.MaxSize + sizeof(uint) + CapsuleEncoder.MaxReasonLength];
        CapsuleEncoder.EncodeClose(code, utf8[..length], capsule, out int written);

        // "An endpoint that sends a WT_CLOSE_SESSION capsule MUST immediately send a FIN on the CONNECT Stream."
        _connection.SendCapsules(this, capsule[..written], endStream: true);
        _connection.EndSession(this);
    }

    /// <summary>Asks the peer to come to an end with WT_DRAIN_SESSION; everything goes on working.</summary>
    public void Drain()
    {
        if (IsOpen && !IsDraining)
        {
            IsDraining = true;
            new CapsuleWriter(_capsules).WriteDrain();
            FlushCapsules();
        }
    }

    /// <summary>
    /// "The client MAY optimistically open unidirectional and bidirectional streams, as well as send datagrams", and a server as soon as it
    /// has the request (§4).
    /// </summary>
    private bool MaySend => _state != State.Closed && (_state == State.Open || _connection.Role == WebTransportRole.Client);

    internal bool TryAddStream(QuicStreamState stream)
    {
        _streams.Add(stream.Id, stream);
        return TryCountPeerStream(stream);
    }

    internal void AddLocalStream(QuicStreamState stream) => _streams.Add(stream.Id, stream);

    internal void OnStreamEnded(QuicStreamState stream)
    {
        if (_streams.Remove(stream.Id) && !stream.IsLocal)
        {
            ReturnStreamCredit(stream);
        }
    }

    internal QuicStreamState[] TakeStreams()
    {
        QuicStreamState[] streams = [.. _streams.Values];
        _streams.Clear();
        return streams;
    }

    internal bool TryEnd()
    {
        bool first = _state != State.Closed;
        _state = State.Closed;
        return first;
    }

    internal void Release()
    {
        _connection.Unbuffer(_early.Length);
        _early.Release();
        _capsuleDecoder?.Dispose();
        _datagram.Release();
    }

    /// <summary>True where a client waits for an answer; the session may have ended between its event and now.</summary>
    private bool IsToBeDecided()
    {
        if (_state == State.Open || _connection.Role == WebTransportRole.Client)
        {
            throw new InvalidOperationException("Only a session that a client asks for can be accepted or rejected, once.");
        }

        return _state == State.Pending;
    }

    private void FlushCapsules()
    {
        if (_capsules.WrittenCount > 0)
        {
            _connection.SendCapsules(this, _capsules.WrittenSpan, endStream: false);
            _capsules.ResetWrittenCount();
        }
    }
}
