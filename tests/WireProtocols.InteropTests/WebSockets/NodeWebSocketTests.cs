namespace WireProtocols.InteropTests.WebSockets;

public class NodeWebSocketTests(ServeFixture server)
{
    private const int Large = 16 * 1024 * 1024;

    [Fact]
    public async Task Npm_ws_gets_every_kind_of_message_back()
        => Assert.Equal(
            ["1 connections", "text", "empty", "binary", "fragmented", "large", "large fragmented"],
            await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1", $"{Large}"));

    [Fact]
    public async Task A_thousand_connections_of_npm_ws_at_once_lose_no_byte()
        => Assert.Equal(
            "1000 connections",
            (await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1000", "20000"))[0]);

    [Fact]
    public async Task Undici_gets_every_kind_of_message_back()
        => Assert.Equal(
            ["text", "empty", "binary", "large", "large text"],
            await NodePeer.RunAsync("undici", "undici-client.mjs", server.WebSocket + "/ws/echo", $"{Large}"));
}
