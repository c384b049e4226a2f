using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>What clients may cost the server: memory, time, and places that are given back.</summary>
public sealed class ServeLimitTests : IAsyncDisposable
{
    private readonly StringWriter _log = new();
    private readonly ManualTimeProvider _time = new();
    private WireServer? _server;

    public async ValueTask DisposeAsync()
    {
        Task stopping = _server?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        await AdvanceUntilAsync(() => stopping.IsCompleted);
        await stopping;
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public async Task Messages_under_way_share_one_bound()
    {
        await StartAsync(maxMemory: 1024 * 1024);
        List<RawClient> clients = [];
        int refused = 0;
        for (int i = 0; i < 12; i++)
        {
            RawClient client = await RawClient.UpgradeAsync(_server!.EndPoint);
            clients.Add(client);
            await client.SendHexAsync("02ff" + 200_000.ToString("x16") + "00000000");
            await client.Stream.WriteAsync(new byte[200_000]);
            await client.SendHexAsync("898000000000");

            // A Pong says that the fragment was taken in; a Close, that there was no room.
            string answer = await client.ReadHexAsync(2);
            if (answer != "8a00")
            {
                Assert.StartsWith("88", answer, StringComparison.Ordinal);
                Assert.Equal("03f5", await client.ReadHexAsync(2));
                refused++;
                break;
            }
        }

        Assert.Equal(1, refused);
        clients.ForEach(c => c.Dispose());
    }

    [Theory]
    [InlineData("GET /poll?timeout=60000&since=9223372036854775807 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /sse/clock?interval=86400000 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /ndjson/ticks?interval=86400000 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /wire?id=gone HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task A_client_that_leaves_is_let_go_while_a_route_waits(string request)
    {
        await StartAsync();
        using (RawClient client = await RawClient.ConnectAsync(_server!.EndPoint))
        {
            await client.SendAsync(request);
            await Until(() => _server.Connections == 1);
        }

        await Until(() => _server.Connections == 0);
    }

    [Theory]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 408 ")]
    [InlineData("GET / HT", "HTTP/1.1 408 ")]
    [InlineData("", "")]
    public async Task What_comes_too_slowly_is_answered_with_408(string request, string status)
    {
        await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(_server!.EndPoint);

        // What comes in one piece with a request that has been answered has arrived.
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + request);
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Task<string> answer = client.ReadTextToEndAsync();
        await AdvanceUntilAsync(() => answer.IsCompleted);
        Assert.StartsWith(status, await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_idle_connections()
    {
        await StartAsync();
        using RawClient idle = await RawClient.ConnectAsync(_server!.EndPoint);
        using RawClient kept = await RawClient.ConnectAsync(_server.EndPoint);
        await kept.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        await kept.ReadHeadAsync();
        await Until(() => _server.Connections == 2);

        // No time passes.
        await _server.StopAsync();
        Assert.Equal("", await kept.ReadTextToEndAsync());
    }

    [Fact]
    public async Task Stopping_lets_an_upload_end_and_answers_a_head_whose_body_has_not_begun()
    {
        await StartAsync();
        const string Head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
        using RawClient upload = await RawClient.ConnectAsync(_server!.EndPoint);
        using RawClient unbegun = await RawClient.ConnectAsync(_server.EndPoint);
        using RawClient silent = await RawClient.ConnectAsync(_server.EndPoint);
        await upload.SendAsync(Head + "12345");
        await upload.ReadHeadAsync();
        await silent.SendAsync(Head + "12345");
        await silent.ReadHeadAsync();
        await unbegun.SendAsync(Head.Replace("Host", "Expect: 100-continue\r\nHost", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 100 ", await unbegun.ReadHeadAsync(), StringComparison.Ordinal);
        Task stopping = _server.StopAsync();
        Assert.StartsWith("HTTP/1.1 503 ", await unbegun.ReadTextToEndAsync(), StringComparison.Ordinal);
        await upload.SendAsync("67890");
        Assert.EndsWith("67890\r\n0\r\n\r\n", await upload.ReadTextToEndAsync(), StringComparison.Ordinal);
        Assert.False(stopping.IsCompleted);
        upload.Dispose();
        unbegun.Dispose();
        await AdvanceUntilAsync(() => stopping.IsCompleted);
        await stopping;
        await Assert.ThrowsAnyAsync<IOException>(() => silent.ReadTextToEndAsync());
    }

    [Fact]
    public async Task More_connections_than_there_may_be_are_closed()
    {
        await StartAsync(maxConnections: 1);
        using RawClient first = await RawClient.ConnectAsync(_server!.EndPoint);
        await Until(() => _server.Connections == 1);
        Assert.True(await IsCutAsync(_server.EndPoint));
        await first.SendAsync("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await first.ReadHeadAsync(), StringComparison.Ordinal);
    }

    private static async Task<bool> IsCutAsync(IPEndPoint endPoint)
    {
        try
        {
            using RawClient client = await RawClient.ConnectAsync(endPoint);
            return await client.Stream.ReadAsync(new byte[1]) == 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return true;
        }
    }

    /// <summary>Waits for what needs no time of the server's clock.</summary>
    private static async Task Until(Func<bool> condition)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - started < 60_000, "It hangs.");
            await Task.Yield();
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        long started = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - started < 60_000, "It hangs.");
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private async Task StartAsync(long maxMemory = 512 * 1024 * 1024, int maxConnections = 100)
        => _server = await WireServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ServeSettings
            {
                Log = _log,
                Time = _time,
                MaxMemory = maxMemory,
                MaxConnections = maxConnections,

                // Time passes in leaps here: no answer is to be cut off because the socket takes a moment.
                CloseTimeout = TimeSpan.FromDays(1),
            });
}
