using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Tests.Harness;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketConnectionSendTests
{
    private static readonly PipeOptions SmallPipe = new(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Many_senders_send_whole_messages_each_in_its_order(bool deflate, bool noContext)
    {
        const int Senders = 8;
        const int Messages = 100;
        await using ConnectionPair pair = ConnectionPair.Create(deflate ? new(noContext, noContext) : null, pipe: SmallPipe);
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (int number = 0; number < Messages; number++)
            {
                byte[] message = Message(sender, number);
                if (number % 10 == 3)
                {
                    await using WebSocketMessageSender pieces = await pair.Client.BeginMessageAsync(WebSocketOpcode.Binary);
                    await pieces.WriteAsync(message.AsMemory(0, 10));
                    await pair.Client.PingAsync();
                    await pieces.WriteAsync(message.AsMemory(10), isLast: number % 20 == 3);
                    await pieces.CompleteAsync();
                }
                else if (number % 10 == 7)
                {
                    await pair.Client.SendAsync(new WebSocketPreparedMessage(WebSocketOpcode.Binary, message));
                }
                else
                {
                    await pair.Client.SendAsync(WebSocketOpcode.Binary, message, flush: number % 4 != 0);
                }
            }

            await pair.Client.FlushAsync();
        })));
        Task<OwnedWebSocketMessage?> pongs = pair.Client.ReceiveAsync().AsTask();
        int[] next = new int[Senders];
        for (int count = 0; count < Senders * Messages; count++)
        {
            using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            int sender = message!.Payload.Span[0];
            Assert.Equal(Message(sender, next[sender]++), message.Payload.ToArray());
        }

        await sending.WaitAsync(ConnectionPair.Patience);
        Assert.False(pongs.IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_receive_loses_nothing()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Client);
        byte[] bytes = [.. RawFrame.Text("one ", fin: false).ToBytes(masked: false), .. RawFrame.More("two", fin: true).ToBytes(masked: false)];
        foreach (byte[] piece in bytes.Chunk(2))
        {
            using CancellationTokenSource cancel = new();
            Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
            await peer.Output.WriteAsync(piece);
        }

        using OwnedWebSocketMessage? message = await connection.ReceiveAsync();
        Assert.Equal("one two", message!.GetText());
        connection.Abort();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_send_leaves_whole_frames_behind(bool overStream)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = overStream
            ? WebSocketConnection.Create(new PartialWrites(ours), WebSocketRole.Server)
            : new(ours, WebSocketRole.Server);
        byte[] first = RawFrame.Bytes(3000);
        using CancellationTokenSource cancel = new();
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, first, cancellationToken: cancel.Token).AsTask();
        Task waiting = connection.SendAsync(WebSocketOpcode.Binary, new byte[5], cancellationToken: cancel.Token).AsTask();
        Task second = connection.SendAsync(WebSocketOpcode.Binary, RawFrame.Bytes(300)).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await connection.SendAsync(WebSocketOpcode.Binary, new byte[7], cancellationToken: cancel.Token));

        List<byte[]> received = [];
        using (WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server))
        {
            await foreach (OwnedWebSocketFrame frame in reader.ReadAllAsync())
            {
                received.Add(frame.Payload.ToArray());
                if (received.Count == 2)
                {
                    break;
                }
            }
        }

        await second.WaitAsync(ConnectionPair.Patience);
        Assert.Equal([first, RawFrame.Bytes(300)], received);
        connection.Abort();
    }

    [Fact]
    public async Task A_cancelled_piece_leaves_the_message_where_it_was()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await using (WebSocketMessageSender message = await pair.Client.BeginMessageAsync(WebSocketOpcode.Text))
        {
            using CancellationTokenSource cancel = new();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await message.WriteAsync("a"u8.ToArray(), cancellationToken: cancel.Token));
            await Assert.ThrowsAsync<ArgumentException>(async () => await message.WriteAsync(new byte[] { 0xFF }));
            await message.WriteAsync(default);
            await message.WriteAsync(new byte[] { 0xCE });
            await Assert.ThrowsAsync<ArgumentException>(async () => await message.WriteAsync(default, isLast: true));
            await message.WriteAsync(new byte[] { 0xBA }, isLast: true);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await message.WriteAsync(default));
        }

        using OwnedWebSocketMessage? received = await pair.Server.ReceiveAsync();
        Assert.Equal("κ", received!.GetText());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_small_pieces_are_one_message_that_a_peer_with_limits_takes(bool deflate)
    {
        await using ConnectionPair pair = ConnectionPair.Create(deflate ? new() : null);
        await using (WebSocketMessageSender message = await pair.Client.BeginMessageAsync(WebSocketOpcode.Text))
        {
            for (int i = 0; i < 500; i++)
            {
                await message.WriteAsync("piece "u8.ToArray());
                Assert.Equal("piece ", await NextPartAsync(pair.Server));
            }

            await message.CompleteAsync();
        }

        Assert.Equal("", await NextPartAsync(pair.Server));
    }

    [Fact]
    public async Task Pongs_that_met_a_busy_pipe_go_out_without_another_send()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, WebSocketRole.Server);
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[100]).AsTask();
        Task<bool> receiving = connection.WaitToReadAsync().AsTask();
        for (int i = 0; i < 3; i++)
        {
            await peer.Output.WriteAsync(RawFrame.Ping($"{i}").ToBytes(masked: true));
        }

        Assert.True(await receiving);
        Assert.False(connection.TryRead(out _));
        Task<bool> waiting = connection.WaitToReadAsync().AsTask();
        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server);
        List<string> frames = [];
        await foreach (OwnedWebSocketFrame frame in reader.ReadAllAsync())
        {
            frames.Add(frame.Header.Opcode.ToString());
            if (frames.Count == 4)
            {
                break;
            }
        }

        Assert.Equal(["Binary", "Pong", "Pong", "Pong"], frames);
        await sending.WaitAsync(ConnectionPair.Patience);
        Assert.False(waiting.IsCompleted);
        connection.Abort();
    }

    [Fact]
    public async Task A_flood_of_Pings_behind_a_busy_pipe_is_answered_by_the_latest()
    {
        (IDuplexPipe ours, IDuplexPipe peer)
            = DuplexPipes.Create(new PipeOptions(pauseWriterThreshold: 100_000, resumeWriterThreshold: 1000, useSynchronizationContext: false));
        WebSocketConnection connection = new(ours, WebSocketRole.Server);
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[200_000]).AsTask();
        await peer.Output.WriteAsync(Enumerable.Range(0, 1000).SelectMany(i => RawFrame.Ping($"{i}").ToBytes(masked: true)).ToArray());
        Assert.True(await connection.WaitToReadAsync());
        Assert.False(connection.TryRead(out _));

        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server);
        List<string> pongs = [];
        await foreach (OwnedWebSocketFrame frame in reader.ReadAllAsync())
        {
            if (frame.Header.Opcode == WebSocketOpcode.Pong)
            {
                pongs.Add(System.Text.Encoding.ASCII.GetString(frame.Payload.Span));
                if (pongs[^1] == "999")
                {
                    break;
                }
            }
        }

        Assert.InRange(pongs.Count, 1, 32);
        Assert.Equal(pongs.Order(), pongs);
        await sending.WaitAsync(ConnectionPair.Patience);
        connection.Abort();
    }

    [Fact]
    public async Task A_slow_peer_is_dropped_when_the_send_takes_too_long()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, _) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, WebSocketRole.Client, new() { TimeProvider = time, SendTimeout = TimeSpan.FromSeconds(3) });
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.Contains("did not read for 3 s", exception.Reason, StringComparison.Ordinal);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task A_slow_peer_is_dropped_when_a_send_behind_a_flush_of_the_receiver_takes_too_long()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, _) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, WebSocketRole.Server, new() { TimeProvider = time, SendTimeout = TimeSpan.FromSeconds(3) });
        await connection.SendAsync(WebSocketOpcode.Binary, new byte[1000], flush: false);

        // The wait flushes, and nobody waits for that to end but who sends next.
        using CancellationTokenSource enough = new();
        Task receiving = connection.ReceiveAsync(enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[1], flush: false).AsTask();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.Contains("did not read for 3 s", exception.Reason, StringComparison.Ordinal);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task A_slow_peer_is_dropped_when_too_much_waits_for_it()
    {
        (IDuplexPipe ours, _) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, WebSocketRole.Client, new() { MaxQueuedBytes = 1000 });
        Task stuck = connection.SendAsync(WebSocketOpcode.Binary, new byte[10_000]).AsTask();
        Task one = connection.SendAsync(WebSocketOpcode.Binary, new byte[600]).AsTask();
        Task two = connection.SendAsync(WebSocketOpcode.Binary, new byte[400]).AsTask();
        Assert.Equal(1000, connection.QueuedBytes);
        Assert.False(two.IsCompleted);
        Task three = connection.SendAsync(WebSocketOpcode.Binary, new byte[1]).AsTask();
        foreach (Task sending in new[] { stuck, one, two, three })
        {
            WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
            Assert.Contains("1000 bytes wait", exception.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(0, connection.QueuedBytes);
    }

    /// <summary>That somebody else is sending right now does not make a peer slow.</summary>
    [Fact]
    public async Task A_message_that_is_longer_than_the_queue_may_wait_alone()
    {
        WebSocketConnectionOptions options = new() { MaxQueuedBytes = 1000 };
        await using ConnectionPair pair = ConnectionPair.Create(client: options, pipe: SmallPipe);
        Task first = pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[100]).AsTask();
        Task second = pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[5000]).AsTask();
        Assert.Equal(5000, pair.Client.QueuedBytes);
        foreach (int length in new[] { 100, 5000 })
        {
            using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            Assert.Equal(length, message!.Payload.Length);
        }

        await Task.WhenAll(first, second).WaitAsync(ConnectionPair.Patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prepared_messages_mix_with_others_and_with_every_context(bool noContext)
    {
        WebSocketConnectionOptions options = new() { Deflate = new() { Threshold = 0 } };
        await using ConnectionPair pair = ConnectionPair.Create(new(noContext, noContext), options, options);
        string text = string.Concat(Enumerable.Repeat("the same words again ", 30));
        WebSocketPreparedMessage prepared = new(WebSocketOpcode.Text, System.Text.Encoding.ASCII.GetBytes(text + "prepared"));
        for (int round = 0; round < 20; round++)
        {
            string own = $"{round} {text}";
            await pair.Server.SendTextAsync(own);
            await pair.Server.SendAsync(prepared);
            await pair.Server.SendAsync(prepared);
            await pair.Server.SendTextAsync("");
            foreach (string expected in new[] { own, text + "prepared", text + "prepared", "" })
            {
                using OwnedWebSocketMessage? message = await pair.Client.ReceiveAsync();
                Assert.Equal(expected, message!.GetText());
            }
        }
    }

    [Fact]
    public async Task A_message_that_is_cut_off_leaves_nothing_in_the_pool_for_the_next_connection()
    {
        WebSocketDeflateParameters parameters = new(true, true);
        for (int round = 0; round < 40; round++)
        {
            ConnectionPair broken = ConnectionPair.Create(parameters);
            WebSocketMessageSender unfinished = await broken.Client.BeginMessageAsync(WebSocketOpcode.Text);
            await unfinished.WriteAsync("a secret that is not for the next connection"u8.ToArray());
            Assert.StartsWith("a secret", await NextPartAsync(broken.Server), StringComparison.Ordinal);
            broken.Client.Abort();
            broken.Server.Abort();
            await unfinished.DisposeAsync();
            await broken.DisposeAsync();

            await using ConnectionPair pair = ConnectionPair.Create(parameters);
            byte[] message = RawFrame.Bytes(500);
            await pair.Client.SendAsync(WebSocketOpcode.Binary, message);
            using OwnedWebSocketMessage? received = await pair.Server.ReceiveAsync();
            Assert.Equal(message, received!.Payload.ToArray());
        }
    }

    [Fact]
    public async Task Into_a_buffer_writer_as_a_sequence_and_as_a_stream_it_is_the_same()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        byte[] message = RawFrame.Bytes(100_000);
        Task sending = pair.Client.SendAsync(WebSocketOpcode.Binary, message).AsTask();
        ArrayBufferWriter<byte> writer = new();
        Assert.Equal(WebSocketOpcode.Binary, await pair.Server.ReceiveAsync(writer));
        Assert.Equal(message, writer.WrittenSpan.ToArray());
        await sending;

        await using Stream client = pair.Client.AsStream();
        Stream server = pair.Server.AsStream();
        Task writing = WriteAndCloseAsync(client, message);
        MemoryStream all = new();
        await server.CopyToAsync(all);
        Assert.Equal(message, all.ToArray());
        await writing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(0, await server.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Invalid_messages_are_not_sent()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await Assert.ThrowsAsync<ArgumentException>(async () => await pair.Client.SendAsync(WebSocketOpcode.Text, new byte[] { 0xFF }));
        await Assert.ThrowsAsync<ArgumentException>(async () => await pair.Client.SendAsync(WebSocketOpcode.Ping, new byte[1]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await pair.Client.PingAsync(new byte[126]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await pair.Client.SendTextAsync("\uD800"));
        Assert.Throws<ArgumentException>(() => new WebSocketPreparedMessage(WebSocketOpcode.Text, [0xFF]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketPreparedMessage(WebSocketOpcode.Text, [], level: 10));
        await pair.Client.SendTextAsync("fine");
        using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync();
        Assert.Equal("fine", message!.GetText());
    }

    private static async Task WriteAndCloseAsync(Stream stream, byte[] message)
    {
        foreach (byte[] piece in message.Chunk(9999))
        {
            await stream.WriteAsync(piece);
        }

        await stream.DisposeAsync();
    }

    private static byte[] Message(int sender, int number)
        => [(byte)sender, (byte)number, .. Enumerable.Range(0, 60 + (number * 7 % 300)).Select(i => (byte)((i * sender) + number))];

    private static async Task<string> NextPartAsync(WebSocketConnection connection)
    {
        while (await connection.WaitToReadAsync().AsTask().WaitAsync(ConnectionPair.Patience))
        {
            if (connection.TryRead(out WebSocketMessagePart part))
            {
                return System.Text.Encoding.UTF8.GetString(part.Payload);
            }
        }

        return "the end";
    }

    /// <summary>A stream that writes a little at a time, so that a write that is stopped has been done in part.</summary>
    private sealed class PartialWrites(IDuplexPipe pipe) : PipedStream(pipe)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(10, buffer.Length)..])
            {
                await base.WriteAsync(buffer[..Math.Min(10, buffer.Length)], cancellationToken);
            }
        }
    }
}
