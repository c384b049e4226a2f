namespace WireProtocols.InteropTests.WebSockets;

public class NodeWebSocketTests(ServeFixture server)
{
    private const int Large = 16 * 1024 * 1024;
    private static readonly string[] Messages =
        ["text", "empty", "binary", "fragmented", "large", "repetitive", "repetitive again", "large text", "large fragmented"];

    [Fact]
    public async Task Npm_ws_gets_every_kind_of_message_back()
        => Assert.Equal(
            (string[])["1 connections", .. Messages],
            await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1", $"{Large}"));

    [Fact]
    public async Task Npm_ws_compresses_the_largest_messages()
        => Assert.Equal(
            (string[])["1 connections", "permessage-deflate", .. Messages],
            await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1", $"{Large}", """{"threshold":0}"""));

    [Theory]
    [InlineData("true")]
    [InlineData("""{"threshold":0}""")]
    [InlineData("""{"threshold":0,"serverNoContextTakeover":true}""")]
    [InlineData("""{"threshold":0,"clientNoContextTakeover":true}""")]
    [InlineData("""{"threshold":0,"serverNoContextTakeover":true,"clientNoContextTakeover":true,"clientMaxWindowBits":9,"serverMaxWindowBits":9}""")]
    [InlineData("""{"threshold":0,"clientMaxWindowBits":9}""")]
    [InlineData("""{"threshold":0,"serverMaxWindowBits":9}""")]
    [InlineData("""{"threshold":0,"clientMaxWindowBits":15,"serverMaxWindowBits":15,"zlibDeflateOptions":{"level":9,"memLevel":9}}""")]
    public async Task Npm_ws_compresses_whatever_the_parameters(string options)
        => Assert.Equal(
            (string[])["1 connections", "permessage-deflate", .. Messages],
            await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1", "1000000", options));

    [Fact]
    public async Task A_window_that_is_too_small_to_deflate_with_is_declined()
        => Assert.Equal(
            (string[])["1 connections", .. Messages],
            await NodePeer.RunAsync("ws", "ws-client.mjs", server.WebSocket + "/ws/echo", "1", "1000000", """{"serverMaxWindowBits":8}"""));

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
