namespace WireProtocols.Resume;

/// <summary>The bounds of one session at one end.</summary>
public sealed class ResumeSessionOptions
{
    /// <summary>The defaults.</summary>
    public static ResumeSessionOptions Default { get; } = new();

    /// <summary>The most messages that are kept for the other end: those that wait to be sent, and those that it has not acknowledged. Default
    /// 1024.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int MaxPendingMessages
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024;

    /// <summary>The most bytes that they may have; one message may always be kept. Default 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public long MaxPendingBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>What happens to a message for which there is no room. Default: <see cref="ResumeFullPolicy.Wait"/>.</summary>
    public ResumeFullPolicy FullPolicy { get; init; }
}
