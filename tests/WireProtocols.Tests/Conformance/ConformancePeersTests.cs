using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The data of the peers, which a script writes: it fits the suites, and each case finds its answers.</summary>
public class ConformancePeersTests
{
    [Fact]
    public void Every_suite_but_those_without_peers_has_three_at_least()
        => Assert.All(
            ConformanceSuite.All.Where(s => s.Subject != "webtransport" && (s.Subject != "sse" || s.IsOfClients)),
            s => Assert.True(ConformancePeerAnswer.To(s.Cases[0]).Count >= 3, $"{s.Subject}, clients: {s.IsOfClients}"));

    /// <summary>Ids stay: what the data names exists.</summary>
    [Fact]
    public void Every_answer_is_to_a_case_that_exists()
    {
        using StreamReader lines = new(typeof(ConformanceSuite).Assembly.GetManifestResourceStream("answers.jsonl")!);
        string[] unknown = [.. lines.ReadToEnd().Split('\n')
            .Where(l => l.StartsWith("{\"id\":\"", StringComparison.Ordinal))
            .Select(l => l.Split('"')[3])
            .Where(id => ConformanceSuite.FindCase(id) is null)];
        Assert.Empty(unknown);
    }

    [Fact]
    public void An_answer_has_its_verdict_and_what_came()
    {
        ConformanceCase asked = ConformanceSuite.FindCase("ws/frames/length/non-minimal-16")!;
        ConformancePeerAnswer kestrel = Assert.Single(ConformancePeerAnswer.To(asked), a => a.Peer == "Kestrel");
        Assert.Equal(ConformanceVerdict.Fail, kestrel.Verdict);
        Assert.StartsWith("the subject went on", kestrel.Got, StringComparison.Ordinal);
        Assert.Contains(ConformancePeerAnswer.To(asked), a => a.Verdict == ConformanceVerdict.Pass);
    }

    /// <summary>Nobody passed a case that there was not when they were examined, however many there were.</summary>
    [Fact]
    public void Who_was_not_asked_has_no_answer()
    {
        PeerRun kestrel = PeerRun.All.First(r => r is { Title: "Kestrel", Subject: "websocket" });
        Assert.True(kestrel.WasAsked("ws/frames/length/text-0"));
        Assert.False(kestrel.WasAsked("ws/frames/length/no-such"));
        ConformanceCase younger = ConformanceSuite.FindCase("ws/deflate/windows/9-9")!;
        Assert.All(ConformancePeerAnswer.To(younger), a => Assert.Contains(PeerRun.All, r => r.Title == a.Peer && r.WasAsked(younger.Id)));
        Assert.Equal(
            PeerRun.All.Count(r => r is { Subject: "websocket", IsClient: false } && r.WasAsked(younger.Id)),
            ConformancePeerAnswer.To(younger).Count);
    }

    /// <summary>An answer that is no pass is one to a case that was asked.</summary>
    [Fact]
    public void Every_answer_was_asked_for()
        => Assert.All(
            ConformanceSuite.All.SelectMany(s => s.Cases),
            c => Assert.All(PeerRun.All.Where(r => r.AnswerTo(c.Id) is not null), r => Assert.True(r.WasAsked(c.Id))));
}
