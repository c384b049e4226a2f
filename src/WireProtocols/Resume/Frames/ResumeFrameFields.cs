namespace WireProtocols.Resume;

/// <summary>What a frame says beside its message.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Number">The first number behind the type; 0 where there is none.</param>
/// <param name="Second">The second; 0 where there is none.</param>
/// <param name="Session">The session; empty where there is none.</param>
internal readonly record struct ResumeFrameFields(ResumeFrameType Type, long Number, long Second, ResumeSessionId Session)
{
    public long Sequence => Type is >= ResumeFrameType.Text and <= ResumeFrameType.Welcome ? Number : 0;

    public TimeSpan Keep => Type == ResumeFrameType.Welcome ? ToTime(Second, TimeSpan.TicksPerSecond) : TimeSpan.Zero;

    public ResumeGoneReason Reason => Type == ResumeFrameType.Gone ? (ResumeGoneReason)Number : ResumeGoneReason.None;

    public TimeSpan Delay => Type == ResumeFrameType.Retry ? ToTime(Number, TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;

    public TimeSpan Window => Type == ResumeFrameType.Retry ? ToTime(Second, TimeSpan.TicksPerMillisecond) : TimeSpan.Zero;

    /// <summary>A number of the wire as a time; one that is longer than a time can be is the longest.</summary>
    private static TimeSpan ToTime(long number, long ticks)
        => number > TimeSpan.MaxValue.Ticks / ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks(number * ticks);
}
