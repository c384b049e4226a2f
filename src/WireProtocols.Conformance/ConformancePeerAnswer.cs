namespace WireProtocols.Conformance;

/// <summary>How another implementation answered a case when it was examined.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Date">When that was.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Got">What came, where the case failed; else empty, or why the verdict is not certain.</param>
public sealed record ConformancePeerAnswer(string Peer, string Version, DateOnly Date, ConformanceVerdict Verdict, string Got)
{
    /// <summary>How those answered who were examined by the same suite, in the order of their names. The data is part of the package.</summary>
    public static IReadOnlyList<ConformancePeerAnswer> To(ConformanceCase asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ConformanceSuite? suite = ConformanceSuite.All.FirstOrDefault(s => s.Cases.Contains(asked));
        return suite is null
            ? []
            : [.. PeerRun.All.Where(r => r.Subject == suite.Subject && r.IsClient == suite.IsOfClients).Select(r => Of(r, asked, suite))];
    }

    private static ConformancePeerAnswer Of(PeerRun run, ConformanceCase asked, ConformanceSuite suite)
    {
        ConformanceFinding answer = run.AnswerTo(asked.Id)
            ?? ConformanceFinding.Pass(run.Cases == suite.Cases.Count ? "" : "unless the case is younger than that run");
        return new(run.Title, run.Version, run.Date, answer.Verdict, answer.Got);
    }
}
