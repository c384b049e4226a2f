namespace WireProtocols.Backplane;

/// <summary>The bounds of a <see cref="BackplaneTopic"/>.</summary>
public sealed class BackplaneTopicOptions
{
    /// <summary>The defaults.</summary>
    public static BackplaneTopicOptions Default { get; } = new();

    /// <summary>Options with their defaults.</summary>
    public BackplaneTopicOptions()
    {
    }

    private BackplaneTopicOptions(BackplaneTopicOptions options)
    {
        LossPolicy = options.LossPolicy;
        MaxMessageLength = options.MaxMessageLength;
        MaxWaitingMessages = options.MaxWaitingMessages;
        MaxWaitingBytes = options.MaxWaitingBytes;
        MaxUnreadEntries = options.MaxUnreadEntries;
        Replay = options.Replay;
        CountMembers = options.CountMembers;
        Missed = options.Missed;
    }

    /// <summary>What happens to what is published while the backplane is lost. The default is <see cref="BackplaneLossPolicy.Hold"/>.</summary>
    public BackplaneLossPolicy LossPolicy { get; init; }

    /// <summary>The most bytes of a message. The default is 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxMessageLength { get; init => field = NotNegative(value); } = 1024 * 1024;

    /// <summary>The most messages of this node that wait for the log; more are refused. The default is 10000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxWaitingMessages { get; init => field = Positive(value); } = 10_000;

    /// <summary>The most bytes of messages of this node that wait for the log; more are refused. A waiting message counts 64 bytes besides its
    /// payload. The default is 16 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxWaitingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>The most entries of other nodes that wait while one is received; the others are read from the log later. The default is
    /// 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxUnreadEntries { get; init => field = Positive(value); } = 1024;

    /// <summary>How many of the messages that were published before the topic was opened are received first, at most. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Replay { get; init => field = NotNegative(value); }

    /// <summary>Counts the members that the topic has on this node, for <see cref="BackplaneTopic.Presence"/>; null for none.</summary>
    public Func<int>? CountMembers { get; init; }

    /// <summary>Is told when messages may be lost for good: they are older than what the log retains, or the log itself was lost. What is received
    /// afterwards comes after the position that it gets. Null for nobody.</summary>
    public Func<BackplanePosition, ValueTask>? Missed { get; init; }

    /// <summary>The same, with members that somebody else counts.</summary>
    internal BackplaneTopicOptions CountedBy(Func<int> countMembers) => new(this) { CountMembers = countMembers };

    /// <summary>The same, for what is resumed by position.</summary>
    internal BackplaneTopicOptions Holding(int replay, Func<BackplanePosition, ValueTask> missed)
        => new(this) { LossPolicy = BackplaneLossPolicy.Hold, Replay = replay, Missed = missed };

    private static int NotNegative(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        return value;
    }
}
