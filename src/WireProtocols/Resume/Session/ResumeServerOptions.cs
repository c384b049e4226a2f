namespace WireProtocols.Resume;

/// <summary>How a <see cref="ResumeServer"/> treats connections.</summary>
public sealed class ResumeServerOptions
{
    /// <summary>The defaults.</summary>
    public static ResumeServerOptions Default { get; } = new();

    /// <summary>The limits of frames.</summary>
    public ResumeFrameOptions Frames { get; init; } = ResumeFrameOptions.Default;

    /// <summary>How long a client may take for HELLO, and to read WELCOME. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or longer than a timer can wait.</exception>
    public TimeSpan HelloTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(24));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>What WELCOME says about how long a session is kept without a connection: what the store does. Default 2 minutes.</summary>
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

    /// <summary>Over how long clients are spread that find no room or a server that goes away (wire-resume §4). Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan RetryWindow
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>Is told what a handler threw; its session is over then.</summary>
    public Action<Exception>? HandlerFailed { get; init; }

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
