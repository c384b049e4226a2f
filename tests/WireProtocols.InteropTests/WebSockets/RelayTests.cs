using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.InteropTests.WebSockets;

/// <summary>The sample relay between real peers, with the handshake and the frames passed through and with a connection for each side.</summary>
public class RelayTests(ServeFixture server)
{
    private const int Large = 4 * 1024 * 1024;
    private const string Deflated = """{"threshold":0}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false, "false")]
    [InlineData(false, Deflated)]
    [InlineData(false, """{"threshold":0,"serverNoContextTakeover":true,"clientMaxWindowBits":9}""")]
    [InlineData(true, "false")]
    [InlineData(true, Deflated)]
    public async Task Npm_ws_gets_every_kind_of_message_back_through_it(bool terminates, string options)
    {
        await using RunningRelay relay = new(server.WebSocket, terminates);
        string[] result = await NodePeer.RunAsync("ws", "ws-client.mjs", relay.Uri + "/ws/echo", "1", $"{Large}", options);
        bool isDeflated = options != "false";
        Assert.Equal(isDeflated ? ["1 connections", "permessage-deflate"] : ["1 connections"], result.TakeWhile(r => r != "text"));

        string[] lines = relay.Lines;
        string inflated = isDeflated && !terminates ? " (38 on the wire)" : "";
        Assert.Contains($"> Text of 35 bytes{inflated}: message of 0: grüße, 世界, 🌍", lines);
        Assert.Contains("< Text of 35 bytes: message of 0: grüße, 世界, 🌍", lines);
        Assert.Equal(2, lines.Count(l => l.Contains($"Binary of {Large} bytes", StringComparison.Ordinal) && l[0] == '<'));
        Assert.Contains("> Ping are you there?", lines);
        Assert.Contains("< Pong are you there?", lines);
        Assert.Contains("> Close 4001 done", lines);
        Assert.Contains("< Close 4001", lines);
    }

    [Theory]
    [InlineData(false, "false")]
    [InlineData(false, Deflated)]
    [InlineData(true, "false")]
    [InlineData(true, Deflated)]
    public async Task ClientWebSocket_echoes_what_npm_ws_sends_through_it(bool terminates, string options)
    {
        if (!NodePeer.Has("ws"))
        {
            Assert.Skip("The npm package 'ws' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        CancellationToken stop = TestContext.Current.CancellationToken;
        using Process peer = NodePeer.Start("ws-server.mjs", options, $"{Large}");
        string port = (await peer.StandardOutput.ReadLineAsync(stop))!;
        await using RunningRelay relay = new($"ws://127.0.0.1:{port}", terminates);
        using ClientWebSocket client = new();
        client.Options.DangerousDeflateOptions = options == "false" ? null : new WebSocketDeflateOptions();
        await client.ConnectAsync(new Uri(relay.Uri), stop);
        byte[] buffer = new byte[100_000];
        ValueWebSocketReceiveResult result;
        while ((result = await client.ReceiveAsync(buffer.AsMemory(), stop)).MessageType != WebSocketMessageType.Close)
        {
            await client.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, stop);
        }

        Assert.Equal(((WebSocketCloseStatus?)4002, "all back"), (client.CloseStatus, client.CloseStatusDescription));
        await client.CloseOutputAsync((WebSocketCloseStatus)4002, "", stop);
        string extensions = options == "false" ? "" : "permessage-deflate";
        Assert.Equal(
            $"extensions: {extensions}\ntext\nempty\nbinary\nrepetitive\nrepetitive again\nlarge\nlarge text\npong still there?\nclosed with 4002\n",
            await peer.StandardOutput.ReadToEndAsync(stop));
        Assert.Contains("< Ping still there?", relay.Lines);
        Assert.Contains("> Pong still there?", relay.Lines);
        Assert.Contains("< Close 4002 all back", relay.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_of_the_clients_goes_through_with_code_and_reason(bool terminates)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (TcpListener listener, Task<WebSocketConnection?> accepting) = RunningRelay.Listen();
        using TcpListener closing = listener;
        await using RunningRelay relay = new($"ws://{listener.LocalEndpoint}", terminates);
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(relay.Uri), stop);
        await using WebSocketConnection? connection = await accepting.WaitAsync(Patience, stop);
        Task ending = client.CloseAsync((WebSocketCloseStatus)3001, "enough", stop);
        Assert.Null(await connection!.ReceiveAsync(stop).AsTask().WaitAsync(Patience, stop));
        Assert.Equal(((WebSocketCloseCode)3001, "enough"), (connection.CloseCode, connection.CloseReason));
        await ending.WaitAsync(Patience, stop);
        Assert.Equal((WebSocketCloseStatus)3001, client.CloseStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_of_the_servers_and_its_answer_go_through_with_code_and_reason(bool terminates)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (TcpListener listener, Task<WebSocketConnection?> accepting) = RunningRelay.Listen();
        using TcpListener closing = listener;
        await using RunningRelay relay = new($"ws://{listener.LocalEndpoint}", terminates);
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(relay.Uri), stop);
        await using WebSocketConnection? connection = await accepting.WaitAsync(Patience, stop);
        Task ending = connection!.CloseAsync(WebSocketCloseCode.ServiceRestart, "back in a minute", stop).AsTask();
        WebSocketReceiveResult result = await client.ReceiveAsync(new byte[10], stop).WaitAsync(Patience, stop);
        Assert.Equal(((WebSocketCloseStatus?)1012, "back in a minute"), (result.CloseStatus, result.CloseStatusDescription));
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "seen", stop);
        await ending.WaitAsync(Patience, stop);
        Assert.Equal((WebSocketCloseCode.NormalClosure, "seen"), (connection.CloseCode, connection.CloseReason));
    }

    /// <summary>With clients of this library: ClientWebSocket takes an empty Close for one with 1000, and sends 1005 for one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_close_without_a_code_stays_one(bool terminates)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (TcpListener listener, Task<WebSocketConnection?> accepting) = RunningRelay.Listen();
        using TcpListener closing = listener;
        await using RunningRelay relay = new($"ws://{listener.LocalEndpoint}", terminates);
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri(relay.Uri), new() { Proxy = null }, stop);
        await using WebSocketConnection? connection = await accepting.WaitAsync(Patience, stop);
        Task ending = connection!.CloseAsync(WebSocketCloseCode.NoStatusReceived, "", stop).AsTask();
        Assert.Null(await client.ReceiveAsync(stop).AsTask().WaitAsync(Patience, stop));
        await ending.WaitAsync(Patience, stop);
        Assert.Equal((WebSocketCloseCode.NoStatusReceived, WebSocketCloseCode.NoStatusReceived), (client.CloseCode, connection.CloseCode));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refusal_of_the_server_is_the_clients(bool terminates)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (TcpListener listener, Task<WebSocketConnection?> accepting) = RunningRelay.Listen(
            new() { Decide = (request, _) => new(WebSocketDecision.Refuse(request.Reject(403, $"not {request.Path}?{request.Query}"))) });
        using TcpListener closing = listener;
        await using RunningRelay relay = new($"ws://{listener.LocalEndpoint}", terminates);
        WebSocketHandshakeException exception = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => WebSocketClient.ConnectAsync(new Uri(relay.Uri + "/room?a=b"), new() { Proxy = null }, stop).AsTask().WaitAsync(Patience, stop));
        Assert.Equal((403, "not /room?a=b"), (exception.StatusCode, exception.Refusal!.GetBodyText()));
        Assert.Null(await accepting.WaitAsync(Patience, stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_is_gone_is_gone_for_the_server_too(bool terminates)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (TcpListener listener, Task<WebSocketConnection?> accepting) = RunningRelay.Listen();
        using TcpListener closing = listener;
        await using RunningRelay relay = new($"ws://{listener.LocalEndpoint}", terminates);
        WebSocketConnection client = await WebSocketClient.ConnectAsync(new Uri(relay.Uri), new() { Proxy = null }, stop);
        await using WebSocketConnection? connection = await accepting.WaitAsync(Patience, stop);
        client.Abort();
        Assert.Null(await connection!.ReceiveAsync(stop).AsTask().WaitAsync(Patience, stop));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
    }
}
