using System.Buffers.Binary;

namespace WireProtocols.WebSockets;

/// <summary>
/// The Pings of this end's own: a number each, and the time that the peer took to answer the last one. Where the connection is not to be silent for
/// long, <see cref="WebSocketKeepAliveRound"/> looks here from time to time.
/// </summary>
internal sealed class WebSocketPings : IWebSocketKept, IDisposable
{
    private const int PayloadLength = sizeof(long);

    private readonly WebSocketSender _sender;
    private long _sent;
    private long _latency = -1;
    private int _number;

    // Since when the peer has been silent: since something has come, or since the Ping that is to break the silence.
    private long _silentSince;
    private int _arrivals;
    private bool _isOutstanding;
    private bool _isWaitingForPong;

    /// <param name="sender">Sends the Pings.</param>
    /// <param name="keepsAlive">Whether silence is broken, where the options say how long it may last.</param>
    public WebSocketPings(WebSocketSender sender, bool keepsAlive)
    {
        _sender = sender;
        _silentSince = Time.GetTimestamp();
        if (keepsAlive)
        {
            Closing.Options.KeepAliveRound?.Add(this);
        }
    }

    /// <summary>How long the peer took to answer; null before the first answer.</summary>
    public TimeSpan? Latency => Volatile.Read(ref _latency) is var ticks and >= 0 ? new TimeSpan(ticks) : null;

    /// <summary>What sends them.</summary>
    public WebSocketSender Sender => _sender;

    /// <inheritdoc/>
    public int Place { get; set; } = -1;

    private WebSocketClosing Closing => _sender.Closing;

    private TimeProvider Time => Closing.Options.TimeProvider;

    /// <summary>Sends a Ping. False where the connection is closed.</summary>
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
        => await _sender.EnterAsync(cancellationToken).ConfigureAwait(false) && await SendAndExitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>A Pong has come. Only the answer to the last Ping counts: "it MAY elect to send a Pong frame for only the most recently processed
    /// Ping frame" (RFC 6455 §5.5.3).</summary>
    public void Accept(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == PayloadLength && BinaryPrimitives.ReadInt64BigEndian(payload) == Volatile.Read(ref _number) && Forget())
        {
            Volatile.Write(ref _latency, Time.GetElapsedTime(Volatile.Read(ref _sent)).Ticks);
        }
    }

    /// <summary>The connection has ended: no answer comes any more.</summary>
    public void Dispose()
    {
        Closing.Options.KeepAliveRound?.Remove(this);
        Forget();
    }

    /// <summary>Sends a Ping where nothing has come for long, and drops the connection where nothing comes after that.</summary>
    public void Look()
    {
        WebSocketConnectionOptions options = Closing.Options;
        int arrivals = Closing.Receiver.Arrivals;
        if (arrivals != _arrivals)
        {
            // Whatever has come shows that the peer is there.
            _arrivals = arrivals;
            _silentSince = Time.GetTimestamp();
            _isWaitingForPong = false;
        }

        if (_isWaitingForPong)
        {
            // Silence only counts while this end listens.
            if (Closing.Receiver.IsWaiting && Time.GetElapsedTime(_silentSince) >= options.KeepAliveTimeout)
            {
                Closing.Lose($"The peer was silent for {options.KeepAliveTimeout.TotalSeconds} s after a Ping.");
            }
        }
        else if (Time.GetElapsedTime(_silentSince) >= options.KeepAliveInterval)
        {
            long now = Time.GetTimestamp();
            TrySend();
            if (Volatile.Read(ref _isOutstanding))
            {
                _isWaitingForPong = true;
                _silentSince = now;
            }
        }
    }

    /// <summary>Sends a Ping if nobody holds the output: if somebody does, something is on its way anyway. Nobody waits for it.</summary>
    private void TrySend()
    {
        if (_sender.TryEnter())
        {
            _ = SendAndExitAsync(CancellationToken.None).AsTask();
        }
    }

    private ValueTask<bool> SendAndExitAsync(CancellationToken cancellationToken)
    {
        Span<byte> payload = stackalloc byte[PayloadLength];
        BinaryPrimitives.WriteInt64BigEndian(payload, Interlocked.Increment(ref _number));
        Volatile.Write(ref _sent, Time.GetTimestamp());
        if (!_sender.TryWriteControl(WebSocketOpcode.Ping, payload))
        {
            _sender.Exit();
            return new ValueTask<bool>(false);
        }

        if (!Interlocked.Exchange(ref _isOutstanding, true))
        {
            WebSocketMetrics.PingSent();
        }

        return _sender.FlushAndExitAsync(hasTurn: false, cancellationToken);
    }

    private bool Forget()
    {
        bool wasOutstanding = Interlocked.Exchange(ref _isOutstanding, false);
        if (wasOutstanding)
        {
            WebSocketMetrics.PingDone();
        }

        return wasOutstanding;
    }
}
