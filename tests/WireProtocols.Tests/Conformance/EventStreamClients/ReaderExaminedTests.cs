using System.Collections.Concurrent;
using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>The examiner of clients of event streams examined: it finds every mistake with the case that is for it.</summary>
public class ReaderExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5) };

    private static readonly Lazy<Task<IReadOnlyDictionary<ReaderDefect, ConformanceResult>>> Played = new(PlayAsync);

    public static TheoryData<ReaderDefect, string> Mistakes => new(ReaderDefects.All);

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(ReaderDefects.All.Count >= 60);
        Assert.Equal(Enum.GetValues<ReaderDefect>().Where(d => d != ReaderDefect.None).Order(), ReaderDefects.All.Select(d => d.Defect).Order());
        Assert.All(ReaderDefects.All, d => Assert.NotNull(CaseOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(EventStreamClientCases.All, "sse-client");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(ReaderDefect mistake, string id)
    {
        ConformanceResult result = (await Played.Value)[mistake];
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    private static ConformanceCase CaseOf(string finder) => Examined.CaseOf(EventStreamClientCases.All, "sse-client/", finder);

    /// <summary>Most of the time is waiting: all are played at the same time.</summary>
    private static async Task<IReadOnlyDictionary<ReaderDefect, ConformanceResult>> PlayAsync()
    {
        ConcurrentDictionary<ReaderDefect, ConformanceResult> results = [];
        await Parallel.ForEachAsync(ReaderDefects.All, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (mistake, stop) =>
        {
            ConformanceCase finder = CaseOf(mistake.Case);
            await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All, 0, Quick);
            results[mistake.Defect] = await listener.PlayAsync(finder, new ReaderSubject(mistake.Defect).RunAsync, stop);
        });
        return results;
    }
}
