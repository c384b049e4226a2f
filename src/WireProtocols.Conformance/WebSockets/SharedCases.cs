namespace WireProtocols.Conformance;

/// <summary>Cases that are asked of a subject in either role.</summary>
internal abstract class SharedCases(WebSocketSubject subject)
{
    protected WebSocketSubject Subject => subject;

    /// <summary>See <see cref="EchoPlay.Case"/>.</summary>
    protected ConformanceCase Echo(
        string id, ConformanceRule rule, IReadOnlyList<ProbeFrame> sent, string expected, int cut = int.MaxValue)
        => EchoPlay.Case(subject, id, rule, sent, expected, cut);

    /// <summary>See <see cref="FailPlay"/>.</summary>
    protected ConformanceCase Fail(string id, ConformanceRule rule, IReadOnlyList<ProbeFrame> sent, params int[] codes)
        => FailPlay.Case(subject, id, rule, sent, [], codes);

    /// <summary>See <see cref="FailPlay"/>.</summary>
    protected ConformanceCase Fail(
        string id, ConformanceRule rule, IReadOnlyList<ProbeFrame> sent, IReadOnlyList<ProbeFrame> rest, params int[] codes)
        => FailPlay.Case(subject, id, rule, sent, rest, codes);
}
