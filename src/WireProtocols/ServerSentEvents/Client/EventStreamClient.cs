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
    private readonly EventStreamConnector _connector;
    private Task<bool>? _pending;
    private bool _isDisposed;

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
    /// <param name="createRequest">Makes a request. <c>Accept</c>, <c>Cache-Control</c>
    /// and <c>Last-Event-ID</c> are added where it lacks them.</param>
    /// <param name="options">How to connect; <see cref="EventStreamClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The last event ID of the options holds NUL, LF or CR.</exception>
    public EventStreamClient(HttpClient http, Func<HttpRequestMessage> createRequest, EventStreamClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(createRequest);
        _http = http;
        options ??= EventStreamClientOptions.Default;
        EventStreamEncoder.CheckId(Encoding.UTF8.GetBytes(options.LastEventId), nameof(options));
        _connector = new EventStreamConnector(http, createRequest, options);
    }

    /// <summary>The state of the connection.</summary>
    public EventStreamState State => _connector.State;

    /// <summary>The last event ID as of the last block that was taken from the client: what the next request carries.</summary>
    public string LastEventId => _connector.LastEventId;

    /// <summary>The reconnection time, the server's where it has set one, within the bounds of the options.</summary>
    public TimeSpan ReconnectionTime => _connector.ReconnectionTime;

    /// <summary>Where the stream comes from after redirects; null until the first response.</summary>
    public Uri? FinalUri => _connector.FinalUri;

    /// <summary>
    /// A handler that suits event streams; whoever brings a handler sets these. Its requests can carry a <c>Last-Event-ID</c> that is not ASCII,
    /// "encoded as UTF-8" (HTML §9.2.3); without that, such an ID makes every request fail with <see cref="HttpRequestException"/>. A stream that is
    /// left early is not drained (<see cref="SocketsHttpHandler.ResponseDrainTimeout"/> is zero): the server hears at once that nobody reads any
    /// more, and a language model stops.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        RequestHeaderEncodingSelector
            = static (name, _) => name.Equals(EventStreamAttempt.LastEventIdHeader, StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
    };

    /// <summary>Waits until <see cref="TryRead"/> may have an element, over as many connections as that takes. Cancelling the wait leaves the
    /// client and its connection as they are.</summary>
    /// <returns>False when nothing will come: a 204, the end of a stream that is not connected to again, or <see cref="Close"/>.</returns>
    /// <exception cref="EventStreamProtocolException">The response may not carry an event
    /// stream, or the stream breaks a limit; the client is closed then.</exception>
    /// <exception cref="HttpRequestException">The connection was lost and the options say not to connect again.</exception>
    /// <exception cref="IOException">The same, amid the stream.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if ((State == EventStreamState.Closed || _isDisposed) && _pending is null)
        {
            return new ValueTask<bool>(false);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        // The wait outlives the caller's patience: to cancel a read is to lose the connection.
        Task<bool> pending = _pending ??= _connector.WaitAsync();
        return pending.IsCompleted ? EndWaitAsync(pending) : AwaitAsync(pending, cancellationToken);
    }

    /// <summary>Reads the next element of what is buffered.</summary>
    /// <param name="element">The element, valid until the next call.</param>
    /// <returns>False when more has to come first.</returns>
    /// <exception cref="EventStreamProtocolException">The stream breaks a limit; the client is closed then.</exception>
    public bool TryRead(out EventStreamElement element)
    {
        if (_connector.Connection is not { } connection || _pending is not null)
        {
            element = default;
            return false;
        }

        try
        {
            if (!connection.TryRead(out element))
            {
                return false;
            }
        }
        catch (EventStreamProtocolException e)
        {
            _connector.Fail(e);
            throw;
        }

        if (element.Kind == EventStreamElementKind.Retry)
        {
            _connector.SetReconnectionTime(element.RetryMilliseconds);
        }

        return true;
    }

    /// <summary>Ends the connection for good. It may be called while a wait is under way, which gives false then, and any number of times.</summary>
    public void Close()
    {
        if (_isDisposed)
        {
            return;
        }

        _connector.Stop();
        if (_pending is null)
        {
            _connector.Drop();
        }
    }

    /// <summary>Closes. To do it twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        Close();
        _isDisposed = true;
        if (_pending is { } pending)
        {
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pending = null;
            _connector.Drop();
        }

        _connector.Dispose();
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
            if (!await pending.ConfigureAwait(false))
            {
                return false;
            }
        }
        finally
        {
            _pending = null;
        }

        if (State != EventStreamState.Closed)
        {
            return true;
        }

        // It was closed when the wait was over and nobody had heard of it: a wait that is under way is not dropped from elsewhere.
        _connector.Drop();
        return false;
    }
}
