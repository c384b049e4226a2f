using System.Net.Sockets;
using System.Text;
using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The seam between clients and their cases: who gets which connection, and whose report it is.</summary>
public class ConformanceListenerTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), Jobs = 3 };
    private static readonly ConformanceRule Rule = ConformanceRule.Must("RFC 0 §0", "A sentence.", "Nothing.");

    /// <summary>What the cases do: answer one request, and wait for two reports.</summary>
    private static readonly ConformanceCase[] Cases
        = [.. Enumerable.Range(1, 9).Select(i => ClientCase.Of($"test/case-{i}", Rule, "reports", PlayAsync))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => ["same-connection", "other-connection", "chunked", "named", "close", "pieces", "http10", "expect"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Reports_come_to_their_case(string way)
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick);
        int count = 0;
        await foreach (ConformanceResult result in listener.RunAsync(Cases, (url, stop) => ReadAndReportAsync(url, way, stop), Stop))
        {
            Assert.Equal(result.Case.Id, result.Finding.Got);
            count++;
        }

        Assert.Equal(Cases.Length, count);
    }

    [Fact]
    public async Task Clients_in_a_loop_play_one_case_after_the_other()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick);
        using CancellationTokenSource over = new();
        Task loop = LoopAsync(() => ReadAndReportAsync(listener.Url, "same-connection", over.Token), over.Token);
        List<string> played = [];
        await foreach (ConformanceResult result in listener.RunAsync(Cases, Stop))
        {
            Assert.Equal("/", result.Finding.Got);
            played.Add(result.Case.Id);
        }

        await over.CancelAsync();
        await loop;
        Assert.Equal(Cases.Select(c => c.Id), played);
    }

    [Fact]
    public async Task A_path_chooses_the_case()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick with { Timeout = TimeSpan.FromSeconds(0.5) });
        await using IAsyncEnumerator<ConformanceResult> results = listener.RunAsync(Cases, Stop).GetAsyncEnumerator(Stop);
        Task client = ReadAndReportAsync(new Uri(listener.Url, "/case/test/case-7"), "close", Stop);
        Assert.True(await results.MoveNextAsync());
        Assert.Equal("test/case-7", results.Current.Case.Id);
        Assert.Equal("test/case-7", results.Current.Finding.Got);
        await client;
        Assert.True(await results.MoveNextAsync());
        Assert.Equal((ConformanceVerdict.Skip, "no client came any more"), (results.Current.Verdict, results.Current.Finding.Got));
    }

    [Fact]
    public async Task A_client_that_asks_for_a_case_again_and_again_does_not_keep_the_run_going()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick with { Timeout = TimeSpan.FromSeconds(0.3) });
        using CancellationTokenSource over = new();
        Task loop = LoopAsync(() => ReadAndReportAsync(new Uri(listener.Url, "/case/test/case-3"), "close", over.Token), over.Token);
        List<ConformanceVerdict> verdicts = [];
        await foreach (ConformanceResult result in listener.RunAsync(Cases, Stop))
        {
            verdicts.Add(result.Verdict);
        }

        await over.CancelAsync();
        await loop;
        Assert.Equal([ConformanceVerdict.Pass, .. Enumerable.Repeat(ConformanceVerdict.Skip, Cases.Length - 1)], verdicts);
    }

    /// <summary>A client that connects and never reports costs a few waits, not one for each case.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_that_never_report_end_the_run(bool isStarted)
    {
        ConformanceOptions hasty = Quick with { Timeout = TimeSpan.FromSeconds(0.3) };
        ConformanceCase[] many = [.. Enumerable.Range(1, 100).Select(i => ClientCase.Of($"test/case-{i}", Rule, "reports", PlayAsync))];
        await using ConformanceListener listener = ConformanceListener.Start("http", many, 0, hasty);
        using CancellationTokenSource over = new();
        Task loop = isStarted ? Task.CompletedTask : LoopAsync(() => GetAsync(listener.Url, over.Token), over.Token);
        List<ConformanceResult> results = [];
        await foreach (ConformanceResult result in isStarted ? listener.RunAsync(many, GetAsync, Stop) : listener.RunAsync(many, Stop))
        {
            results.Add(result);
        }

        await over.CancelAsync();
        await loop;
        Assert.Equal(many.Select(c => c.Id).Order(), results.Select(r => r.Case.Id).Order());
        int failed = results.Count(r => r.Verdict == ConformanceVerdict.Fail);
        Assert.InRange(failed, 1, 2 * MuteClients.Enough);
        Assert.Equal(many.Length - failed, results.Count(r => r.Finding.Got.Contains("none did what it was waited for", StringComparison.Ordinal)));
    }

    /// <summary>A client that gives up a request and asks again plays one case with both: the first says nothing of the next case.</summary>
    [Fact]
    public async Task A_request_that_was_given_up_plays_no_case()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick);
        using CancellationTokenSource over = new();
        Task loop = LoopAsync(
            async () =>
            {
                using (TcpClient given = new() { NoDelay = true })
                {
                    await given.ConnectAsync(listener.Url.Host, listener.Url.Port, over.Token);
                    await given.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), over.Token);
                }

                await ReadAndReportAsync(listener.Url, "close", over.Token);
            },
            over.Token);
        List<ConformanceVerdict> verdicts = [];
        await foreach (ConformanceResult result in listener.RunAsync(Cases, Stop))
        {
            verdicts.Add(result.Verdict);
        }

        await over.CancelAsync();
        await loop;
        Assert.Equal(Enumerable.Repeat(ConformanceVerdict.Pass, Cases.Length), verdicts);
    }

    /// <summary>A client that is late at first is no mute one.</summary>
    [Fact]
    public async Task Clients_that_report_after_a_while_are_heard()
    {
        ConformanceOptions hasty = Quick with { Timeout = TimeSpan.FromSeconds(0.5) };
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, hasty);
        using CancellationTokenSource over = new();
        int count = 0;
        Task loop = LoopAsync(
            () => count++ < MuteClients.Enough ? GetAsync(listener.Url, over.Token) : ReadAndReportAsync(listener.Url, "same-connection", over.Token),
            over.Token);
        List<ConformanceVerdict> verdicts = [];
        await foreach (ConformanceResult result in listener.RunAsync(Cases, Stop))
        {
            verdicts.Add(result.Verdict);
        }

        await over.CancelAsync();
        await loop;
        Assert.Equal(Enumerable.Repeat(ConformanceVerdict.Pass, Cases.Length), verdicts);
    }

    [Fact]
    public async Task Nobody_coming_is_said()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick with { Timeout = TimeSpan.FromSeconds(0.1) });
        await Assert.ThrowsAsync<ConformanceUnreachableException>(async () => await FirstAsync(listener.RunAsync(Cases, Stop)));
        ConformanceUnreachableException gone = await Assert.ThrowsAsync<ConformanceUnreachableException>(
            async () => await FirstAsync(listener.RunAsync(Cases, (_, _) => throw new InvalidOperationException("no"), Stop)));
        Assert.Contains("threw InvalidOperationException: no", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_ends_at_once_is_said()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is one for sh");
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, Quick);
        ConformanceUnreachableException gone = await Assert.ThrowsAsync<ConformanceUnreachableException>(
            async () => await FirstAsync(listener.RunAsync(Cases, "echo nothing here >&2; exit 7 # {url}", Stop)));
        Assert.Contains("ended with exit code 7: nothing here", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_late()
    {
        ConformanceOptions hasty = Quick with { Timeout = TimeSpan.FromSeconds(0.3) };
        await using ConformanceListener listener = ConformanceListener.Start("http", Cases, 0, hasty);
        ConformanceResult result = await listener.PlayAsync(Cases[0], (_, _) => Task.CompletedTask, Stop);
        Assert.Equal("no request came: the client returned", result.Finding.Got);
        Assert.True(result.Finding.IsTimeout);
    }

    /// <summary>Comes again until the examiner is done.</summary>
    private static Task LoopAsync(Func<Task> comeAsync, CancellationToken over) => Task.Run(
        async () =>
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    await comeAsync();
                }
                catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
                {
                    // The examiner hung up, or is done.
                }
            }
        },
        CancellationToken.None);

    /// <summary>Takes the answer, and reports nothing.</summary>
    private static async Task GetAsync(Uri url, CancellationToken stop)
    {
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, stop);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {url.AbsolutePath} HTTP/1.1\r\nHost: x\r\n\r\n"), stop);
        await stream.ReadExactlyAsync(new byte[Answer.Length], stop);
    }

    private static async Task<ConformanceResult> FirstAsync(IAsyncEnumerable<ConformanceResult> results)
    {
        await using IAsyncEnumerator<ConformanceResult> each = results.GetAsyncEnumerator(Stop);
        return await each.MoveNextAsync() ? each.Current : throw new InvalidOperationException("there is no result");
    }

    private static async Task<ConformanceFinding> PlayAsync(ClientContext context)
    {
        await using ClientArrival arrival = await context.AcceptAsync();
        await arrival.Connection.SendAsync(Encoding.ASCII.GetBytes(Answer), "answer");
        arrival.Release();
        bool all = await context.WaitForReportsAsync(r => r.Count == 2);
        return all && context.Reports[0].Kind == "response" && context.Reports[0].Number("status") == 200 && context.Reports[1].Text("said") == "b"
            ? ConformanceFinding.Pass(arrival.Request.Case ?? arrival.Request.Path)
            : ConformanceFinding.Late($"{context.Reports.Count} reports: {string.Join(" / ", context.Reports)}");
    }

    private static async Task ReadAndReportAsync(Uri url, string way, CancellationToken stop)
    {
        using TcpClient first = new() { NoDelay = true };
        await first.ConnectAsync(url.Host, url.Port, stop);
        NetworkStream stream = first.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {url.AbsolutePath} HTTP/1.1\r\nHost: x\r\n\r\n"), stop);
        byte[] answer = new byte[Answer.Length];
        await stream.ReadExactlyAsync(answer, stop);
        using TcpClient second = new() { NoDelay = true };
        if (way != "same-connection")
        {
            await second.ConnectAsync(url.Host, url.Port, stop);
            stream = second.GetStream();
        }

        const string Body = "{\"kind\":\"response\",\"status\":200}\n{\"kind\":\"event\",\"said\":\"b\"}\n";
        string path = way == "named" ? "/report" + url.AbsolutePath["/case".Length..] : "/report";
        string post = way switch
        {
            "chunked" => $"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7;a=b\r\n{Body[..7]}\r\n{Body.Length - 7:x}\r\n"
                + $"{Body[7..]}\r\n0\r\nX-Trailer: 1\r\n\r\n",
            "close" => $"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {Body.Length}\r\n\r\n{Body}",
            "http10" => $"POST {path} HTTP/1.0\r\nContent-Length: {Body.Length}\r\n\r\n{Body}",
            "expect" => $"POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {Body.Length}\r\n\r\n",
            _ => $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {Body.Length}\r\n\r\n{Body}",
        };
        for (int at = 0; at < post.Length; at += way == "pieces" ? 1 : post.Length)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(way == "pieces" ? post[at..(at + 1)] : post), stop);
        }

        if (way == "expect")
        {
            byte[] go = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
            await stream.ReadExactlyAsync(go, stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Body), stop);
        }

        byte[] done = new byte["HTTP/1.1 200 OK"u8.Length];
        await stream.ReadExactlyAsync(done, stop);
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(done));
    }
}
