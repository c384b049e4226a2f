using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public partial class Http1ServerConnectionTests
{
    private static readonly Http1ServerOptions Patient = new()
    {
        HeadTimeout = Timeout.InfiniteTimeSpan,
        BodyTimeout = Timeout.InfiniteTimeSpan,
        IdleTimeout = Timeout.InfiniteTimeSpan,
        CloseTimeout = Timeout.InfiniteTimeSpan,
    };

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order_with_a_date_each()
    {
        string answer = await TalkAsync("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n", AnswerPath);
        Assert.Equal(2, Regex.Count(answer, "Date: [A-Z][a-z]{2}, [0-9]{2} "));
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/aHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/b",
            DateField().Replace(answer, ""));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 28\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\nGET /smuggled HTTP/1.1\r\n\r\n\r\n\r\n0\r\n\r\n")]
    public async Task A_body_that_nobody_read_is_never_taken_for_the_next_request(string first)
    {
        string answer = await TalkAsync(first + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n", AnswerPath);
        Assert.Equal(2, Regex.Count(answer, "HTTP/1.1 200"));
        Assert.EndsWith("/next", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("smuggled", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_too_long_to_drop_ends_the_connection()
    {
        string input = $"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n{new string('x', 70000)}GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
        Assert.EndsWith("/a", await TalkAsync(input, AnswerPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_head_into_a_response_is_impossible()
    {
        string answer = await TalkAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n", async (exchange, stop) =>
        {
            Http1BodyWriter body = exchange.StartResponse(200, Http1BodyFraming.Chunked);
            Assert.Throws<InvalidOperationException>(() => exchange.StartResponse(500, Http1BodyFraming.None));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.InformAsync(103, [], stop));
            await body.WriteAsync("hi"u8.ToArray(), stop);
            body.AddTrailer("X-Sum", "2");
            await body.CompleteAsync();
        });
        Assert.Equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 2\r\n\r\n", DateField().Replace(answer, ""));
    }

    [Fact]
    public async Task Continue_is_sent_at_the_first_read_and_not_to_what_is_refused_unread()
    {
        const string Head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        string read = await TalkAsync(Head + "ok", async (exchange, stop) => await exchange.RespondAsync(200, await ReadAsync(exchange.Body)));
        Assert.StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200", read, StringComparison.Ordinal);
        Assert.EndsWith("ok", read, StringComparison.Ordinal);

        string refused = await TalkAsync(Head, async (exchange, _) => await exchange.RespondAsync(403, default));
        Assert.StartsWith("HTTP/1.1 403", refused, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_HEAD_is_told_the_length_and_not_sent_the_body()
    {
        string answer = await TalkAsync("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n", AnswerPath);
        Assert.Contains("Content-Length: 4\r\n\r\nHTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    /// <summary>"The HEAD method is identical to GET except that the server MUST NOT send content in the response" (RFC 9110 §9.3.2).</summary>
    [Theory]
    [InlineData("HEAD / HTTP/1.1\r\n\r\n")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: h\r\nBad Field: 1\r\n\r\n")]
    [InlineData("HEAD /\0 HTTP/1.1\r\nHost: h\r\n\r\n")]
    public async Task A_malformed_HEAD_is_refused_without_a_body(string input)
    {
        string answer = await TalkAsync(input, (_, _) => throw new InvalidOperationException("It is no request."));
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        string get = await TalkAsync(input.Replace("HEAD", "GET", StringComparison.Ordinal), (_, _)
            => throw new InvalidOperationException("It is no request."));
        Assert.DoesNotMatch("\r\n\r\n$", get);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505)]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30000001\r\n\r\n", 413)]
    public async Task What_breaks_a_rule_is_answered_once_with_its_status_and_the_end(string input, int status)
    {
        string answer
            = await TalkAsync(input + "GET / HTTP/1.1\r\nHost: h\r\n\r\n", async (e, _) => await e.RespondAsync(200, await ReadAsync(e.Body)));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(answer, "HTTP/1.1 [0-9]"));
        Assert.Contains("Connection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Date: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_throws_or_is_silent_is_answered_with_500_and_one_that_stops_in_the_middle_is_cut()
    {
        const string Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 500", await TalkAsync(Request, (_, _) => default), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 500", await TalkAsync(Request, (_, _) => throw new FormatException()), StringComparison.Ordinal);
        string cut = await TalkAsync(Request + Request, async (exchange, stop) =>
        {
            await exchange.StartResponse(200, Http1BodyFraming.Chunked).WriteAsync("hi"u8.ToArray(), stop);
        });
        Assert.EndsWith("2\r\nhi\r\n", cut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_cannot_be_written_sends_nothing_of_the_head()
    {
        string answer = await TalkAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n", async (exchange, _) =>
        {
            Assert.Throws<ArgumentException>(() => exchange.StartResponse(200, Http1BodyFraming.None, ("X", "a\r\nSet-Cookie: b")));
            Assert.Throws<ArgumentException>(() => exchange.StartResponse(200, Http1BodyFraming.None, ("Content-Length", "9")));
            await exchange.RespondAsync(200, default, ("Content-Type", "text/\xE9"));
        });
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: text/\xE9\r\nContent-Length: 0\r\n\r\n", DateField().Replace(answer, ""));
    }

    [Fact]
    public async Task An_upgrade_hands_the_transport_over_with_what_was_read_ahead_and_a_declined_one_closes()
    {
        const string Request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nahead";
        string taken = await TalkAsync(Request, async (exchange, stop) =>
        {
            IDuplexPipe pipe = await exchange.SwitchAsync([("Upgrade", "echo")], stop);
            ReadResult ahead = await pipe.Input.ReadAsync(stop);
            await pipe.Output.WriteAsync(ahead.Buffer.ToArray(), stop);
            await pipe.Output.CompleteAsync();
        });
        Assert.StartsWith("HTTP/1.1 101 ", taken, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nahead", taken, StringComparison.Ordinal);

        string declined = await TalkAsync(Request, AnswerPath);
        Assert.Contains("Connection: close\r\n", declined, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(declined, "HTTP/1.1 "));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\n\r\nahead")]
    [InlineData("GET / HTTP/1.0\r\n\r\nahead")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nahead")]
    public async Task A_transport_that_is_taken_over_carries_what_its_owner_writes_and_nothing_else(string request)
    {
        string written = await TalkAsync(request, async (exchange, stop) =>
        {
            IDuplexPipe pipe = await exchange.TakeOverAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.TakeOverAsync());
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.RespondAsync(200, default));
            ReadResult ahead = await pipe.Input.ReadAsync(stop);
            await pipe.Output.WriteAsync("no HTTP, and "u8.ToArray(), stop);
            await pipe.Output.WriteAsync(ahead.Buffer.ToArray(), stop);
            await pipe.Output.CompleteAsync();
        });
        Assert.Equal("no HTTP, and ahead", written);
    }

    [Fact]
    public async Task A_request_whose_body_is_not_read_is_not_taken_over()
    {
        string answer = await TalkAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab", async (exchange, stop) =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.TakeOverAsync());
            await exchange.RespondAsync(200, default);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await exchange.TakeOverAsync());
        });
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_and_a_body_that_come_too_slowly_are_answered_with_408_and_an_idle_connection_with_nothing()
    {
        Assert.StartsWith("HTTP/1.1 408", await WaitOutAsync("GET / HT"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408", await WaitOutAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), StringComparison.Ordinal);
        Assert.Equal("", await WaitOutAsync(""));
    }

    [Fact]
    public async Task Stopping_ends_an_idle_connection_at_once_and_a_busy_one_behind_its_answer()
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        using CancellationTokenSource stopping = new();
        await using Http1ServerConnection connection = new(server, Patient);
        Task running = connection.RunAsync(AnswerPath, stopping.Token);
        await stopping.CancelAsync();
        await running;

        (client, server) = DuplexPipes.Create();
        using CancellationTokenSource second = new();
        Http1ServerConnection busy = new(server);
        running = busy.RunAsync(async (exchange, _) =>
        {
            await second.CancelAsync();
            await exchange.RespondAsync(200, "bye"u8.ToArray());
        }, second.Token);
        await client.Output.WriteAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        await running;
        await client.Output.CompleteAsync();
        await busy.DisposeAsync();
        Assert.Contains("Connection: close", await ReadAllAsync(client.Input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_is_noticed_while_the_handler_waits()
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        await using Http1ServerConnection connection = new(server, Patient);
        Task running = connection.RunAsync(async (exchange, stop) =>
        {
            await Task.Delay(Timeout.Infinite, exchange.WatchClient()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await exchange.RespondAsync(200, "what there is"u8.ToArray());
        });
        await client.Output.WriteAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        await client.Output.CompleteAsync();
        await running;
        await connection.DisposeAsync();
        Assert.EndsWith("what there is", await ReadAllAsync(client.Input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_comes_while_the_client_is_watched_is_answered_next()
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        await using Http1ServerConnection connection = new(server, Patient);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task running = connection.RunAsync(async (exchange, stop) =>
        {
            CancellationToken left = exchange.WatchClient();
            waits.TrySetResult();
            await goOn.Task;
            Assert.False(left.IsCancellationRequested && exchange.Request.Target == "/a");
            await exchange.RespondAsync(200, exchange.Request.Head.Path.ToArray());
        });
        await client.Output.WriteAsync("GET /a HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        await waits.Task;
        await client.Output.WriteAsync("GET /b HTTP/1.1\r\nHost"u8.ToArray());
        await client.Output.WriteAsync(": h\r\n\r\n"u8.ToArray());
        goOn.SetResult();
        string answers = "";
        while (!answers.EndsWith("/b", StringComparison.Ordinal))
        {
            Task<ReadResult> reading = client.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.Same(reading, await Task.WhenAny(reading, running));
            ReadResult read = await reading;
            answers += Encoding.Latin1.GetString(read.Buffer);
            client.Input.AdvanceTo(read.Buffer.End);
            Assert.False(read.IsCompleted);
        }

        Assert.Equal(2, Regex.Count(answers, "HTTP/1.1 200"));
        await client.Output.CompleteAsync();
        await running;
    }

    [Fact]
    public async Task A_client_that_reads_nothing_loses_its_connection()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe client, IDuplexPipe server)
            = DuplexPipes.Create(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500, useSynchronizationContext: false));
        await using Http1ServerConnection connection = new(server, new Http1ServerOptions { TimeProvider = time });
        await client.Output.WriteAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        await client.Output.CompleteAsync();
        Task running = connection.RunAsync((exchange, _) => exchange.RespondAsync(200, new byte[100_000]));
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<TimeoutException>(() => running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_handler_fails_of_elsewhere_is_not_the_clients_fault(bool timeout)
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        await client.Output.WriteAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray());
        await client.Output.CompleteAsync();
        Http1ServerConnection connection = new(server, Patient);
        Exception own = timeout ? new TimeoutException() : new Http1ProtocolException(Http1ProtocolError.UnexpectedEnd, 0);
        Assert.Same(own, await Assert.ThrowsAnyAsync<Exception>(() => connection.RunAsync((_, _) => throw own)));
        await connection.DisposeAsync();
        Assert.StartsWith("HTTP/1.1 500", await ReadAllAsync(client.Input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_client_gets_no_informational_response()
    {
        string answer = await TalkAsync("GET / HTTP/1.0\r\n\r\n", async (exchange, stop) =>
        {
            await exchange.InformAsync(103, [("Link", "</a>")], stop);
            await exchange.RespondAsync(200, default);
        });
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_gives_up_because_the_server_stops_is_answered_for()
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        using CancellationTokenSource stopping = new();
        await client.Output.WriteAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"u8.ToArray());
        Http1ServerConnection connection = new(server, Patient);
        Task running = connection.RunAsync(
            async (exchange, stop) =>
            {
                await stopping.CancelAsync();
                await exchange.RespondAsync(200, (await exchange.Body.ReadAsync(stop)).Buffer.ToArray());
            },
            stopping.Token);
        await running;
        await client.Output.CompleteAsync();
        await connection.DisposeAsync();
        Assert.StartsWith("HTTP/1.1 503", await ReadAllAsync(client.Input), StringComparison.Ordinal);
    }

    private static ValueTask AnswerPath(Http1Exchange exchange, CancellationToken stop)
        => exchange.RespondAsync(200, exchange.Request.Head.Path.ToArray());

    private static async Task<byte[]> ReadAsync(Http1IncomingBody body)
    {
        using MemoryStream bytes = new();
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<string> TalkAsync(string input, Func<Http1Exchange, CancellationToken, ValueTask> handler)
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        await client.Output.WriteAsync(Encoding.Latin1.GetBytes(input));
        await client.Output.CompleteAsync();
        await using (Http1ServerConnection connection = new(server, Patient))
        {
            try
            {
                await connection.RunAsync(handler);
            }
            catch (FormatException)
            {
                // The handler's own.
            }
        }

        return await ReadAllAsync(client.Input);
    }

    /// <summary>Sends what is too little, lets the time pass, and reads what comes.</summary>
    private static async Task<string> WaitOutAsync(string input)
    {
        ManualTimeProvider time = new();
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        Http1ServerConnection connection = new(server, new Http1ServerOptions { TimeProvider = time });

        // It is there before anybody waits for it, so that no time passes in between.
        await client.Output.WriteAsync(Encoding.Latin1.GetBytes(input));
        Task running = connection.RunAsync(async (exchange, _) => await exchange.RespondAsync(200, await ReadAsync(exchange.Body)));
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await client.Output.CompleteAsync();
        await connection.DisposeAsync();
        return await ReadAllAsync(client.Input);
    }

    private static async Task<string> ReadAllAsync(PipeReader input)
    {
        ReadResult read = await input.ReadAtLeastAsync(int.MaxValue);
        string text = Encoding.Latin1.GetString(read.Buffer);
        input.AdvanceTo(read.Buffer.End);
        return text;
    }

    [GeneratedRegex("Date: [^\r]*\r\n")]
    private static partial Regex DateField();
}
