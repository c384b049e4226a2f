using System.Collections.Concurrent;
using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>The examiner of event stream servers examined: it finds every mistake with the case that is for it.</summary>
public class StreamExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5) };
    private static readonly ConformanceOptions Short = new() { Timeout = TimeSpan.FromSeconds(1.5) };

    private static readonly Lazy<Task<IReadOnlyDictionary<StreamDefect, ConformanceResult>>> Played = new(PlayAsync);

    public static TheoryData<StreamDefect, string> Mistakes => new(StreamDefects.All);

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(StreamDefects.All.Count >= 50);
        Assert.Equal(Enum.GetValues<StreamDefect>().Where(d => d != StreamDefect.None).Order(), StreamDefects.All.Select(d => d.Defect).Order());
        Assert.All(StreamDefects.All, d => Assert.NotNull(CaseOf(d.Case)));
    }

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(EventStreamServerCases.All, "sse");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(StreamDefect mistake, string id)
    {
        ConformanceResult result = (await Played.Value)[mistake];
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    private static ConformanceCase CaseOf(string finder) => Examined.CaseOf(EventStreamServerCases.All, "sse/", finder);

    /// <summary>Most of the time is waiting: all are played at the same time.</summary>
    private static async Task<IReadOnlyDictionary<StreamDefect, ConformanceResult>> PlayAsync()
    {
        ConcurrentDictionary<StreamDefect, ConformanceResult> results = [];
        await Parallel.ForEachAsync(StreamDefects.All, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (mistake, stop) =>
        {
            ConformanceCase finder = CaseOf(mistake.Case);
            await using StreamSubject subject = new(mistake.Defect);
            ConformanceOptions options = StreamDefects.IsSilent(mistake.Defect) ? Short : Quick;
            results[mistake.Defect] = await ConformanceRunner.PlayAsync(subject.Url, finder, options, stop);
        });
        return results;
    }
}
