using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A platform's WebSocket as a connection, in either role, with a platform's WebSocket as its peer.</summary>
public class WebSocketAsConnectionTests
{
    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public async Task Messages_of_every_size_come_whole_in_both_directions(WebSocketRole role)
    {
        (WebSocketConnection connection, WebSocket peer) = Create(role);
        foreach (int length in (int[])[0, 1, 125, 126, 4095, 4096, 4097, 65_535, 65_536, 1_000_000])
        {
            byte[] message = RandomNumberGenerator.GetBytes(length);
            Task echoing = EchoAsync(peer);
            Task sending = connection.SendAsync(WebSocketOpcode.Binary, message).AsTask();
            using OwnedWebSocketMessage? echo = await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            Assert.Equal(WebSocketOpcode.Binary, echo!.Opcode);
            Assert.True(echo.Payload.Span.SequenceEqual(message), $"{length} bytes came back otherwise.");
            await Task.WhenAll(sending, echoing);
        }

        await EndAsync(connection, peer);
    }

    [Fact]
    public async Task Text_is_text_and_pieces_are_pieces()
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Server);
        await using (WebSocketMessageSender message = await connection.BeginMessageAsync(WebSocketOpcode.Text))
        {
            await message.WriteAsync("grü"u8.ToArray());
            await message.WriteAsync("ße"u8.ToArray(), isLast: true);
        }

        byte[] buffer = new byte[100];
        WebSocketReceiveResult first = await peer.ReceiveAsync(buffer, default);
        Assert.Equal((WebSocketMessageType.Text, false, 4), (first.MessageType, first.EndOfMessage, first.Count));
        WebSocketReceiveResult second = await peer.ReceiveAsync(buffer, default);
        Assert.Equal((WebSocketMessageType.Text, true, 3), (second.MessageType, second.EndOfMessage, second.Count));

        await peer.SendAsync("one "u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, default);
        await peer.SendAsync("two"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);
        using OwnedWebSocketMessage? received = await connection.ReceiveAsync();
        Assert.Equal((WebSocketOpcode.Text, "one two"), (received!.Opcode, received.GetText()));
        await EndAsync(connection, peer);
    }

    /// <summary>The platform aborts its WebSocket where a receive is cancelled.</summary>
    [Fact]
    public async Task A_cancelled_receive_loses_nothing()
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Client);
        for (int round = 0; round < 10; round++)
        {
            using CancellationTokenSource cancel = new();
            Task receiving = connection.ReceiveAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }

        await peer.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);
        using OwnedWebSocketMessage? message = await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal("still here", message!.GetText());
        await EndAsync(connection, peer);
    }

    [Theory]
    [InlineData(4001, "enough")]
    [InlineData(1000, "")]
    public async Task The_peers_close_has_its_code_and_reason(int code, string reason)
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Server);
        Task closing = peer.CloseAsync((WebSocketCloseStatus)code, reason, default);
        Assert.Null(await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        Assert.Equal(((WebSocketCloseCode)code, reason), (connection.CloseCode, connection.CloseReason));
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseStatus)code, WebSocketState.Closed), (peer.CloseStatus, peer.State));
        await connection.DisposeAsync();
        Assert.Equal(WebSocketConnectionState.Closed, connection.State);
    }

    [Theory]
    [InlineData(WebSocketCloseCode.GoingAway, "later", 1001)]
    [InlineData(WebSocketCloseCode.NoStatusReceived, "", 1000)]
    public async Task A_close_of_ones_own_has_its_code_and_reason(WebSocketCloseCode code, string reason, int seen)
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Client);
        Task closing = connection.CloseAsync(code, reason).AsTask();
        WebSocketReceiveResult result = await peer.ReceiveAsync(new byte[10], default).WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseStatus?)seen, reason), (result.CloseStatus, result.CloseStatusDescription ?? ""));
        await peer.CloseOutputAsync((WebSocketCloseStatus)4002, "answer", default);
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseCode)4002, "answer"), (connection.CloseCode, connection.CloseReason));
    }

    [Fact]
    public async Task A_peer_that_is_gone_is_1006_and_an_abort_frees_who_waits()
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Server);
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        peer.Abort();
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);

        (connection, peer) = Create(WebSocketRole.Server);
        receiving = connection.ReceiveAsync().AsTask();
        connection.Abort();
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        await Assert.ThrowsAsync<WebSocketException>(() => peer.ReceiveAsync(new byte[10], default).WaitAsync(ConnectionPair.Patience));
    }

    /// <summary>Pings are the platform's: one that this end sends goes nowhere, and nobody waits for its answer.</summary>
    [Fact]
    public async Task Keep_alive_is_the_platforms()
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Server, new() { TimeProvider = time });
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        time.Advance(TimeSpan.FromHours(1));
        await connection.PingAsync();
        Assert.Equal((false, WebSocketConnectionState.Open), (receiving.IsCompleted, connection.State));
        await peer.SendAsync("later"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);
        using OwnedWebSocketMessage? message = await receiving.WaitAsync(ConnectionPair.Patience);
        await EndAsync(connection, peer);
    }

    [Fact]
    public async Task A_broadcaster_takes_both_kinds()
    {
        (WebSocketConnection connection, WebSocket peer) = Create(WebSocketRole.Server);
        await using ConnectionPair pair = ConnectionPair.Create();
        WebSocketBroadcaster room = new();
        await using WebSocketSubscription one = room.Subscribe(connection);
        await using WebSocketSubscription other = room.Subscribe(pair.Server);
        await room.PublishAsync(new WebSocketPreparedMessage(WebSocketOpcode.Text, "to all"u8));
        byte[] buffer = new byte[10];
        WebSocketReceiveResult heard = await peer.ReceiveAsync(buffer, default).WaitAsync(ConnectionPair.Patience);
        using OwnedWebSocketMessage? also = await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(("to all", "to all"), (Encoding.ASCII.GetString(buffer, 0, heard.Count), also!.GetText()));
        await EndAsync(connection, peer);
    }

    [Fact]
    public async Task There_and_back_again_it_is_still_a_WebSocket()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await using WebSocketConnection twice = pair.Client.AsWebSocket().AsConnection(WebSocketRole.Client);
        await twice.SendTextAsync("through both");
        using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal("through both", message!.GetText());
        Task<OwnedWebSocketMessage?> ending = pair.Server.ReceiveAsync().AsTask();
        await twice.CloseAsync((WebSocketCloseCode)4001, "done").AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Null(await ending.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(((WebSocketCloseCode)4001, "done"), (pair.Server.CloseCode, pair.Server.CloseReason));
    }

    private static (WebSocketConnection Connection, WebSocket Peer) Create(WebSocketRole role, WebSocketConnectionOptions? options = null)
    {
        (IDuplexPipe ours, IDuplexPipe theirs) = DuplexPipes.Create();
        bool isServer = role == WebSocketRole.Server;
        WebSocket mine = WebSocket.CreateFromStream(new PipedStream(ours), new WebSocketCreationOptions { IsServer = isServer });
        WebSocket peer = WebSocket.CreateFromStream(new PipedStream(theirs), new WebSocketCreationOptions { IsServer = !isServer });
        return (mine.AsConnection(role, options), peer);
    }

    private static async Task EchoAsync(WebSocket socket)
    {
        byte[] buffer = new byte[10_000];
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer, default);
            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, default);
        }
        while (!result.EndOfMessage);
    }

    private static async Task EndAsync(WebSocketConnection connection, WebSocket peer)
    {
        Task closing = connection.DisposeAsync().AsTask();
        WebSocketReceiveResult result = await peer.ReceiveAsync(new byte[10], default).WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, result.CloseStatus);
        await peer.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default).WaitAsync(ConnectionPair.Patience);
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketCloseCode.NormalClosure, connection.CloseCode);
    }
}
