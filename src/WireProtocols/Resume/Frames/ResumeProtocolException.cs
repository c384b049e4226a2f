namespace WireProtocols.Resume;

/// <summary>Frames from a peer that break a rule of <c>wire.resume.v1</c>. The offset is that in the frame, or in the stream of frames.</summary>
public sealed class ResumeProtocolException : WireProtocolException
{
    internal ResumeProtocolException(ResumeProtocolError error, long offset = 0)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public ResumeProtocolError Error { get; }
}
