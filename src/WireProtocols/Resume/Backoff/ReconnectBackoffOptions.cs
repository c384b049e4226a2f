namespace WireProtocols.Resume;

/// <summary>How a client waits before it connects again.</summary>
public sealed class ReconnectBackoffOptions
{
    /// <summary>The defaults.</summary>
    public static ReconnectBackoffOptions Default { get; } = new();

    /// <summary>The upper bound of the first wait, which is a random time; it doubles with each attempt in a row that brought nothing. Default 500
    /// milliseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan FirstDelay { get; init => field = NotNegative(value); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most that this upper bound grows to. Default 30 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxDelay { get; init => field = NotNegative(value); } = TimeSpan.FromSeconds(30);

    /// <summary>The longest delay, and the longest window, that a server may ask for; a longer one counts as this. Default 1 hour.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan MaxAskedDelay { get; init => field = NotNegative(value); } = TimeSpan.FromHours(1);

    /// <summary>How many attempts in a row may fail before the client gives up. Default: no end of trying.</summary>
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

    /// <summary>A random number in [0, 1), for tests; the default asks the operating system.</summary>
    internal Func<double>? Jitter { get; init; }

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }
}
