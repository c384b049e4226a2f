namespace WireProtocols.Resume;

/// <summary>A <see cref="ResumeFrame"/> that may be kept.</summary>
public sealed class OwnedResumeFrame
{
    private readonly byte[] _payload;

    internal OwnedResumeFrame(ResumeFrame frame)
    {
        _payload = frame.Payload.ToArray();
        (Type, Number, Second, Session) = (frame.Type, frame.Number, frame.Second, frame.Session);
    }

    /// <inheritdoc cref="ResumeFrame.Type"/>
    public ResumeFrameType Type { get; }

    /// <inheritdoc cref="ResumeFrame.Payload"/>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <inheritdoc cref="ResumeFrame.Session"/>
    public ResumeSessionId Session { get; }

    /// <inheritdoc cref="ResumeFrame.Sequence"/>
    public long Sequence => Frame.Sequence;

    /// <inheritdoc cref="ResumeFrame.Keep"/>
    public TimeSpan Keep => Frame.Keep;

    /// <inheritdoc cref="ResumeFrame.Reason"/>
    public ResumeGoneReason Reason => Frame.Reason;

    /// <inheritdoc cref="ResumeFrame.Delay"/>
    public TimeSpan Delay => Frame.Delay;

    /// <inheritdoc cref="ResumeFrame.Window"/>
    public TimeSpan Window => Frame.Window;

    /// <summary>The frame over this one's payload.</summary>
    public ResumeFrame Frame => new(Type, Number, Second, Session, _payload);

    private long Number { get; }

    private long Second { get; }
}
