using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The examiner of clients examined: it finds every mistake with the case that is for it, and accuses nobody who made none.</summary>
public class WebSocketClientsExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), Jobs = 8 };

    /// <summary>For mistakes that show as silence.</summary>
    private static readonly ConformanceOptions Short = Quick with { Timeout = TimeSpan.FromSeconds(1) };

    private static readonly ClientDefect[] SilentOwn = [ClientDefect.DropsWhatIsBehind, ClientDefect.StaysWhenLost];

    private static readonly Defect[] SilentShared
        = [Defect.PongAfterMessage, Defect.StaysOpen, Defect.NoPong, Defect.DropsEmptyMessages, Defect.NoAnnouncedLimit];

    /// <summary>What costs little to play: a run with every processor busy is long enough with these.</summary>
    private static readonly ConformanceCase[] Cheap =
    [
        .. WebSocketClientCases.All.Where((c, i) => !c.Id.Contains("/limits/", StringComparison.Ordinal)
            && !c.Id.Contains("/sizes/", StringComparison.Ordinal) && !c.Id.Contains("/attacks/", StringComparison.Ordinal)
            && (i % 4 == 0 || !c.Id.Contains("/text/", StringComparison.Ordinal))),
    ];

    public static TheoryData<ClientDefect, Defect, string> Mistakes => new(ClientDefects.All);

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(ClientDefects.All.Count >= 100);
        Assert.Equal(
            Enum.GetValues<ClientDefect>().Where(d => d != ClientDefect.None).Order(),
            ClientDefects.All.Select(d => d.Own).Where(d => d != ClientDefect.None).Order());
        Assert.All(ClientDefects.All, d => Assert.Contains(WebSocketClientCases.All, c => c.Id == d.Case.TrimStart('~')));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(ClientDefect own, Defect shared, string id)
    {
        ConformanceCase finder = Examined.CaseOf(WebSocketClientCases.All, "", id);
        await using ConformanceListener listener = ConformanceListener.Start(
            "ws", WebSocketClientCases.All, 0, SilentOwn.Contains(own) || SilentShared.Contains(shared) ? Short : Quick);
        ConformanceResult result = await listener.PlayAsync(
            finder, new SubjectClient(own, shared).RunAsync, TestContext.Current.CancellationToken);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    [Fact]
    public Task The_clean_subject_is_not_accused() => AccuseNobodyAsync(WebSocketClientCases.All, new ConformanceOptions(), inALoop: false);

    [Fact]
    public Task The_clean_subject_in_a_loop_is_not_accused() => AccuseNobodyAsync(Cheap, new ConformanceOptions(), inALoop: true);

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(Cheap, new ConformanceOptions { Jobs = 16, Seed = 2 }, inALoop: false);
    }

    private async Task AccuseNobodyAsync(IReadOnlyList<ConformanceCase> cases, ConformanceOptions options, bool inALoop)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        SubjectClient subject = new(ClientDefect.None);
        await using ConformanceListener listener = ConformanceListener.Start("ws", WebSocketClientCases.All, 0, options);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task loop = inALoop ? Task.Run(() => LoopAsync(subject, listener.Url, over.Token), stop) : Task.CompletedTask;
        IAsyncEnumerable<ConformanceResult> run = inALoop ? listener.RunAsync(cases, stop) : listener.RunAsync(cases, subject.RunAsync, stop);
        await Examined.AccusesNobodyAsync(run, cases.Count, output);
        await over.CancelAsync();
        await loop;
    }

    private static async Task LoopAsync(SubjectClient subject, Uri url, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await subject.RunAsync(url, stop);
            }
            catch (Exception exception) when (exception is System.Net.Sockets.SocketException or OperationCanceledException)
            {
                // The examiner is done.
            }
        }
    }
}
