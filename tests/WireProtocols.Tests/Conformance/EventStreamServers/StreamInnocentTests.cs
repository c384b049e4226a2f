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
        using CancellationTokenSource busy = new();
        Thread[] load = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(() => Burn(busy.Token)))];
        Array.ForEach(load, t => t.Start());
        try
        {
            await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 }, isEndless: false);
        }
        finally
        {
            await busy.CancelAsync();
            Array.ForEach(load, t => t.Join());
        }
    }

    private static void Burn(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }

    private async Task AccuseNobodyAsync(ConformanceOptions options, bool isEndless)
    {
        await using StreamSubject subject = new(isEndless: isEndless);
        List<ConformanceResult> wrong = [];
        int count = 0;
        await foreach (ConformanceResult result in ConformanceRunner.RunAsync(
            subject.Url, EventStreamServerCases.All, options, TestContext.Current.CancellationToken))
        {
            count++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result);
            }
        }

        Assert.Equal(EventStreamServerCases.All.Count, count);
        Assert.Empty(wrong);
    }
}
