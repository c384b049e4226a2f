using System.Net;
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
