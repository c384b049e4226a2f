using System.IO.Pipelines;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketKeepAliveTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static WebSocketConnectionOptions Options(TimeProvider time)
        => new() { TimeProvider = time, KeepAliveInterval = 10 * Second, KeepAliveTimeout = 20 * Second };

    [Fact]
    public async Task A_silent_peer_is_pinged_and_its_answer_measured()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, WebSocketRole.Server, Options(time));
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        time.Advance(9 * Second);
        Assert.False(peer.Input.TryRead(out _));
        time.Advance(1 * Second);
        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server);
        byte[] payload = await ReadPingAsync(reader);
        Assert.Null(connection.Latency);
        time.Advance(3 * Second);
        await peer.Output.WriteAsync(new RawFrame(10, payload).ToBytes(masked: true));
        await peer.Output.WriteAsync(RawFrame.Text("done").ToBytes(masked: true));
        using OwnedWebSocketMessage? message = await receiving.WaitAsync(ConnectionPair.Patience);
        Assert.Equal("done", message!.GetText());
        Assert.Equal(3 * Second, connection.Latency);
        Assert.Equal(WebSocketConnectionState.Open, connection.State);
        connection.Abort();
    }

    [Fact]
    public async Task A_peer_that_stays_silent_is_dropped()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, _) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, WebSocketRole.Client, Options(time));
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        time.Advance(29 * Second);
        Assert.Equal(WebSocketConnectionState.Open, connection.State);
        time.Advance(6 * Second);
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
        Assert.Contains("silent for 20 s", connection.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_does_not_count_while_nobody_listens()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, _) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Client, Options(time));
        time.Advance(1000 * Second);
        Assert.Equal(WebSocketConnectionState.Open, connection.State);
        connection.Abort();
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(0, time.Waiting);
    }

    [Fact]
    public async Task A_peer_that_talks_is_not_pinged()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, WebSocketRole.Client, Options(time));
        for (int i = 0; i < 20; i++)
        {
            await peer.Output.WriteAsync(RawFrame.Text("talk").ToBytes(masked: false));
            using OwnedWebSocketMessage? message = await connection.ReceiveAsync();
            Assert.NotNull(message);
            time.Advance(4 * Second);
        }

        Assert.False(peer.Input.TryRead(out _));
        connection.Abort();
    }

    [Fact]
    public async Task Control_frames_are_shown_to_who_asks()
    {
        await using ConnectionPair pair = ConnectionPair.Create(server: new() { ShowControlFrames = true });
        await pair.Client.PingAsync("ping"u8.ToArray());
        await pair.Client.PongAsync("pong"u8.ToArray());
        await pair.Client.SendTextAsync("text");
        List<string> parts = [];
        while (parts.Count < 3 && await pair.Server.WaitToReadAsync())
        {
            while (pair.Server.TryRead(out WebSocketMessagePart part))
            {
                parts.Add($"{part.Opcode} {System.Text.Encoding.ASCII.GetString(part.Payload)}");
            }
        }

        Assert.Equal(["Ping ping", "Pong pong", "Text text"], parts);
    }

    private static async Task<byte[]> ReadPingAsync(WebSocketFrameReader reader)
    {
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out WebSocketFramePart part));
        Assert.Equal(WebSocketOpcode.Ping, part.Header.Opcode);
        return part.Payload.ToArray();
    }
}
