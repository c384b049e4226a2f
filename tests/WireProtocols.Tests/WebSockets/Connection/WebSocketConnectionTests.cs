using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_go_both_ways_and_both_ends_close(bool deflate)
    {
        await using Pair pair = Pair.Create(deflate ? new WebSocketDeflateParameters() : null);
        for (int round = 0; round < 3; round++)
        {
            foreach (int length in new[] { 0, 1, 63, 64, 125, 126, 5000, 70_000 })
            {
                byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * i))];
                Task sending = pair.Client.SendAsync(WebSocketOpcode.Binary, payload).AsTask();
                using OwnedWebSocketMessage? there = await pair.Server.ReceiveAsync();
                await sending;
                Assert.Equal(payload, there!.Payload.ToArray());

                sending = pair.Server.SendAsync(WebSocketOpcode.Binary, payload).AsTask();
                using OwnedWebSocketMessage? back = await pair.Client.ReceiveAsync();
                await sending;
                Assert.Equal(payload, back!.Payload.ToArray());
            }
        }

        Task<OwnedWebSocketMessage?> last = pair.Server.ReceiveAsync().AsTask();
        await pair.Client.CloseAsync(WebSocketCloseCode.GoingAway, "bye");
        Assert.Null(await last);
        Assert.Equal((WebSocketCloseCode.GoingAway, "bye"), (pair.Server.CloseCode, pair.Server.CloseReason));
        Assert.Equal(WebSocketCloseCode.GoingAway, pair.Client.CloseCode);
        Assert.Equal(WebSocketConnectionState.Closed, pair.Client.State);
    }

    [Fact]
    public async Task A_handshake_makes_two_connections()
    {
        (IDuplexPipe one, IDuplexPipe other) = DuplexPipes.Create();
        WebSocketConnectionOptions options = new() { Deflate = new WebSocketPerMessageDeflateOptions() };
        Task<WebSocketConnection?> accepting = WebSocketServer.AcceptAsync(
            other, new WebSocketAcceptOptions { Subprotocols = ["chat"], Connection = options }).AsTask();
        await using WebSocketConnection client = await WebSocketClient.ConnectAsync(
            one,
            new WebSocketHandshakeOffer("example.com", "/chat")
            {
                Subprotocols = ["chat"],
                Extensions = [WebSocketDeflateNegotiation.CreateOffer(options.Deflate)],
            },
            new WebSocketConnectOptions { Connection = options });
        await using WebSocketConnection? server = await accepting;

        Assert.Equal("chat", client.Subprotocol);
        Assert.Equal("chat", server!.Subprotocol);
        Assert.NotNull(client.Deflate);
        Assert.Equal(client.Deflate, server.Deflate);

        string text = string.Concat(Enumerable.Repeat("κόσμε ", 100));
        await client.SendTextAsync(text);
        using OwnedWebSocketMessage? message = await server.ReceiveAsync();
        Assert.Equal(text, message!.GetText());
        Task<OwnedWebSocketMessage?> end = client.ReceiveAsync().AsTask();
        await server.CloseAsync();
        Assert.Null(await end);
    }

    [Fact]
    public async Task A_broken_rule_fails_the_connection_with_its_code()
    {
        (IDuplexPipe one, IDuplexPipe other) = DuplexPipes.Create();
        await using WebSocketConnection server = new(other, WebSocketRole.Server);
        await one.Output.WriteAsync(new byte[] { 0x81, 0x82, 0, 0, 0, 0, (byte)'a', 0xFF });
        WebSocketProtocolException exception = await Assert.ThrowsAsync<WebSocketProtocolException>(async () => await server.ReceiveAsync());
        Assert.Equal((WebSocketProtocolError.InvalidText, 7L), (exception.Error, exception.Offset));

        WebSocketFrameReader reader = new(one.Input, WebSocketRole.Server);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out WebSocketFramePart part));
        Assert.Equal(WebSocketOpcode.Close, part.Header.Opcode);
        Assert.Equal((byte)(1007 >> 8), part.Payload[0]);
        Assert.Equal((byte)(1007 & 255), part.Payload[1]);
        Assert.False(reader.TryRead(out _));
        Assert.False(await reader.WaitToReadAsync());
        await one.Output.CompleteAsync();
        Assert.Equal(WebSocketCloseCode.InvalidPayloadData, server.CloseCode);
    }

    private sealed record Pair(WebSocketConnection Client, WebSocketConnection Server) : IAsyncDisposable
    {
        public static Pair Create(WebSocketDeflateParameters? deflate = null)
        {
            (IDuplexPipe one, IDuplexPipe other) = DuplexPipes.Create();
            return new Pair(new(one, WebSocketRole.Client, deflate: deflate), new(other, WebSocketRole.Server, deflate: deflate));
        }

        public async ValueTask DisposeAsync()
        {
            Task other = Server.DisposeAsync().AsTask();
            await Client.DisposeAsync();
            await other;
        }
    }
}
