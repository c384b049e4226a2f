namespace WireProtocols.Resume;

/// <summary>Where a client's connection is.</summary>
public enum ResumeClientState
{
    /// <summary>There is none yet, or none any more and another is being made.</summary>
    Connecting = 0,

    /// <summary>The server has answered; messages flow.</summary>
    Open,

    /// <summary>The session is over.</summary>
    Closed,
}

/// <summary>A change of a client's connection.</summary>
/// <param name="State">Where it is now.</param>
/// <param name="Transport">The transport's name; empty before there is one.</param>
/// <param name="Delay">For <see cref="ResumeClientState.Connecting"/>, how long the client waits before it tries.</param>
/// <param name="Cause">What ended the connection or the attempt; null where nothing went wrong.</param>
public readonly record struct ResumeStateChange(ResumeClientState State, string Transport, TimeSpan Delay, Exception? Cause);

/// <summary>How a <see cref="ResumeClient"/> connects, keeps and gives up.</summary>
public sealed class ResumeClientOptions
{
    /// <summary>The defaults.</summary>
    public static ResumeClientOptions Default { get; } = new();

    /// <summary>What is kept for the server, offline too, and what happens where there is no room.</summary>
    public ResumeSessionOptions Session { get; init; } = ResumeSessionOptions.Default;

    /// <summary>How long to wait between attempts, and when to give up.</summary>
    public ReconnectBackoffOptions Backoff { get; init; } = ReconnectBackoffOptions.Default;

    /// <summary>How long an attempt may take, the server's answer included. Default 30 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait.</exception>
    public TimeSpan ConnectTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="ResumeClient.CloseAsync"/> waits for the server to take what was sent. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait.</exception>
    public TimeSpan CloseTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Is told when the session is gone (the server has started anew, or kept it no longer), and the client goes on in a new one; what was never
    /// sent is sent there. Null, the default: the client ends with <see cref="ResumeEndedException"/>, since only the application can know what to
    /// do about it.
    /// </summary>
    public Action<ResumeLoss>? SessionLost { get; init; }

    /// <summary>Called with each change of the connection, on the thread that causes it. It must not call the client.</summary>
    public Action<ResumeStateChange>? StateChanged { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(24));
        return value;
    }
}
