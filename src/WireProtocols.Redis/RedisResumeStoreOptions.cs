using WireProtocols.Resume;

namespace WireProtocols.Redis;

/// <summary>The bounds of a <see cref="RedisResumeStore"/>.</summary>
public sealed class RedisResumeStoreOptions
{
    /// <summary>The defaults.</summary>
    public static RedisResumeStoreOptions Default { get; } = new();

    /// <summary>What the names of keys and channels begin with. Nodes that share their sessions have the same. The default is
    /// <c>wire:resume:</c>.</summary>
    /// <exception cref="ArgumentException">It holds a brace, which would choose the slot of a cluster.</exception>
    public string Prefix
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.AsSpan().ContainsAny('{', '}') ? throw new ArgumentException("A prefix holds no braces.", nameof(value)) : value;
        }
    } = "wire:resume:";

    /// <summary>The database that keys are in; the connection's where it is null.</summary>
    public int? Database { get; init; }

    /// <summary>The most sessions of all nodes, as far as Redis knows of them; no more are made. The default is 1000000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxSessions
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1_000_000;

    /// <summary>How long a session is kept without a connection, or behind a node that is gone. The default is 2 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 s, or more than a day.</exception>
    public TimeSpan Keep
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromMinutes(2);

    /// <summary>The bounds of each session.</summary>
    public ResumeSessionOptions Session { get; init; } = ResumeSessionOptions.Default;

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
