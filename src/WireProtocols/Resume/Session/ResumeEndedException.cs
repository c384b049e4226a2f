namespace WireProtocols.Resume;

/// <summary>A session is over: nothing more comes, and nothing can be sent in it.</summary>
public sealed class ResumeEndedException : IOException
{
    internal ResumeEndedException(string message, ResumeLoss? loss = null, Exception? innerException = null)
        : base(message, innerException)
        => Loss = loss;

    /// <summary>What was lost with it; null where nothing was.</summary>
    public ResumeLoss? Loss { get; }
}

/// <summary>What a client loses when its session is gone (wire-resume §3.3).</summary>
/// <param name="Reason">Why it is gone.</param>
/// <param name="Unacknowledged">What the client has sent, and the server may have taken or not. Sent again, it may be taken twice.</param>
public sealed record ResumeLoss(ResumeGoneReason Reason, IReadOnlyList<ResumeMessage> Unacknowledged);
