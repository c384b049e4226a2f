namespace WireProtocols.Http1;

/// <summary>Limits of a <see cref="Http1ServerConnection"/>. The defaults are safe for peers that nobody knows.</summary>
public sealed class Http1ServerOptions
{
    /// <summary>The defaults.</summary>
    public static Http1ServerOptions Default { get; } = new();

    /// <summary>Limits and leniencies of request heads.</summary>
    public Http1Options Heads { get; init; } = Http1Options.Default;

    /// <summary>The longest body of a request in bytes, decoded; 30,000,000. A longer one is answered with 413.</summary>
    public long MaxBodyLength { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 30_000_000;

    /// <summary>How many bytes of a body that nobody read are read and dropped before the connection is closed instead; 65,536.</summary>
    public long MaxDrainLength { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 64 * 1024;

    /// <summary>How long a head may take from its first byte, and the first head from the beginning of the connection; 10 s.</summary>
    public TimeSpan HeadTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may make no progress; 30 s.</summary>
    public TimeSpan BodyTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long the peer may read nothing of what is sent to it; 30 s. Then the transport is dropped.</summary>
    public TimeSpan SendTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection may be idle between two requests; 130 s. The pools of proxies keep theirs for 60 or 120 s: whoever closes first must be
    /// the pool, since a request on its way to a server that closes is lost.
    /// </summary>
    public TimeSpan IdleTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(130);

    /// <summary>How long the peer may take to read the last answer and end its side; 2 s.</summary>
    public TimeSpan CloseTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of every time limit and of the Date field.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan Positive(TimeSpan value)
        => value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan ? value : throw new ArgumentOutOfRangeException(nameof(value));
}
