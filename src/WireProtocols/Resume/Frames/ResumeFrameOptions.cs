namespace WireProtocols.Resume;

/// <summary>The limits of frames.</summary>
public sealed class ResumeFrameOptions
{
    /// <summary>The defaults.</summary>
    public static ResumeFrameOptions Default { get; } = new();

    /// <summary>The most bytes of a frame, its type and its number included. Default 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 32, which every frame without a message fits in, or more than an array can hold with
    /// the frame's length.</exception>
    public int MaxFrameLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 32);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Array.MaxLength - sizeof(long));
            field = value;
        }
    } = 1024 * 1024;
}
