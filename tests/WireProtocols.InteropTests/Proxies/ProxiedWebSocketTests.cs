using System.Net.Sockets;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>WebSockets through each proxy.</summary>
public sealed class ProxiedWebSocketTests(ProxiedServers servers)
{
    public static TheoryData<string, string> All => ProxiedServers.All;

    /// <summary>Each proxy that cuts what is silent, with each server.</summary>
    public static TheoryData<string, string> Cutting => [.. ProxiedServers.All.Where(r => r.Data.Item1 != "Caddy")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task Npm_ws_gets_every_kind_of_message_back_compressed(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        string[] lines = await NodePeer.RunAsync("ws", "ws-client.mjs", $"{proxied.WebSocket("/ws/echo")}", "3", "1000000", """{"threshold":0}""");
        Assert.Equal(["3 connections", "permessage-deflate"], lines[..2]);
        Assert.Equal(11, lines.Length);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task Fragments_and_Pings_and_codes_go_both_ways(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        WebSocketConnectOptions options = new() { Proxy = null, Connection = new() { Deflate = new(), ShowControlFrames = true } };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(proxied.WebSocket("/ws/echo"), options, Stop);
        Assert.NotNull(connection.Deflate);
        await using (WebSocketMessageSender sender = await connection.BeginMessageAsync(WebSocketOpcode.Text, Stop))
        {
            foreach (string part in (string[])["Grü", "", "ße"])
            {
                await sender.WriteAsync(Encoding.UTF8.GetBytes(part), cancellationToken: Stop);
            }

            await sender.CompleteAsync(cancellationToken: Stop);
        }

        using (OwnedWebSocketMessage? echo = await connection.ReceiveAsync(Stop))
        {
            Assert.Equal("Grüße", echo!.GetText());
        }

        await connection.PingAsync("there?"u8.ToArray(), Stop);
        Assert.True(await connection.WaitToReadAsync(Stop));
        Assert.Equal((WebSocketOpcode.Pong, "there?"), ReadControl(connection));
        await connection.CloseAsync((WebSocketCloseCode)4001, "grüße", Stop);
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_client_that_breaks_a_rule_is_told_which(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", proxied.Port, Stop);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /ws/echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), Stop);
        using StreamReader head = new(stream, Encoding.Latin1, false, 1, leaveOpen: true);
        Assert.StartsWith("HTTP/1.1 101 ", await head.ReadLineAsync(Stop), StringComparison.Ordinal);
        while (await head.ReadLineAsync(Stop) is not "")
        {
            // The fields.
        }

        // Text that is no UTF-8 (RFC 6455 §8.1): Close with 1007.
        await stream.WriteAsync(new byte[] { 0x81, 0x81, 0, 0, 0, 0, 0xFF }, Stop);
        byte[] close = new byte[4];
        await stream.ReadExactlyAsync(close, Stop);
        Assert.Equal((0x88, 1007), (close[0], (close[2] << 8) | close[3]));
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_refusal_comes_through(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        WebSocketHandshakeException refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(
                proxied.WebSocket("/ws/echo"), new() { Proxy = null, Origin = "https://evil.example" }, Stop).AsTask());
        Assert.Equal(403, refusal.StatusCode);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task A_client_that_is_gone_is_gone_for_the_server(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server);
        string path = $"/ws/echo?key={Guid.NewGuid()}";
        WebSocketConnection client = await WebSocketClient.ConnectAsync(proxied.WebSocket(path), new() { Proxy = null }, Stop);
        client.Abort();
        await client.DisposeAsync();
        await proxied.Tee.WaitAsync(c => c.IsEndedByServer && c.FromProxy.Contains(path, StringComparison.Ordinal));
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [MemberData(nameof(Cutting))]
    public async Task Silence_is_cut_and_Pings_prevent_it(string proxy, string server)
    {
        const int Seconds = 3;
        ProxiedServer proxied = await servers.GetAsync(proxy, server, Seconds);
        Uri uri = proxied.WebSocket("/ws/echo");
        WebSocketConnectOptions silent = new() { Proxy = null, Connection = new() { KeepAliveInterval = TimeSpan.Zero } };
        WebSocketConnectOptions alive = new() { Proxy = null, Connection = new() { KeepAliveInterval = TimeSpan.FromSeconds(Seconds / 4.0) } };
        await using WebSocketConnection pinging = await WebSocketClient.ConnectAsync(uri, alive, Stop);
        Task<OwnedWebSocketMessage?> echo = pinging.ReceiveAsync(Stop).AsTask();

        // Two that say nothing are cut one after the other: for so long the third has nothing to say but Pings.
        for (int i = 0; i < 2; i++)
        {
            await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(uri, silent, Stop);
            Assert.Null(await connection.ReceiveAsync(Stop));
            Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
        }

        await pinging.SendTextAsync("still here", Stop);
        using OwnedWebSocketMessage? message = await echo;
        Assert.Equal("still here", message!.GetText());
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [InlineData(ProxiedServers.Wire)]
    [InlineData(ProxiedServers.AspNetCore)]
    public async Task Caddy_cuts_nothing_that_is_silent_while_nginx_does(string server)
    {
        WebSocketConnectOptions silent = new() { Proxy = null, Connection = new() { KeepAliveInterval = TimeSpan.Zero } };
        await using WebSocketConnection caddy = await WebSocketClient.ConnectAsync(
            (await servers.GetAsync("Caddy", server, 3)).WebSocket("/ws/echo"), silent, Stop);
        await using WebSocketConnection nginx = await WebSocketClient.ConnectAsync(
            (await servers.GetAsync("nginx", server, 3)).WebSocket("/ws/echo"), silent, Stop);
        Assert.Null(await nginx.ReceiveAsync(Stop));
        await caddy.SendTextAsync("still here", Stop);
        using OwnedWebSocketMessage? echo = await caddy.ReceiveAsync(Stop);
        Assert.Equal("still here", echo!.GetText());
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [InlineData(ProxiedServers.Wire)]
    [InlineData(ProxiedServers.AspNetCore)]
    public async Task HAProxy_makes_an_upgrade_of_an_extended_CONNECT(string server)
    {
        ProxiedServer proxied = await servers.GetAsync("HAProxy", server);
        string path = $"/ws/echo?key={Guid.NewGuid()}";
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketConnectOptions options = new() { Invoker = invoker, Connection = new() { Deflate = new() } };
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(proxied.WebSocket(path), options, Stop);
        TeeConnection behind = await proxied.Tee.WaitAsync(c => c.FromProxy.Contains(path, StringComparison.Ordinal));
        Assert.Matches("^GET [^\r]* HTTP/1.1\r\n(?s:.*)upgrade: websocket\r\n", behind.FromProxy);
        Assert.NotNull(connection.Deflate);
        string text = new('x', 100_000);
        await connection.SendTextAsync(text, Stop);
        using (OwnedWebSocketMessage? echo = await connection.ReceiveAsync(Stop))
        {
            Assert.Equal(text, echo!.GetText());
        }

        await connection.CloseAsync((WebSocketCloseCode)4001, "done", Stop);
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
    }

    [Theory(Timeout = ProxiedServers.Patience)]
    [InlineData(ProxiedServers.Wire)]
    [InlineData(ProxiedServers.AspNetCore)]
    public async Task A_stream_of_HTTP_2_that_is_reset_at_HAProxy_is_gone_for_the_server(string server)
    {
        ProxiedServer proxied = await servers.GetAsync("HAProxy", server);
        string path = $"/ws/echo?key={Guid.NewGuid()}";
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        WebSocketConnection client = await WebSocketClient.ConnectAsync(proxied.WebSocket(path), new() { Invoker = invoker }, Stop);
        client.Abort();
        await client.DisposeAsync();
        await proxied.Tee.WaitAsync(c => c.IsEndedByServer && c.FromProxy.Contains(path, StringComparison.Ordinal));
    }

    /// <summary>The response of a path that is no WebSocket is taken for an open connection, and its body for frames.</summary>
    [Theory(Timeout = ProxiedServers.Patience)]
    [InlineData(ProxiedServers.Wire)]
    [InlineData(ProxiedServers.AspNetCore)]
    public async Task An_extended_CONNECT_to_another_path_of_HAProxy_opens_nothing_that_lasts(string server)
    {
        ProxiedServer proxied = await servers.GetAsync("HAProxy", server);
        using HttpMessageInvoker invoker = new(new SocketsHttpHandler());
        await using WebSocketConnection connection = await WebSocketClient.ConnectAsync(
            proxied.WebSocket("/echo"), new() { Invoker = invoker }, Stop);
        await Assert.ThrowsAnyAsync<Exception>(async () => await connection.ReceiveAsync(Stop));
    }

    private static (WebSocketOpcode Opcode, string Payload) ReadControl(WebSocketConnection connection)
    {
        Assert.True(connection.TryRead(out WebSocketMessagePart part));
        return (part.Opcode, Encoding.UTF8.GetString(part.Payload));
    }
}
