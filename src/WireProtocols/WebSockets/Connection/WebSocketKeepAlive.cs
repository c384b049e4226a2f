namespace WireProtocols.WebSockets;

/// <summary>The timer of a connection that is not to be silent for long.</summary>
internal sealed class WebSocketKeepAlive : IDisposable
{
    private readonly WebSocketReceiver _receiver;
    private readonly WebSocketPings _pings;
    private readonly WebSocketClosing _closing;
    private readonly WebSocketConnectionOptions _options;
    private readonly ITimer _timer;
    private int _arrivals;
    private long _lastArrival;
    private long _pingSent;
    private bool _isWaitingForPong;

    public WebSocketKeepAlive(WebSocketReceiver receiver, WebSocketPings pings, WebSocketClosing closing, WebSocketConnectionOptions options)
    {
        _receiver = receiver;
        _pings = pings;
        _closing = closing;
        _options = options;
        _lastArrival = options.TimeProvider.GetTimestamp();

        // Looked at twice an interval, so that a silence lasts at most one and a half before it is broken.
        TimeSpan period = options.KeepAliveInterval / 2;
        _timer = options.TimeProvider.CreateTimer(static state => ((WebSocketKeepAlive)state!).Look(), this, period, period);
    }

    /// <summary>Stops the timer.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _pings.Dispose();
    }

    private void Look()
    {
        TimeProvider time = _options.TimeProvider;
        int arrivals = _receiver.Arrivals;
        if (arrivals != _arrivals)
        {
            // Whatever has come shows that the peer is there.
            _arrivals = arrivals;
            _lastArrival = time.GetTimestamp();
            _isWaitingForPong = false;
        }

        if (_isWaitingForPong)
        {
            // Silence only counts while this end listens.
            if (_receiver.IsWaiting && time.GetElapsedTime(_pingSent) >= _options.KeepAliveTimeout)
            {
                _closing.Lose($"The peer was silent for {_options.KeepAliveTimeout.TotalSeconds} s after a Ping.");
            }
        }
        else if (time.GetElapsedTime(_lastArrival) >= _options.KeepAliveInterval)
        {
            _pingSent = time.GetTimestamp();
            _pings.TrySend();
            _isWaitingForPong = _pings.IsOutstanding;
        }
    }
}
