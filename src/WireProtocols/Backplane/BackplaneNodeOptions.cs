namespace WireProtocols.Backplane;

/// <summary>The bounds and times of a <see cref="BackplaneNode"/>.</summary>
public sealed class BackplaneNodeOptions
{
    /// <summary>The defaults.</summary>
    public static BackplaneNodeOptions Default { get; } = new();

    /// <summary>How often the backplane is asked whether it answers, and counts of members are looked at. The default is 1 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 ms, or more than a day.</exception>
    public TimeSpan CheckInterval { get; init => field = Within(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long the backplane may take for an answer; then it is lost. The default is 3 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 ms, or more than a day.</exception>
    public TimeSpan Timeout { get; init => field = Within(value); } = TimeSpan.FromSeconds(3);

    /// <summary>How often the log of a topic on which nothing was heard is looked at, in case the news of a message was lost. The default is
    /// 15 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 ms, or more than a day.</exception>
    public TimeSpan TopicCheckInterval { get; init => field = Within(value); } = TimeSpan.FromSeconds(15);

    /// <summary>How often a node says how many members its topics have, where nothing changes. The default is 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 ms, or more than a day.</exception>
    public TimeSpan PresenceInterval { get; init => field = Within(value); } = TimeSpan.FromSeconds(5);

    /// <summary>How long the members of a node count that says nothing any more. The default is 15 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 ms, or more than a day.</exception>
    public TimeSpan PresenceExpiry { get; init => field = Within(value); } = TimeSpan.FromSeconds(15);

    /// <summary>The most topics that are open at a time. The default is 10000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxTopics
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10_000;

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan Within(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
        return value;
    }
}
