namespace WireProtocols.Redis;

/// <summary>What a <see cref="RedisBackplane"/> keeps in Redis, and where.</summary>
public sealed class RedisBackplaneOptions
{
    /// <summary>The defaults.</summary>
    public static RedisBackplaneOptions Default { get; } = new();

    /// <summary>What the names of keys and channels begin with. Nodes that are to hear each other have the same. The default is
    /// <c>wire:</c>.</summary>
    /// <exception cref="ArgumentException">It holds a brace, which would choose the slot of a cluster.</exception>
    public string Prefix
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.AsSpan().ContainsAny('{', '}') ? throw new ArgumentException("A prefix holds no braces.", nameof(value)) : value;
        }
    } = "wire:";

    /// <summary>The database that keys are in; the connection's where it is null.</summary>
    public int? Database { get; init; }

    /// <summary>The most messages that are retained of a topic. The default is 10000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxMessages
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 10_000;

    /// <summary>The most bytes of messages that are retained of a topic. The default is 64 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64 * 1024 * 1024;

    /// <summary>How long a message is retained. The default is an hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 s, or more than 30 days.</exception>
    public TimeSpan MaxAge { get; init => field = Within(value); } = TimeSpan.FromHours(1);

    /// <summary>How long the position of a topic is remembered that nobody publishes to and nobody has open. The default is a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 s, or more than 30 days.</exception>
    public TimeSpan TopicExpiry { get; init => field = Within(value); } = TimeSpan.FromDays(1);

    private static TimeSpan Within(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(30));
        return value;
    }
}
