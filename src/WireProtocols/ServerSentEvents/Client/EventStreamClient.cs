using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Reads an event stream over HTTP and connects again when it ends or is lost, from the last event on (HTML §9.2.2, §9.2.3). An element is
/// handed out once: the ID that the next request carries is that of the last block that was taken from the client, whatever had arrived
/// behind it. One caller at a time; connecting starts with the first wait.
/// </summary>
public sealed partial class EventStreamClient : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly Func<HttpRequestMessage> _createRequest;
    private readonly EventStreamClientOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private EventStreamConnection? _connection;
    private Task<bool>? _pending;
    private string _lastEventId;
    private int _failures;
    private bool _hasBroughtSomething;
    private bool _isSafe;
    private TimeSpan _retryAfter;

    /// <summary>Reads <paramref name="uri"/> with GET through a client of its own.</summary>
    /// <param name="uri">Where the stream is.</param>
    /// <param name="options">How to connect; <see cref="EventStreamClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The last event ID of the options holds NUL, LF or CR.</exception>
    public EventStreamClient(Uri uri, EventStreamClientOptions? options = null)
        : this(new HttpClient(CreateHandler()), uri, options)
        => _ownsHttp = true;

    /// <summary>Reads <paramref name="uri"/> with GET.</summary>
    /// <param name="http">What sends the requests; its handler follows redirects or not. It is not disposed.</param>
    /// <param name="uri">Where the stream is.</param>
    /// <param name="options">How to connect; <see cref="EventStreamClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The last event ID of the options holds NUL, LF or CR.</exception>
    public EventStreamClient(HttpClient http, Uri uri, EventStreamClientOptions? options = null)
        : this(http, () => new HttpRequestMessage(HttpMethod.Get, uri), options)
        => ArgumentNullException.ThrowIfNull(uri);

    /// <summary>Sends what a factory makes, which is called once a connection: any method, headers and content.</summary>
    /// <param name="http">What sends the requests; its handler follows redirects or not. It is not disposed.</param>
    /// <param name="createRequest">Makes a request. <c>Accept</c>, <c>Cache-Control</c> and <c>Last-Event-ID</c> are added where it lacks
    /// them.</param>
    /// <param name="options">How to connect; <see cref="EventStreamClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The last event ID of the options holds NUL, LF or CR.</exception>
    public EventStreamClient(HttpClient http, Func<HttpRequestMessage> createRequest, EventStreamClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(createRequest);
        _http = http;
        _createRequest = createRequest;
        _options = options ?? EventStreamClientOptions.Default;
        _lastEventId = _options.LastEventId;
        EventStreamEncoder.CheckId(Encoding.UTF8.GetBytes(_lastEventId), nameof(options));
        ReconnectionTime = _options.ReconnectionTime;
    }

    /// <summary>The state of the connection.</summary>
    public EventStreamState State { get; private set; }

    /// <summary>The last event ID as of the last block that was taken from the client: what the next request carries.</summary>
    public string LastEventId => _connection?.Reader.LastEventId ?? _lastEventId;

    /// <summary>The reconnection time, the server's where it has set one.</summary>
    public TimeSpan ReconnectionTime { get; private set; }

    /// <summary>Where the stream comes from after redirects; null until the first response.</summary>
    public Uri? FinalUri { get; private set; }

    /// <summary>A handler whose requests can carry a <c>Last-Event-ID</c> that is not ASCII, "encoded as UTF-8" (HTML §9.2.3). Without one, such an
    /// ID makes every request fail with <see cref="HttpRequestException"/>.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        RequestHeaderEncodingSelector = static (name, _) => name.Equals(LastEventIdHeader, StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
    };

    /// <summary>Waits until <see cref="TryRead"/> may have an element, over as many connections as that takes. Cancelling the wait leaves the
    /// client and its connection as they are.</summary>
    /// <returns>False when nothing will come: a 204, the end of a stream that is not connected to again, or <see cref="Close"/>.</returns>
    /// <exception cref="EventStreamProtocolException">The response may not carry an event stream, or the stream breaks a limit; the client is
    /// closed then.</exception>
    /// <exception cref="HttpRequestException">The connection was lost and the options say not to connect again.</exception>
    /// <exception cref="IOException">The same, amid the stream.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (State == EventStreamState.Closed && _pending is null)
        {
            return new ValueTask<bool>(false);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        // The wait outlives the caller's patience: to cancel a read is to lose the connection.
        Task<bool> pending = _pending ??= WaitAsync();
        return pending.IsCompleted ? EndWaitAsync(pending) : AwaitAsync(pending, cancellationToken);
    }

    /// <summary>Reads the next element of what is buffered.</summary>
    /// <param name="element">The element, valid until the next call.</param>
    /// <returns>False when more has to come first.</returns>
    /// <exception cref="EventStreamProtocolException">The stream breaks a limit; the client is closed then.</exception>
    public bool TryRead(out EventStreamElement element)
    {
        if (_connection is not { } connection || _pending is not null)
        {
            element = default;
            return false;
        }

        try
        {
            if (!connection.Reader.TryRead(out element))
            {
                return false;
            }
        }
        catch (EventStreamProtocolException e)
        {
            Fail(e);
            throw;
        }

        _hasBroughtSomething = true;
        if (element.Kind == EventStreamElementKind.Retry)
        {
            ReconnectionTime = Min(TimeSpan.FromMilliseconds(Math.Min(element.RetryMilliseconds, int.MaxValue)), _options.MaxReconnectionTime);
        }

        return true;
    }

    /// <summary>Ends the connection for good. It may be called while a wait is under way, which gives false then.</summary>
    public void Close()
    {
        _stop.Cancel();
        if (_pending is null)
        {
            Drop();
        }
        else
        {
            _connection?.Abort();
        }

        Enter(EventStreamState.Closed, TimeSpan.Zero, null);
    }

    /// <summary>Closes.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (_pending is { } pending)
        {
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pending = null;
            Drop();
        }

        _stop.Dispose();
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private async ValueTask<bool> AwaitAsync(Task<bool> pending, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            // Either ends the wait; only the end of the pending one takes it away.
            await ((Task)pending).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!pending.IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return await EndWaitAsync(pending).ConfigureAwait(false);
    }

    private async ValueTask<bool> EndWaitAsync(Task<bool> pending)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            _pending = null;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
