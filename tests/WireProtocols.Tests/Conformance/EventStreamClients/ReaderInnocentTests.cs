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

    /// <summary>Chromium takes no stream that says another charset than UTF-8: no sentence says that one does.</summary>
    [Theory]
    [InlineData("latin-1")]
    [InlineData("utf-16")]
    [InlineData("unknown")]
    public async Task A_client_that_refuses_another_charset_is_not_accused(string charset)
    {
        ConformanceCase asked = ConformanceSuite.FindCase($"sse-client/content-type/charset-{charset}")!;
        await using ConformanceListener listener = ConformanceListener.Start("http", EventStreamClientCases.All);
        ConformanceResult result = await listener.PlayAsync(
            asked,
            async (url, stop) =>
            {
                using HttpClient client = new();
                using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stop);
                using StringContent report = new("{\"kind\":\"error\",\"message\":\"charset\"}\n");
                using HttpResponseMessage posted = await client.PostAsync(new Uri(url, "/report"), report, stop);
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(ConformanceVerdict.Info, result.Verdict);
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
