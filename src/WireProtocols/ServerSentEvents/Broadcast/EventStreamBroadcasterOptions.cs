namespace WireProtocols.ServerSentEvents;

/// <summary>What happens when too much waits for a writer. Its client is never told of events that it does not get, except by their IDs.</summary>
public enum EventStreamSlowPolicy
{
    /// <summary>The writer is let go: its client comes back with its last event ID and gets what it missed, while that is kept.</summary>
    Disconnect = 0,

    /// <summary>The oldest event that waits is dropped: for streams whose events mean something each on its own.</summary>
    DropOldest,

    /// <summary>Only the latest event waits: for streams whose every event is the whole state.</summary>
    KeepLatest,

    /// <summary>Whoever publishes waits, and so does everybody: for a few writers that must get everything
    /// (<see cref="EventStreamBroadcaster.PublishAsync"/>).</summary>
    Wait,
}

/// <summary>The bounds of an <see cref="EventStreamBroadcaster"/>.</summary>
public sealed class EventStreamBroadcasterOptions
{
    /// <summary>The defaults.</summary>
    public static EventStreamBroadcasterOptions Default { get; } = new();

    /// <summary>The most events kept for clients that come back. Default 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxReplayEvents { get; init => field = NotNegative(value); } = 1024;

    /// <summary>The most bytes kept for clients that come back. Default 4 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxReplayBytes { get; init => field = NotNegative(value); } = 4 * 1024 * 1024;

    /// <summary>What happens to a writer that is slower than the broadcast. Default: <see cref="EventStreamSlowPolicy.Disconnect"/>.</summary>
    public EventStreamSlowPolicy SlowPolicy { get; init; }

    /// <summary>The most events that may wait for one writer; what happens to the
    /// next one is <see cref="SlowPolicy"/>'s business. Default 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxWaitingEvents
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256;

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }
}
