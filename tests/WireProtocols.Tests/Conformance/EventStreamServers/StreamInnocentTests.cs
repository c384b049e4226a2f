using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>The examiner of event stream servers accuses nobody who made no mistake.</summary>
public class StreamInnocentTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_clean_subject_is_not_accused(bool isEndless)
        => AccuseNobodyAsync(new ConformanceOptions { Timeout = TimeSpan.FromSeconds(isEndless ? 3 : 10) }, isEndless);

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 }, isEndless: false);
    }

    private async Task AccuseNobodyAsync(ConformanceOptions options, bool isEndless)
    {
        await using StreamSubject subject = new(isEndless: isEndless);
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(subject.Url, EventStreamServerCases.All, options, TestContext.Current.CancellationToken),
            EventStreamServerCases.All.Count,
            output);
    }
}
