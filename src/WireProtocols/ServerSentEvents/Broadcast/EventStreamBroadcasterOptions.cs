namespace WireProtocols.ServerSentEvents;

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

    /// <summary>The most events that may wait for one writer. One that is slower is let go: its client comes back and gets what it missed.
    /// Default 256.</summary>
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
