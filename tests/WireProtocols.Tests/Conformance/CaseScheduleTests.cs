using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>How long a case may take where others were late.</summary>
public class CaseScheduleTests
{
    private static readonly ConformanceOptions Options = new() { Jobs = 1 };
    private static readonly ConformanceCase[] Cases = [.. WebSocketServerCases.All.Where(c => !c.IsHeavy).Take(100)];

    /// <summary>A machine that was busy for a moment leaves the rest its time.</summary>
    [Fact]
    public async Task A_few_that_are_late_among_many_cost_the_rest_nothing()
    {
        TimeSpan[] given = await PlayAsync(index => index is >= 70 and < 74);
        Assert.All(given, t => Assert.Equal(Options.Timeout, t));
    }

    [Fact]
    public async Task Where_much_is_late_the_rest_gets_less_time()
    {
        TimeSpan[] given = await PlayAsync(_ => true);
        Assert.All(given[..CaseSchedule.MaxSecondChances], t => Assert.Equal(Options.Timeout, t));
        Assert.All(given[CaseSchedule.MaxSecondChances..], t => Assert.True(t < Options.Timeout / 8));
    }

    /// <returns>How long each of the first turns might take.</returns>
    private static async Task<TimeSpan[]> PlayAsync(Func<int, bool> isLate)
    {
        List<TimeSpan> given = [];
        CaseSchedule schedule = new((played, options, _) =>
        {
            given.Add(options.Timeout);
            ConformanceFinding finding = isLate(given.Count - 1) ? ConformanceFinding.Late("late") : ConformanceFinding.Pass("in time");
            return Task.FromResult(new ConformanceResult(played, finding, [], TimeSpan.Zero));
        }, Options);
        await foreach (ConformanceResult result in schedule.RunAsync(Cases, TestContext.Current.CancellationToken))
        {
            Assert.Contains(result.Case, Cases);
        }

        return [.. given.Take(Cases.Length)];
    }
}
