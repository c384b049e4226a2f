namespace WireProtocols.ServerSentEvents;

/// <summary>When a client connects again after the stream has ended or the connection was lost.</summary>
public enum EventStreamReconnection
{
    /// <summary>With GET and HEAD always, with any other method never: to send a request again may be to do something again.</summary>
    SafeMethods = 0,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never: the end of the response is the end of the stream.</summary>
    Never,
}

/// <summary>How an <see cref="EventStreamClient"/> connects, waits and gives up.</summary>
public sealed class EventStreamClientOptions
{
    /// <summary>The defaults.</summary>
    public static EventStreamClientOptions Default { get; } = new();

    /// <summary>The decoder's limits.</summary>
    public EventStreamOptions Stream { get; init; } = EventStreamOptions.Default;

    /// <summary>The last event ID to start with, where an earlier client left off.</summary>
    public string LastEventId { get; init; } = "";

    /// <summary>When to connect again.</summary>
    public EventStreamReconnection Reconnection { get; init; }

    /// <summary>The reconnection time until the server sets one, "probably in
    /// the region of a few seconds" (HTML §9.2.2). Default 3 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan ReconnectionTime { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(3);

    /// <summary>The shortest reconnection time, whoever sets it: a server's <c>retry: 0</c> would have its clients ask thousands of times a second.
    /// Default 500 milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MinReconnectionTime { get; init => field = NotNegative(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest reconnection time that a server may set; a longer one counts as this. Default 5 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxReconnectionTime { get; init => field = NotNegative(value); } = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait that a server may ask for with <c>Retry-After</c>; a longer one counts as this. Default 1 hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxRetryAfter { get; init => field = NotNegative(value); } = TimeSpan.FromHours(1);

    /// <summary>
    /// The cap of what is waited on top of the reconnection time. That is a random time between zero and an upper bound, which is the
    /// reconnection time after a connection that brought an event, and doubles with each one in a row that did not. Default 1 minute.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxBackoff { get; init => field = NotNegative(value); } = TimeSpan.FromMinutes(1);

    /// <summary>How many connections in a row may bring no event before the client gives up, with what the last one threw if it did. A comment or a
    /// reconnection time is no event. Default: no end of trying.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxAttempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>After how long without a byte a connection counts as lost; comments of the server keep it alive. Default: never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither positive nor infinite.</exception>
    public TimeSpan IdleTimeout
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            field = value;
        }
    } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Which responses count as a lost connection and not as a failure, for instance 429 or 503; their <c>Retry-After</c> is waited for.
    /// Null, the default, is the standard's rule: every status but 200 and 204 fails the connection for good.
    /// </summary>
    public Func<HttpResponseMessage, bool>? IsTransient { get; init; }

    /// <summary>Called with each change of the state, on the thread that causes it,
    /// before anything is read or waited for. It must not call the client.</summary>
    public Action<EventStreamStateChange>? StateChanged { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>A random number in [0, 1), for tests; the default asks the operating system.</summary>
    internal Func<double>? Jitter { get; init; }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
