using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Cli.Serve;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>Watching the bytes of another connection.</summary>
public sealed class WireRouteTests : IAsyncLifetime
{
    private readonly StringWriter _log = new();
    private WireServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public async Task Every_byte_of_a_watched_request_is_shown_and_none_of_another()
    {
        await using EventStreamClient watcher = await WatchAsync("me");
        using RawClient other = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?wire=you");
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?wire=me");
        await client.SendHexAsync("818537fa213d7f9f4d5158");
        Assert.Equal("810548656c6c6f", await client.ReadHexAsync(7));
        await client.SendHexAsync("888237fa213d3412");
        client.EndSending();
        await client.ReadHexToEndAsync();

        string fromClient = "", fromServer = "";
        await foreach (ServerSentEvent item in watcher.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            JsonNode piece = JsonNode.Parse(item.Data)!;
            Assert.Equal(0, (int)piece["lost"]!);
            Assert.Equal((int)piece["length"]! * 2, ((string)piece["hex"]!).Length);
            fromClient += (string)piece["from"]! == "client" ? (string)piece["hex"]! : "";
            fromServer += (string)piece["from"]! == "server" ? (string)piece["hex"]! : "";
            if (fromServer.EndsWith("880203e8", StringComparison.Ordinal) && fromClient.EndsWith("888237fa213d3412", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.StartsWith(Convert.ToHexStringLower("GET /ws/echo?wire=me HTTP/1.1\r\n"u8), fromClient, StringComparison.Ordinal);
        Assert.EndsWith("0d0a0d0a" + "818537fa213d7f9f4d5158" + "888237fa213d3412", fromClient, StringComparison.Ordinal);
        Assert.StartsWith(Convert.ToHexStringLower("HTTP/1.1 101 "u8), fromServer, StringComparison.Ordinal);
        Assert.EndsWith("0d0a0d0a" + "810548656c6c6f" + "880203e8", fromServer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_connection_shows_each_byte_once_without_secrets_and_nothing_of_the_requests_between()
    {
        await using EventStreamClient watcher = await WatchAsync("me");
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        const string First
            = "POST /echo?wire=me HTTP/1.1\r\nHost: a\r\nCookie: id=1\r\nAuthorization: Basic eDp5\r\nTransfer-Encoding: chunked\r\n\r\n";
        const string Body = "5\r\nhello\r\n0\r\n\r\n";
        const string Between = "HEAD /between HTTP/1.1\r\nHost: a\r\nCookie: id=2\r\n\r\n";
        const string Last = "POST /echo?wire=me HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\n";
        await client.SendAsync(First + Body + Between + Last + "end");
        string answers = await client.ReadTextToEndAsync();
        Assert.Contains("404", answers, StringComparison.Ordinal);

        List<string> pieces = [];
        await foreach (ServerSentEvent item in watcher.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            JsonNode piece = JsonNode.Parse(item.Data)!;
            pieces.Add((string)piece["from"]! + ":" + Encoding.Latin1.GetString(Convert.FromHexString((string)piece["hex"]!)));
            if (pieces[^1].EndsWith("3\r\nend\r\n0\r\n\r\n", StringComparison.Ordinal))
            {
                break;
            }
        }

        string hidden = First.Replace("id=1", "****", StringComparison.Ordinal).Replace("Basic eDp5", "**********", StringComparison.Ordinal);
        Assert.Equal(hidden + Body + Last + "end", string.Concat(pieces.Where(p => p[0] == 'c').Select(p => p[7..])));
        string shown = string.Concat(pieces.Where(p => p[0] == 's').Select(p => p[7..]));
        Assert.Equal(2, shown.Split("HTTP/1.1 200 ").Length - 1);
        Assert.DoesNotContain("404", shown, StringComparison.Ordinal);

        // The question stands before its answer.
        Assert.StartsWith("client:POST", pieces[0], StringComparison.Ordinal);
        int question = pieces.IndexOf("client:" + Body);
        Assert.InRange(question, 1, pieces.FindIndex(p => p[0] == 's' && p.Contains("5\r\nhello", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\n")]
    public async Task A_handshake_that_is_refused_shows_nothing_of_what_follows_it(string fields)
    {
        await using EventStreamClient watcher = await WatchAsync("me");
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync($"GET /ws/echo?wire=me HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        await client.ReadHeadAsync();
        await client.SendAsync("GET /nothing HTTP/1.1\r\nHost: a\r\nCookie: id=secret\r\n\r\n");
        client.EndSending();
        await client.ReadTextToEndAsync();
        using RawClient last = await RawClient.ConnectAsync(_server.EndPoint);
        await last.SendAsync("GET /nothing?wire=me HTTP/1.1\r\nHost: the-end\r\nConnection: close\r\n\r\n");
        await last.ReadTextToEndAsync();

        string shown = "";
        await foreach (ServerSentEvent item in watcher.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            shown += Encoding.Latin1.GetString(Convert.FromHexString((string)JsonNode.Parse(item.Data)!["hex"]!));
            if (shown.Contains("the-end", StringComparison.Ordinal))
            {
                break;
            }
        }

        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_watches_under_a_name()
    {
        await using EventStreamClient watcher = await WatchAsync("me");
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.Conflict, (await http.GetAsync(new Uri($"http://{_server.EndPoint}/wire?id=me"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await http.GetAsync(new Uri($"http://{_server.EndPoint}/wire"))).StatusCode);
    }

    /// <summary>Returns when the server has begun to watch.</summary>
    private async Task<EventStreamClient> WatchAsync(string name)
    {
        EventStreamClient watcher = new(new Uri($"http://{_server.EndPoint}/wire?id={name}"));
        await watcher.WaitToReadAsync(TestContext.Current.CancellationToken);
        return watcher;
    }
}
