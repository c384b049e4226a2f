namespace WireProtocols.Resume;

/// <summary>How a connection came to its end.</summary>
internal enum ResumeLinkEndKind
{
    /// <summary>It was lost, or just ended; the session goes on.</summary>
    Lost,

    /// <summary>This end stopped it.</summary>
    Stopped,

    /// <summary>The other end asks to come back later.</summary>
    Retry,

    /// <summary>The other end says that the session is gone.</summary>
    Gone,

    /// <summary>The session is over.</summary>
    Ended,

    /// <summary>The other end broke a rule.</summary>
    Violation,
}

/// <summary>How a connection came to its end, and what goes with that.</summary>
internal sealed record ResumeLinkEnd(ResumeLinkEndKind Kind, Exception? Cause = null)
{
    public static ResumeLinkEnd Lost { get; } = new(ResumeLinkEndKind.Lost);

    public ResumeGoneReason Reason { get; init; }

    public TimeSpan Delay { get; init; }

    public TimeSpan Window { get; init; }

    /// <summary>How this end closes the connection, where it stopped it.</summary>
    public ResumeCloseReason Close { get; init; } = ResumeCloseReason.GoingAway;

    /// <summary>Whether the connection is left as it is, since nothing is to be expected of it.</summary>
    public bool IsAbandoned { get; init; }

    public static ResumeLinkEnd Of(Exception exception) => exception switch
    {
        OperationCanceledException => new ResumeLinkEnd(ResumeLinkEndKind.Stopped),
        WireProtocolException { IsUnexpectedEnd: false } => new ResumeLinkEnd(ResumeLinkEndKind.Violation, exception),
        IOException or WireProtocolException or ObjectDisposedException => new ResumeLinkEnd(ResumeLinkEndKind.Lost, exception),
        _ => new ResumeLinkEnd(ResumeLinkEndKind.Lost, exception) { Close = ResumeCloseReason.Failed },
    };
}
