using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What relays and other people's code need: Pong and Close by hand, the caller's memory, the platform's WebSocket.</summary>
public class WebSocketRelayTests
{
    [Fact]
    public async Task Ping_and_Close_are_left_to_the_user_where_that_is_asked_for()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(
            ours, WebSocketRole.Server, new() { AnswersPings = false, AnswersClose = false, ShowControlFrames = true });
        await peer.Output.WriteAsync((byte[])[.. RawFrame.Ping("by hand").ToBytes(masked: true), .. RawFrame.Close(4001).ToBytes(masked: true)]);
        Assert.True(await connection.WaitToReadAsync());
        Assert.True(connection.TryRead(out WebSocketMessagePart part));
        Assert.Equal((WebSocketOpcode.Ping, "by hand"), (part.Opcode, Encoding.UTF8.GetString(part.Payload)));
        Assert.True(connection.TryRead(out part));
        Assert.Equal((WebSocketOpcode.Close, "0FA1"), (part.Opcode, Convert.ToHexString(part.Payload)));
        Assert.False(connection.TryRead(out _));
        Assert.False(await connection.WaitToReadAsync());
        Assert.Equal((WebSocketConnectionState.CloseReceived, (WebSocketCloseCode)4001), (connection.State, connection.CloseCode));
        Assert.False(peer.Input.TryRead(out _));
        await connection.CloseOutputAsync((WebSocketCloseCode)4002);
        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out WebSocketFramePart close));
        Assert.Equal([0x0F, 0xA2], close.Payload.ToArray());
        await peer.Output.CompleteAsync();
    }

    [Fact]
    public async Task A_Close_that_is_not_answered_by_itself_is_answered_by_the_disposal()
    {
        await using ConnectionPair pair = ConnectionPair.Create(server: new() { AnswersClose = false });
        Task closing = pair.Client.CloseAsync().AsTask();
        Assert.Null(await pair.Server.ReceiveAsync());
        Assert.False(closing.IsCompleted);
        await pair.Server.DisposeAsync();
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketConnectionState.Closed, pair.Client.State);
    }

    /// <summary>From one connection to another, each answer too: a Ping, a Pong, and a Close with its code and reason or with nothing.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("0FA1")]
    [InlineData("03E9627965")]
    public async Task Control_frames_go_on_as_they_came(string close)
    {
        WebSocketConnectionOptions options = new() { AnswersPings = false, AnswersClose = false, ShowControlFrames = true };
        (IDuplexPipe client, IDuplexPipe left) = DuplexPipes.Create();
        (IDuplexPipe right, IDuplexPipe server) = DuplexPipes.Create();
        await using WebSocketConnection one = new(left, WebSocketRole.Server, options);
        await using WebSocketConnection other = new(right, WebSocketRole.Client, options);
        Task relaying = Task.WhenAll(RelayAsync(one, other), RelayAsync(other, one));
        WebSocketFrameWriter asking = new(client.Output, WebSocketRole.Client);
        WebSocketFrameWriter answering = new(server.Output, WebSocketRole.Server);
        foreach ((WebSocketOpcode question, WebSocketOpcode answer, string hex) in new[]
        {
            (WebSocketOpcode.Ping, WebSocketOpcode.Pong, "61"), (WebSocketOpcode.Close, WebSocketOpcode.Close, close),
        })
        {
            asking.WriteFrame(question, Convert.FromHexString(hex));
            await asking.FlushAsync();
            Assert.Equal($"{question} {hex}", await ReadAsync(server.Input, WebSocketRole.Client));
            answering.WriteFrame(answer, Convert.FromHexString(hex));
            await answering.FlushAsync();
            Assert.Equal($"{answer} {hex}", await ReadAsync(client.Input, WebSocketRole.Server));
        }

        await client.Output.CompleteAsync();
        await server.Output.CompleteAsync();
        await relaying.WaitAsync(ConnectionPair.Patience);

        static async Task RelayAsync(WebSocketConnection from, WebSocketConnection to)
        {
            while (await from.WaitToReadAsync())
            {
                while (Take(from) is { } frame)
                {
                    await to.SendControlAsync(frame.Opcode, frame.Payload);
                }
            }
        }

        static (WebSocketOpcode Opcode, byte[] Payload)? Take(WebSocketConnection from)
            => from.TryRead(out WebSocketMessagePart part) ? (part.Opcode, part.Payload.ToArray()) : null;
    }

    [Fact]
    public async Task What_is_no_control_frame_is_not_sent_as_one()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        foreach ((WebSocketOpcode opcode, string payload) in new[]
        {
            (WebSocketOpcode.Text, ""), (WebSocketOpcode.Close, "03"), (WebSocketOpcode.Close, "03ED"), (WebSocketOpcode.Close, "03E8FF"),
            (WebSocketOpcode.Ping, new string('0', 252)),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => pair.Client.SendControlAsync(opcode, Convert.FromHexString(payload)).AsTask());
        }

        Assert.Equal(WebSocketConnectionState.Open, pair.Client.State);
    }

    /// <summary>The peer does not read, and its pipe takes nothing: what is not flushed is taken all the same.</summary>
    [Fact]
    public async Task A_send_without_a_flush_does_not_wait_for_the_peer_to_read()
    {
        await using ConnectionPair pair = ConnectionPair.Create(pipe: new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        for (int round = 0; round < 20; round++)
        {
            Assert.True(pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[10_000], flush: false).IsCompletedSuccessfully);
        }

        await using (WebSocketMessageSender pieces = await pair.Client.BeginMessageAsync(WebSocketOpcode.Text))
        {
            for (int round = 0; round < 20; round++)
            {
                Assert.True(pieces.WriteAsync("piece"u8.ToArray(), isLast: round == 19, flush: false).IsCompletedSuccessfully);
            }
        }

        Task flushing = pair.Client.FlushAsync().AsTask();
        Assert.False(flushing.IsCompleted);
        for (int round = 0; round < 21; round++)
        {
            using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            Assert.Equal(round < 20 ? 10_000 : 100, message!.Payload.Length);
        }

        await flushing.WaitAsync(ConnectionPair.Patience);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_message_comes_into_memory_of_the_callers_however_small_that_is(int size)
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        string text = RawFrame.Stars(100);
        await pair.Client.SendTextAsync(text);
        await pair.Client.SendTextAsync("next");
        byte[] buffer = new byte[size];
        foreach (string expected in new[] { text, "next" })
        {
            StringBuilder message = new();
            WebSocketReceivedBytes received;
            do
            {
                received = (await pair.Server.ReceiveAsync(buffer.AsMemory()))!.Value;
                Assert.Equal(WebSocketOpcode.Text, received.Opcode);
                message.Append(Encoding.ASCII.GetString(buffer.AsSpan(0, received.Count)));
            }
            while (!received.IsLast);
            Assert.Equal(expected, message.ToString());
        }
    }

    [Fact]
    public async Task A_receive_into_the_callers_memory_allocates_nothing()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        byte[] buffer = new byte[4];
        long least = long.MaxValue;
        for (int round = 0; round < 100; round++)
        {
            await pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[64]);
            Assert.True(await pair.Server.WaitToReadAsync());
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int piece = 0; piece < 16; piece++)
            {
                ValueTask<WebSocketReceivedBytes?> receiving = pair.Server.ReceiveAsync(buffer.AsMemory());
                Assert.True(receiving.IsCompletedSuccessfully && (await receiving)!.Value.IsLast == (piece == 15));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task As_the_platforms_WebSocket_it_sends_receives_and_closes()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        using WebSocket one = pair.Client.AsWebSocket();
        using WebSocket other = pair.Server.AsWebSocket();
        await one.SendAsync("in "u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
        await one.SendAsync("pieces"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        byte[] buffer = new byte[100];
        int count = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await other.ReceiveAsync(new ArraySegment<byte>(buffer, count, 100 - count), CancellationToken.None);
            count += result.Count;
        }
        while (!result.EndOfMessage);
        Assert.Equal((WebSocketMessageType.Text, "in pieces"), (result.MessageType, Encoding.ASCII.GetString(buffer, 0, count)));

        Task closing = one.CloseAsync((WebSocketCloseStatus)4001, "why", CancellationToken.None);
        result = await other.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal(
            (WebSocketMessageType.Close, (WebSocketCloseStatus)4001, "why"),
            (result.MessageType, result.CloseStatus, result.CloseStatusDescription));
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketState.Closed, one.State);
        await Assert.ThrowsAsync<WebSocketException>(() => one.SendAsync(buffer, WebSocketMessageType.Text, true, CancellationToken.None));
    }

    private static async Task<string> ReadAsync(PipeReader input, WebSocketRole sender)
    {
        using WebSocketFrameReader reader = new(input, sender);
        Assert.True(await reader.WaitToReadAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        Assert.True(reader.TryRead(out WebSocketFramePart part));
        return $"{part.Header.Opcode} {Convert.ToHexString(part.Payload)}";
    }
}
