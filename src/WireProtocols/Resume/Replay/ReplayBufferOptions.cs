namespace WireProtocols.Resume;

/// <summary>The bounds of a <see cref="ReplayBuffer"/>. The oldest messages go first.</summary>
public sealed class ReplayBufferOptions
{
    /// <summary>The defaults.</summary>
    public static ReplayBufferOptions Default { get; } = new();

    /// <summary>The most messages that are kept; 0 keeps none. Default 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxMessages
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1024;

    /// <summary>The most bytes that they may have together. Default 4 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public long MaxBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 4 * 1024 * 1024;

    /// <summary>How long a message is kept; <see cref="Timeout.InfiniteTimeSpan"/> for as long as the other bounds allow. Default 10
    /// minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither positive nor infinite.</exception>
    public TimeSpan MaxAge
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            field = value;
        }
    } = TimeSpan.FromMinutes(10);

    /// <summary>Where time comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
