namespace WireProtocols.Conformance;

/// <summary>How another implementation answered a case when it was examined.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Date">When that was.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Got">What came, where the case failed; else empty.</param>
public sealed record ConformancePeerAnswer(string Peer, string Version, DateOnly Date, ConformanceVerdict Verdict, string Got)
{
    /// <summary>
    /// How those answered who were asked the case, in the order of their names. Who was examined before there was such a case is left out. The data
    /// is part of the package.
    /// </summary>
    public static IReadOnlyList<ConformancePeerAnswer> To(ConformanceCase asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ConformanceSuite? suite = ConformanceSuite.All.FirstOrDefault(s => s.Cases.Contains(asked));
        return suite is null
            ? []
            : [.. PeerRun.All.Where(r => r.Subject == suite.Subject && r.IsClient == suite.IsOfClients && r.WasAsked(asked.Id))
                .Select(r => Of(r, asked.Id))];
    }

    private static ConformancePeerAnswer Of(PeerRun run, string id)
    {
        ConformanceFinding answer = run.AnswerTo(id) ?? ConformanceFinding.Pass("");
        return new(run.Title, run.Version, run.Date, answer.Verdict, answer.Got);
    }
}
