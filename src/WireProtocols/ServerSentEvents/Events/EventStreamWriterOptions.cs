namespace WireProtocols.ServerSentEvents;

/// <summary>How an <see cref="EventStreamWriter"/> flushes, and how it keeps an idle connection alive.</summary>
public sealed class EventStreamWriterOptions
{
    /// <summary>The defaults: every event is flushed, no heartbeat.</summary>
    public static EventStreamWriterOptions Default { get; } = new();

    /// <summary>How many bytes may wait for a flush after an asynchronous write. 0, the default, flushes each event; more than that batches, and
    /// <see cref="EventStreamWriter.FlushAsync"/> sends the rest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int FlushThreshold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// After how long without a write an empty comment is sent; <see cref="Timeout.InfiniteTimeSpan"/>, the default, for never. "To protect
    /// against such proxy servers, authors can include a comment line (one starting with a ':' character) every 15 seconds or so" (HTML §9.2.7).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither positive nor infinite.</exception>
    public TimeSpan HeartbeatInterval
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

    /// <summary>Where the heartbeat's time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
