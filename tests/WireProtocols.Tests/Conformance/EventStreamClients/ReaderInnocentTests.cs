using System.Net.Sockets;
using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>The examiner of clients of event streams accuses nobody who made no mistake.</summary>
public class ReaderInnocentTests(ITestOutputHelper output)
{
    [Fact]
    public Task The_clean_subject_is_not_accused() => AccuseNobodyAsync(new ConformanceOptions());

    /// <summary>A client in a loop is told no case: what it asks next may be the next case, or the same stream again.</summary>
    [Fact]
    public async Task The_clean_subject_in_a_loop_is_not_accused()
    {
        ConformanceCase[] cases = [.. EventStreamClientCases.All.Where((c, i) => i % 6 == 0 && !c.IsHeavy)];
        await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All);
        using CancellationTokenSource over = new();
        Task loop = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    await new ReaderSubject(ReaderDefect.None).RunAsync(listener.Url, over.Token);
                }
                catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ReaderSubjectException)
                {
                    // The examiner is done.
                }
            }
        });
        List<string> wrong = [];
        await foreach (ConformanceResult result in listener.RunAsync(cases, TestContext.Current.CancellationToken))
        {
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn or ConformanceVerdict.Skip)
            {
                wrong.Add($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
            }
        }

        await over.CancelAsync();
        await loop;
        Assert.Empty(wrong);
    }

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using CancellationTokenSource busy = new();
        Thread[] load = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(() => Burn(busy.Token)))];
        Array.ForEach(load, t => t.Start());
        try
        {
            await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 });
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

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All, 0, options);
        List<ConformanceResult> wrong = [];
        int count = 0;
        await foreach (ConformanceResult result in listener.RunAsync(
            EventStreamClientCases.All, (url, stop) => new ReaderSubject(ReaderDefect.None).RunAsync(url, stop),
            TestContext.Current.CancellationToken))
        {
            count++;
            if (result.Verdict is ConformanceVerdict.Fail or ConformanceVerdict.Warn or ConformanceVerdict.Skip)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result);
            }
        }

        Assert.Equal(EventStreamClientCases.All.Count, count);
        Assert.Empty(wrong);
    }
}
