namespace WireProtocols.WebSockets;

/// <summary>The timer of a connection that is not to be silent for long.</summary>
internal sealed class WebSocketKeepAlive : IAsyncDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly WebSocketConnectionOptions _options;
    private readonly ITimer _timer;
    private long _lastReceived;
    private long _pingSent;

    private WebSocketKeepAlive(WebSocketConnection connection, WebSocketConnectionOptions options)
    {
        _connection = connection;
        _options = options;
        NoteReceived();

        // Looked at twice an interval, so that a silence lasts at most one and a half before it is broken.
        TimeSpan period = options.KeepAliveInterval / 2;
        _timer = options.TimeProvider.CreateTimer(static state => ((WebSocketKeepAlive)state!).Look(), this, period, period);
    }

    /// <summary>Starts the keep-alive, where there is to be one.</summary>
    public static WebSocketKeepAlive? Start(WebSocketConnection connection, WebSocketConnectionOptions options)
        => options.KeepAliveInterval > TimeSpan.Zero ? new WebSocketKeepAlive(connection, options) : null;

    /// <summary>Something has come from the peer.</summary>
    public void NoteReceived() => Volatile.Write(ref _lastReceived, _options.TimeProvider.GetTimestamp());

    /// <summary>Stops the timer.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        TimeProvider time = _options.TimeProvider;
        long lastReceived = Volatile.Read(ref _lastReceived);
        if (_connection.IsPingOutstanding && lastReceived < _pingSent)
        {
            // Silence only counts while this end listens.
            if (_connection.IsWaiting && time.GetElapsedTime(_pingSent) >= _options.KeepAliveTimeout)
            {
                _connection.GiveUp();
            }

            return;
        }

        if (time.GetElapsedTime(lastReceived) >= _options.KeepAliveInterval)
        {
            _pingSent = time.GetTimestamp();
            _connection.TryPing();
        }
    }
}
