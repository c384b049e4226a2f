namespace WireProtocols.Resume;

/// <summary>The bounds of a <see cref="ResumeMemoryStore"/>.</summary>
public sealed class ResumeMemoryStoreOptions
{
    /// <summary>The defaults.</summary>
    public static ResumeMemoryStoreOptions Default { get; } = new();

    /// <summary>The most sessions, connected or not; the one that has been without a connection for longest makes room for a new one. Default
    /// 20,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxSessions
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 20_000;

    /// <summary>The most bytes of messages that all sessions together keep; past it, sessions without a connection are given up, the one that has
    /// been without for longest first; where that makes no room, <see cref="ResumeSessionOptions.FullPolicy"/> says what becomes of a message.
    /// Default 256 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256 * 1024 * 1024;

    /// <summary>How long a session is kept without a connection. Default 2 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait.</exception>
    public TimeSpan Keep
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(24));
            field = value;
        }
    } = TimeSpan.FromMinutes(2);

    /// <summary>The bounds of each session.</summary>
    public ResumeSessionOptions Session { get; init; } = ResumeSessionOptions.Default;

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
