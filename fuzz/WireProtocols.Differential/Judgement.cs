namespace WireProtocols.Differential;

/// <summary>What the sentence of an input says of an answer.</summary>
public enum Judgement
{
    /// <summary>It is right.</summary>
    Right,

    /// <summary>What is forbidden was taken.</summary>
    TakesForbidden,

    /// <summary>What is allowed was refused.</summary>
    RefusesAllowed,

    /// <summary>It was taken, for something else than it means.</summary>
    ReadsOtherwise,
}

/// <summary>Judges answers.</summary>
public static class Judge
{
    /// <summary>Holds an answer against the input's sentence.</summary>
    public static Judgement Of(DifferentialInput input, PeerAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(answer);
        return !answer.Accepted ? input.Verdict == DifferentialVerdict.Allowed ? Judgement.RefusesAllowed : Judgement.Right
            : input.Verdict == DifferentialVerdict.Forbidden ? Judgement.TakesForbidden
            : input.Means is { } means && !means.SequenceEqual(answer.Got) ? Judgement.ReadsOtherwise
            : Judgement.Right;
    }
}
