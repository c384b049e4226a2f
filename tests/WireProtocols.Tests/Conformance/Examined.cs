using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>What the tests of all examiners demand.</summary>
internal static class Examined
{
    /// <summary>What finds a mistake: a wave before the id stands for a warning, since no MUST is broken; a dot for a remark, since nothing
    /// is.</summary>
    public static ConformanceVerdict VerdictOf(string finder) => finder[0] switch
    {
        '~' => ConformanceVerdict.Warn,
        '.' => ConformanceVerdict.Info,
        _ => ConformanceVerdict.Fail,
    };

    /// <summary>The case that finds it.</summary>
    public static ConformanceCase CaseOf(IReadOnlyList<ConformanceCase> cases, string prefix, string finder)
        => cases.Single(c => c.Id == prefix + finder.TrimStart('~', '.'));

    /// <summary>Every id stands once, and says nothing but letters, digits, dots and hyphens; every case says all that it has to.</summary>
    public static void AreWhole(IReadOnlyList<ConformanceCase> cases, string prefix)
    {
        Assert.Empty(cases.GroupBy(c => c.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(cases, c => Assert.Matches($"^{prefix}(/[a-z0-9.-]+)+$", c.Id));
        Assert.All(cases, c => Assert.All([c.Sentence, c.Spec, c.Expected, c.Advice], t => Assert.NotEmpty(t)));
    }

    /// <summary>A run in which nobody is accused, and nothing is left out.</summary>
    public static async Task AccusesNobodyAsync(
        IAsyncEnumerable<ConformanceResult> run, int count, ITestOutputHelper output, bool maySkip = true)
    {
        List<string> wrong = [];
        int played = 0;
        await foreach (ConformanceResult result in run)
        {
            played++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn || (!maySkip && result.Verdict == ConformanceVerdict.Skip))
            {
                wrong.Add($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                output.WriteLine(wrong[^1]);
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(count, played);
    }
}
