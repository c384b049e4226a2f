namespace WireProtocols.Conformance;

/// <summary>What came in place of an answer.</summary>
internal enum Http1NoAnswer
{
    /// <summary>There is an answer.</summary>
    None,

    /// <summary>The subject ended the connection before the first byte of an answer.</summary>
    End,

    /// <summary>The connection was reset.</summary>
    Reset,

    /// <summary>Nothing, or not enough, in time.</summary>
    Silence,

    /// <summary>The connection ended inside an answer.</summary>
    Cut,

    /// <summary>Bytes that begin no response.</summary>
    Garbage,
}

/// <summary>An answer, or what came in its place.</summary>
/// <param name="Answer">The answer; where it was cut off, as far as it came.</param>
/// <param name="Missing">Why there is none.</param>
/// <param name="Text">In words.</param>
internal sealed record Http1Reply(Http1Answer? Answer, Http1NoAnswer Missing, string Text)
{
    public bool IsWhole => Missing == Http1NoAnswer.None;

    public bool IsHangUp => Missing is Http1NoAnswer.End or Http1NoAnswer.Reset;

    public override string ToString() => Text;
}
