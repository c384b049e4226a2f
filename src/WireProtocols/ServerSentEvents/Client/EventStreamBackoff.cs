using WireProtocols.Resume;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// How long a client waits before it connects again: "a delay equal to the reconnection time", then "optionally, … some more" (HTML §9.2.3), which is
/// exponential back-off with full jitter. It counts the connections in a row that brought no event, and bounds everything that a peer asks for.
/// </summary>
internal sealed class EventStreamBackoff(EventStreamClientOptions options)
{
    /// <summary>What a timer can wait for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>What back-off starts from where the server asks for less.</summary>
    private static readonly TimeSpan LeastBase = TimeSpan.FromMilliseconds(500);

    private TimeSpan _retryAfter;

    /// <summary>How many connections in a row have brought no event.</summary>
    public int Failures { get; private set; }

    /// <summary>The reconnection time, the server's where it has set one.</summary>
    public TimeSpan ReconnectionTime { get; private set; } = Clamp(options.ReconnectionTime, options.MinReconnectionTime, Longest);

    /// <summary>Whether another attempt is allowed.</summary>
    public bool MayTryAgain => Failures < options.MaxAttempts;

    /// <summary>Takes note of how a connection went.</summary>
    /// <param name="hasBroughtEvent">Whether it brought an event; a comment or a reconnection time is none.</param>
    public void Note(bool hasBroughtEvent) => Failures = hasBroughtEvent ? 0 : Failures + 1;

    /// <summary>The server sets the reconnection time with a <c>retry</c> field.</summary>
    public void SetReconnectionTime(long milliseconds)
    {
        TimeSpan asked = milliseconds >= Longest.TotalMilliseconds ? Longest : TimeSpan.FromMilliseconds(milliseconds);
        ReconnectionTime = Clamp(asked, options.MinReconnectionTime, options.MaxReconnectionTime);
    }

    /// <summary>The server names the next attempt with a <c>Retry-After</c> (RFC 9110 §10.2.3), a time or a date.</summary>
    public void SetRetryAfter(HttpResponseMessage response)
    {
        TimeSpan asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.TimeProvider.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        _retryAfter = Clamp(asked, TimeSpan.Zero, options.MaxRetryAfter);
    }

    /// <summary>How long to wait for the next attempt.</summary>
    public TimeSpan TakeDelay()
    {
        TimeSpan delay = Delay(ReconnectionTime, Failures, options.MaxBackoff, options.Jitter?.Invoke() ?? ReconnectBackoff.DrawRandom());
        delay = delay < _retryAfter ? _retryAfter : delay;
        _retryAfter = TimeSpan.Zero;
        return delay;
    }

    /// <param name="reconnectionTime">What the server asks for.</param>
    /// <param name="failures">How many connections in a row have brought nothing.</param>
    /// <param name="cap">The most that is waited on top.</param>
    /// <param name="random">In [0, 1).</param>
    public static TimeSpan Delay(TimeSpan reconnectionTime, int failures, TimeSpan cap, double random)
    {
        // Where all clients of a server lose it at once, even the first try is spread out.
        TimeSpan start = failures > 0 && reconnectionTime < LeastBase ? LeastBase : reconnectionTime;
        return ReconnectBackoff.GetDelay(reconnectionTime, start, failures, cap, random);
    }

    /// <summary>Where the bounds contradict each other, the upper one counts, and a timer's own bound above all.</summary>
    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most)
    {
        value = value < least ? least : value;
        value = value > most ? most : value;
        return value > Longest ? Longest : value;
    }
}
