namespace WireProtocols.Http1;

/// <summary>Limits of a <see cref="Http1ClientConnection"/>.</summary>
public sealed class Http1ClientOptions
{
    /// <summary>The defaults.</summary>
    public static Http1ClientOptions Default { get; } = new();

    /// <summary>Limits and leniencies of response heads.</summary>
    public Http1Options Heads { get; init; } = Http1Options.Default;

    /// <summary>Limits and leniencies of chunked bodies.</summary>
    public ChunkedOptions Chunks { get; init; } = ChunkedOptions.Default;

    /// <summary>How long the head of a response may be waited for; 100 s.</summary>
    public TimeSpan HeadTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(100);

    /// <summary>How long a body may make no progress; infinite, since an event stream may be silent for long.</summary>
    public TimeSpan BodyTimeout { get; init => field = Positive(value); } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the server may read nothing of what is sent to it; 30 s. Then the transport is dropped.</summary>
    public TimeSpan SendTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long a server that was asked for 100 (Continue) may be silent before the body is sent anyway; 1 s (RFC 9110 §10.1.1).</summary>
    public TimeSpan ContinueTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How many 1xx responses may come before the final one; 32.</summary>
    public int MaxInformational { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 32;

    /// <summary>The clock of every time limit.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan Positive(TimeSpan value)
        => value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan ? value : throw new ArgumentOutOfRangeException(nameof(value));
}
