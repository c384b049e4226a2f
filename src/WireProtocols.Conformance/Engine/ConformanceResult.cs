namespace WireProtocols.Conformance;

/// <summary>A case that was played.</summary>
/// <param name="Case">The case.</param>
/// <param name="Finding">What it says of the subject.</param>
/// <param name="Trace">What crossed the wire, bounded.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record ConformanceResult(
    ConformanceCase Case, ConformanceFinding Finding, IReadOnlyList<ConformanceTraceLine> Trace, TimeSpan Elapsed)
{
    /// <summary>The verdict.</summary>
    public ConformanceVerdict Verdict => Finding.Verdict;
}
