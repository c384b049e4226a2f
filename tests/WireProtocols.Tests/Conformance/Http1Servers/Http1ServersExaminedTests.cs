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
        Assert.All(Http1Defects.All, d => Assert.Contains(Http1ServerCases.All, c => c.Id == IdOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form()
    {
        Assert.Empty(Http1ServerCases.All.GroupBy(c => c.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(Http1ServerCases.All, c => Assert.Matches("^http1(/[a-z0-9.-]+)+$", c.Id));
        Assert.All(Http1ServerCases.All, c => Assert.All([c.Sentence, c.Spec, c.Expected, c.Advice], t => Assert.NotEmpty(t)));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(Http1Defect mistake, string id)
    {
        ConformanceCase finder = Http1ServerCases.All.Single(c => c.Id == IdOf(id));
        await using Http1Subject subject = new(mistake);
        ConformanceResult result = await ConformanceRunner.PlayAsync(
            subject.Url, finder, OfSilence.Contains(mistake) ? Silent : Quick, TestContext.Current.CancellationToken);
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

    private static string IdOf(string finder) => $"http1/{finder.TrimStart('~')}";

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using Http1Subject subject = new();
        List<ConformanceResult> wrong = [];
        int count = 0;
        await foreach (ConformanceResult result in ConformanceRunner.RunAsync(
            subject.Url, Http1ServerCases.All, options, TestContext.Current.CancellationToken))
        {
            count++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result);
            }
        }

        Assert.Equal(Http1ServerCases.All.Count, count);
        Assert.Empty(wrong);
    }
}

/// <summary>Keeps every processor busy until it is disposed.</summary>
public sealed class BusyProcessors : IDisposable
{
    private readonly CancellationTokenSource _until = new();
    private readonly Thread[] _load;

    public BusyProcessors()
    {
        _load = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(Burn))];
        Array.ForEach(_load, t => t.Start());
    }

    public void Dispose()
    {
        _until.Cancel();
        Array.ForEach(_load, t => t.Join());
        _until.Dispose();
    }

    private void Burn()
    {
        while (!_until.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }
}
