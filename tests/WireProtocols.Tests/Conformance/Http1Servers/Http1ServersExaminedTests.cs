using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The examiner of HTTP/1.1 servers examined: it finds every mistake with the case that is for it, and accuses nobody who made
/// none.</summary>
public class Http1ServersExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), Jobs = 8 };

    /// <summary>Mistakes that show as silence alone: nothing that is right takes so long here.</summary>
    private static readonly ConformanceOptions Silent = new() { Timeout = TimeSpan.FromSeconds(1), Jobs = 8 };

    private static readonly Http1Defect[] OfSilence =
    [
        Http1Defect.DropsBehind, Http1Defect.NoContinue, Http1Defect.NoLengthIsWaitedFor, Http1Defect.LengthTooLarge, Http1Defect.ChunksWithoutEnd,
        Http1Defect.ChunksInDecimal, Http1Defect.LengthWithUnit,
    ];

    public static TheoryData<Http1Defect, string> Mistakes => new(Http1Defects.All);

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(Http1Defects.All.Count >= 100);
        Assert.Equal(Enum.GetValues<Http1Defect>().Where(d => d != Http1Defect.None).Order(), Http1Defects.All.Select(d => d.Defect).Order());
        Assert.All(Http1Defects.All, d => Assert.NotNull(CaseOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(Http1ServerCases.All, "http1");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(Http1Defect mistake, string id)
    {
        ConformanceCase finder = CaseOf(id);
        await using Http1Subject subject = new(mistake);
        ConformanceResult result = await ConformanceRunner.PlayAsync(
            subject.Url, finder, OfSilence.Contains(mistake) ? Silent : Quick, TestContext.Current.CancellationToken);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    [Fact]
    public Task The_clean_subject_is_not_accused() => AccuseNobodyAsync(new ConformanceOptions());

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 });
    }

    private static ConformanceCase CaseOf(string finder) => Examined.CaseOf(Http1ServerCases.All, "http1/", finder);

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using Http1Subject subject = new();
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(subject.Url, Http1ServerCases.All, options, TestContext.Current.CancellationToken),
            Http1ServerCases.All.Count,
            output);
    }
}
