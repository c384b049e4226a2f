using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The examiner of HTTP/1.1 clients examined: it finds every mistake with the case that is for it, and accuses nobody who made
/// none.</summary>
public class Http1ClientsExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), Jobs = 8 };

    /// <summary>Mistakes that show as silence alone: nothing that is right takes so long here.</summary>
    private static readonly ConformanceOptions Silent = new() { Timeout = TimeSpan.FromSeconds(1), Jobs = 8 };

    private static readonly Http1ClientDefect[] OfSilence =
    [
        Http1ClientDefect.NamesCaseSensitive, Http1ClientDefect.CodingCaseSensitive, Http1ClientDefect.BodyIn204, Http1ClientDefect.BodyIn304,
        Http1ClientDefect.NoChunked, Http1ClientDefect.TabNotTrimmed, Http1ClientDefect.EndNotTrimmed,
    ];

    public static TheoryData<Http1ClientDefect, string> Mistakes => new(Http1ClientDefects.All);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(Http1ClientDefects.All.Count >= 50);
        Assert.Equal(Enum.GetValues<Http1ClientDefect>().Where(d => d != Http1ClientDefect.None).Order(),
            Http1ClientDefects.All.Select(d => d.Defect).Order());
        Assert.All(Http1ClientDefects.All, d => Assert.NotNull(CaseOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(Http1ClientCases.All, "http1-client");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(Http1ClientDefect mistake, string id)
    {
        ConformanceCase finder = CaseOf(id);
        await using ConformanceListener listener
            = ConformanceListener.Start("http", Http1ClientCases.All, options: OfSilence.Contains(mistake) ? Silent : Quick);
        ConformanceResult result = await listener.PlayAsync(finder, new Http1ClientSubject(mistake).RunAsync, Stop);
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

    private static ConformanceCase CaseOf(string finder) => Examined.CaseOf(Http1ClientCases.All, "http1-client/", finder);

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Http1ClientCases.All, options: options);
        await Examined.AccusesNobodyAsync(
            listener.RunAsync(Http1ClientCases.All, new Http1ClientSubject(Http1ClientDefect.None).RunAsync, Stop),
            Http1ClientCases.All.Count,
            output);
    }
}
