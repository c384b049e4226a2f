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
        Assert.All(Http1ClientDefects.All, d => Assert.Contains(Http1ClientCases.All, c => c.Id == IdOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form()
    {
        Assert.Empty(Http1ClientCases.All.GroupBy(c => c.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(Http1ClientCases.All, c => Assert.Matches("^http1-client(/[a-z0-9.-]+)+$", c.Id));
        Assert.All(Http1ClientCases.All, c => Assert.All([c.Sentence, c.Spec, c.Expected, c.Advice], t => Assert.NotEmpty(t)));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(Http1ClientDefect mistake, string id)
    {
        ConformanceCase finder = Http1ClientCases.All.Single(c => c.Id == IdOf(id));
        await using ConformanceListener listener
            = ConformanceListener.Start("http", Http1ClientCases.All, options: OfSilence.Contains(mistake) ? Silent : Quick);
        ConformanceResult result = await listener.PlayAsync(finder, new Http1ClientSubject(mistake).RunAsync, Stop);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(id[0] == '~' ? ConformanceVerdict.Warn : ConformanceVerdict.Fail, result.Verdict);
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

    private static string IdOf(string finder) => $"http1-client/{finder.TrimStart('~')}";

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Http1ClientCases.All, options: options);
        List<ConformanceResult> wrong = [];
        int count = 0;
        await foreach (ConformanceResult result in listener.RunAsync(Http1ClientCases.All, new Http1ClientSubject(Http1ClientDefect.None).RunAsync,
            Stop))
        {
            count++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result);
            }
        }

        Assert.Equal(Http1ClientCases.All.Count, count);
        Assert.Empty(wrong);
    }
}
