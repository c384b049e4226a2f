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
        await Examined.AccusesNobodyAsync(listener.RunAsync(cases, TestContext.Current.CancellationToken), cases.Length, output, maySkip: false);
        await over.CancelAsync();
        await loop;
    }

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 });
    }

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All, 0, options);
        await Examined.AccusesNobodyAsync(
            listener.RunAsync(
                EventStreamClientCases.All,
                (url, stop) => new ReaderSubject(ReaderDefect.None).RunAsync(url, stop),
                TestContext.Current.CancellationToken),
            EventStreamClientCases.All.Count,
            output,
            maySkip: false);
    }
}
