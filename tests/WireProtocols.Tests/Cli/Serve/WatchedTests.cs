using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WireProtocols.Cli.Serve;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>What who watches is told besides the bytes, and what they can do: cut, and send bytes by hand.</summary>
public sealed class WatchedTests : IAsyncLifetime
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
    public async Task A_broken_frame_is_told_with_its_rule_and_its_byte()
    {
        await using EventStreamClient watcher = await WatchAsync();
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?wire=me");
        await client.SendHexAsync("818537fa213d7f9f4d5158" + "0985");
        await client.ReadHexToEndAsync();
        JsonNode violation = (await ReadUntilAsync(watcher, p => (string?)p["what"] == "violation"))[^1];
        Assert.Equal("FragmentedControlFrame", (string?)violation["code"]);
        Assert.Equal("RFC 6455 §5.5", (string?)violation["spec"]);
        Assert.Equal(11, (long?)violation["offset"]);
        Assert.Equal(1, (int?)violation["connection"]);
        Assert.Equal("A control frame is not fragmented", (string?)violation["text"]);
    }

    [Fact]
    public async Task A_broken_chunk_is_told_and_its_bytes_are_shown()
    {
        await using EventStreamClient watcher = await WatchAsync();
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync("POST /echo?wire=me HTTP/1.1\r\nHost: a\r\nCookie: id=1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\nxyz\r\n");
        await client.ReadTextToEndAsync();
        JsonNode[] pieces = await ReadUntilAsync(watcher, p => (string?)p["what"] == "violation");
        Assert.Equal("InvalidChunkSize", (string?)pieces[^1]["code"]);
        Assert.Equal(10, (long?)pieces[^1]["offset"]);
        string body = string.Concat(pieces.Where(p => (string?)p["from"] == "client" && p["what"] is null).Select(p => (string)p["hex"]!));
        Assert.Equal(Convert.ToHexStringLower("5\r\nHello\r\nxyz\r\n"u8), body);

        // Where the asterisks are.
        int at = "POST /echo?wire=me HTTP/1.1\r\nHost: a\r\nCookie: ".Length;
        Assert.Equal([at, 4], pieces.First(p => (string?)p["what"] == "request")["hidden"]!.AsArray().Select(n => (int)n!));
    }

    [Fact]
    public async Task What_is_watched_can_be_ended_in_good_order()
    {
        await using EventStreamClient watcher = await WatchAsync();
        using RawClient socket = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?wire=me");
        using RawClient stream = await RawClient.ConnectAsync(_server.EndPoint);
        await stream.SendAsync("GET /sse/clock?wire=me HTTP/1.1\r\nHost: a\r\n\r\n");
        await stream.ReadHeadAsync();
        using RawClient other = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo");
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/cut?id=me"));
        Assert.StartsWith("88", await socket.ReadHexAsync(4), StringComparison.Ordinal);
        await stream.SendAsync("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string rest = await stream.ReadTextToEndAsync();
        Assert.Contains("0\r\n\r\nHTTP/1.1 404 ", rest, StringComparison.Ordinal);
        await other.SendHexAsync("818537fa213d7f9f4d5158");
        Assert.Equal("810548656c6c6f", await other.ReadHexAsync(7));
    }

    [Fact]
    public async Task What_is_watched_can_be_dropped_and_what_comes_back_too()
    {
        await using EventStreamClient watcher = await WatchAsync();
        using RawClient socket = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?wire=me");
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/cut?id=me&how=drop&ms=60000"));
        Assert.Equal("", await ReadToCutAsync(socket));
        using RawClient again = await RawClient.ConnectAsync(_server.EndPoint);
        await again.SendAsync("GET /poll?wire=me HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("", await ReadToCutAsync(again));
        JsonNode[] pieces = await ReadUntilAsync(watcher, p => (string?)p["what"] == "end" && (int?)p["connection"] == 2);
        Assert.Equal(2, pieces.Count(p => (string?)p["what"] == "cut"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("/cut?id=nobody"));
    }

    [Fact]
    public async Task Bytes_by_hand_are_sent_as_they_are()
    {
        using HttpClient http = new();
        using ByteArrayContent body = new(Encoding.ASCII.GetBytes("POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nHello"));
        using HttpResponseMessage answer = await http.PostAsync(new Uri($"http://{_server.EndPoint}/raw?wait=5000"), body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nHello", text, StringComparison.Ordinal);
        using ByteArrayContent large = new(new byte[(256 * 1024) + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.PostAsync(new Uri($"http://{_server.EndPoint}/raw"), large)).StatusCode);
    }

    [Fact]
    public async Task The_list_says_what_there_is()
    {
        using HttpClient http = new();
        JsonArray routes = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{_server.EndPoint}/routes")))!.AsArray();
        Assert.Contains("/ws/echo", routes.Select(r => (string)r!["path"]!));
        Assert.DoesNotContain("/webtransport", routes.Select(r => (string)r!["path"]!));
        Assert.All(routes, r => Assert.NotEqual("", (string)r!["description"]!));
    }

    [Fact]
    public async Task A_WebSocket_pings_and_echoes_in_fragments_where_it_is_asked_for()
    {
        using RawClient client = await RawClient.UpgradeAsync(_server.EndPoint, "/ws/echo?ping=hi&fragment=2");
        Assert.Equal("89026869", await client.ReadHexAsync(4));
        await client.SendHexAsync("818537fa213d7f9f4d5158");
        Assert.Equal("01024865" + "00026c6c" + "80016f", await client.ReadHexAsync(11));
    }

    private static async Task<string> ReadToCutAsync(RawClient client)
    {
        try
        {
            return await client.ReadHexToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<HttpStatusCode> PostAsync(string path)
    {
        using HttpClient http = new();
        return (await http.PostAsync(new Uri($"http://{_server.EndPoint}{path}"), null)).StatusCode;
    }

    private async Task<EventStreamClient> WatchAsync()
    {
        EventStreamClient watcher = new(new Uri($"http://{_server.EndPoint}/wire?id=me"));
        await watcher.WaitToReadAsync(TestContext.Current.CancellationToken);
        return watcher;
    }

    private static async Task<JsonNode[]> ReadUntilAsync(EventStreamClient watcher, Func<JsonNode, bool> isLast)
    {
        List<JsonNode> pieces = [];
        await foreach (ServerSentEvent item in watcher.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            pieces.Add(JsonNode.Parse(item.Data)!);
            if (isLast(pieces[^1]))
            {
                break;
            }
        }

        return [.. pieces];
    }
}
