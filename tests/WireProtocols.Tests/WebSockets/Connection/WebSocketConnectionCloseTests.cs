using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketConnectionCloseTests
{
    private static readonly TimeSpan CloseTimeout = WebSocketConnectionOptions.Default.CloseTimeout;
    private static readonly PipeOptions SmallPipe = new(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false);

    public static TheoryData<WebSocketRole> Roles => [WebSocketRole.Server, WebSocketRole.Client];

    [Fact]
    public async Task Both_may_close_at_once()
    {
        for (int round = 0; round < 50; round++)
        {
            ConnectionPair pair = ConnectionPair.Create();
            Task client = Task.Run(() => pair.Client.CloseAsync(WebSocketCloseCode.GoingAway).AsTask());
            Task server = Task.Run(() => pair.Server.CloseAsync().AsTask());
            await Task.WhenAll(client, server).WaitAsync(ConnectionPair.Patience);
            Assert.Equal((WebSocketConnectionState.Closed, WebSocketConnectionState.Closed), (pair.Client.State, pair.Server.State));
            Assert.True(pair.Client.CloseCode is WebSocketCloseCode.GoingAway or WebSocketCloseCode.NormalClosure);
        }
    }

    [Fact]
    public async Task Any_number_may_close_the_same_end()
    {
        ConnectionPair pair = ConnectionPair.Create();
        Task server = EchoRun.EchoAsync(pair.Server);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => pair.Client.CloseAsync().AsTask()))).WaitAsync(ConnectionPair.Patience);
        await server.WaitAsync(ConnectionPair.Patience);
        await pair.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_peer_that_never_answers_is_dropped_when_the_time_is_up(WebSocketRole role)
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, role, new() { TimeProvider = time });
        Task closing = connection.CloseAsync().AsTask();
        Assert.False(closing.IsCompleted);
        Assert.True(peer.Input.TryRead(out ReadResult close));
        Assert.Equal(0x88, close.Buffer.FirstSpan[0]);
        peer.Input.AdvanceTo(close.Buffer.Start);
        time.Advance(CloseTimeout);
        await closing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal((WebSocketConnectionState.Closed, WebSocketCloseCode.AbnormalClosure), (connection.State, connection.CloseCode));
        Assert.True(await IsGoneAsync(peer.Output));
        Assert.Equal(0, time.Waiting);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_peer_that_never_reads_is_dropped_when_the_time_is_up(WebSocketRole role)
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, _) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, role, new() { TimeProvider = time });
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask();
        Task closing = connection.CloseAsync().AsTask();
        Assert.False(sending.IsCompleted || closing.IsCompleted);
        while (!closing.IsCompleted)
        {
            time.Advance(CloseTimeout / 2);
            await Task.Yield();
        }

        await closing.WaitAsync(ConnectionPair.Patience);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_peer_that_breaks_a_rule_and_never_reads_is_dropped_when_the_time_is_up(WebSocketRole role)
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, role, new() { TimeProvider = time });
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask();
        await peer.Output.WriteAsync(new RawFrame(3, []).ToBytes(masked: role == WebSocketRole.Server));
        await Assert.ThrowsAsync<WebSocketProtocolException>(async () => await connection.ReceiveAsync());
        Task closing = connection.DisposeAsync().AsTask();
        while (!closing.IsCompleted)
        {
            time.Advance(CloseTimeout);
            await Task.Yield();
        }

        await closing;
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.ProtocolError, connection.CloseCode);
    }

    /// <summary>Each Close waits until the other end reads, which it only does when it closes too.</summary>
    [Fact]
    public async Task Both_may_close_while_nobody_reads()
    {
        ConnectionPair pair = ConnectionPair.Create(
            client: new() { CloseTimeout = TimeSpan.FromHours(1) }, server: new() { CloseTimeout = TimeSpan.FromHours(1) }, pipe: SmallPipe);
        await pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[50]);
        await pair.Server.SendAsync(WebSocketOpcode.Binary, new byte[50]);
        string reason = RawFrame.Stars(100);
        Task client = pair.Client.CloseAsync((WebSocketCloseCode)4001, reason).AsTask();
        Task server = pair.Server.CloseAsync((WebSocketCloseCode)4002, reason).AsTask();
        await Task.WhenAll(client, server).WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseCode)4002, (WebSocketCloseCode)4001), (pair.Client.CloseCode, pair.Server.CloseCode));
    }

    [Fact]
    public async Task Abort_frees_whoever_waits()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create(SmallPipe);
        WebSocketConnection connection = new(ours, WebSocketRole.Server);
        Task stuck = connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask();
        Task queued = connection.SendAsync(WebSocketOpcode.Binary, new byte[10]).AsTask();
        Task beginning = connection.BeginMessageAsync(WebSocketOpcode.Text).AsTask();
        Task ping = connection.PingAsync().AsTask();
        Task closing = connection.CloseAsync().AsTask();
        Task<bool> waiting = connection.WaitToReadAsync().AsTask();
        connection.Abort();
        foreach (Task sender in new[] { stuck, queued, beginning, ping })
        {
            WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(() => sender.WaitAsync(ConnectionPair.Patience));
            Assert.Equal(WebSocketCloseCode.AbnormalClosure, exception.Code);
        }

        Assert.False(await waiting.WaitAsync(ConnectionPair.Patience));
        await closing.WaitAsync(ConnectionPair.Patience);
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.SendAsync(WebSocketOpcode.Binary, new byte[1]));
        Assert.False(connection.TryRead(out _));
        Assert.True(await IsGoneAsync(peer.Output));
    }

    [Fact]
    public async Task Abort_cuts_short_an_end_that_waits_for_the_peer()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Client, new() { CloseTimeout = TimeSpan.FromDays(1) });
        await peer.Output.WriteAsync(RawFrame.Close(1001).ToBytes(masked: false));
        Assert.Null(await connection.ReceiveAsync());
        Task ending = connection.DisposeAsync().AsTask();
        connection.Abort();
        await ending.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketCloseCode.GoingAway, connection.CloseCode);
    }

    [Fact]
    public async Task A_message_in_pieces_that_never_ends_is_overtaken_by_Close()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Server, new() { TimeProvider = time });
        WebSocketMessageSender message = await connection.BeginMessageAsync(WebSocketOpcode.Text);
        await message.WriteAsync("begun"u8.ToArray());
        Task closing = connection.CloseOutputAsync(WebSocketCloseCode.GoingAway).AsTask();
        Assert.False(closing.IsCompleted);
        time.Advance(CloseTimeout / 2);
        await closing.WaitAsync(ConnectionPair.Patience);
        await Assert.ThrowsAsync<WebSocketClosedException>(async () => await message.WriteAsync("late"u8.ToArray()));
        await message.DisposeAsync();

        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Server);
        List<string> frames = [];
        Assert.True(await reader.WaitToReadAsync());
        while (reader.TryRead(out WebSocketFramePart part))
        {
            frames.Add($"{part.Header.Opcode} {part.Header.Fin}");
        }

        Assert.Equal(["Text False", "Close True"], frames);
        connection.Abort();
    }

    [Fact]
    public async Task Who_closes_takes_messages_away_only_from_a_receiver_that_does_not_come()
    {
        ConnectionPair pair = ConnectionPair.Create();
        Task<OwnedWebSocketMessage?> waiting = pair.Server.ReceiveAsync().AsTask();
        Task closing = pair.Server.CloseAsync(WebSocketCloseCode.GoingAway).AsTask();
        await pair.Client.SendTextAsync("on its way");
        using (OwnedWebSocketMessage? message = await waiting.WaitAsync(ConnectionPair.Patience))
        {
            Assert.True(message is null || message.GetText() == "on its way");
        }

        Task<OwnedWebSocketMessage?> again = pair.Server.ReceiveAsync().AsTask();
        Assert.Null(await pair.Client.ReceiveAsync());
        await closing.WaitAsync(ConnectionPair.Patience);
        (await again.WaitAsync(ConnectionPair.Patience))?.Dispose();
        Assert.Null(await pair.Server.ReceiveAsync());
        await pair.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_gets_its_place_back_from_a_close_that_was_cancelled()
    {
        ConnectionPair pair = ConnectionPair.Create();
        using CancellationTokenSource cancel = new();
        Task closing = pair.Server.CloseAsync(cancellationToken: cancel.Token).AsTask();
        Task<OwnedWebSocketMessage?> receiving = pair.Server.ReceiveAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        await pair.Client.SendTextAsync("still here");
        using OwnedWebSocketMessage? message = await receiving.WaitAsync(ConnectionPair.Patience);
        Assert.Equal("still here", message!.GetText());
        Assert.Null(await pair.Client.ReceiveAsync());
        Assert.Null(await pair.Server.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        await pair.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_frees_a_receiver()
    {
        for (int round = 0; round < 50; round++)
        {
            ConnectionPair pair = ConnectionPair.Create();
            Task<OwnedWebSocketMessage?> one = pair.Server.ReceiveAsync().AsTask();
            Task<OwnedWebSocketMessage?> other = pair.Client.ReceiveAsync().AsTask();
            await Task.WhenAll(Task.Run(() => pair.Server.DisposeAsync().AsTask()), Task.Run(() => pair.Client.DisposeAsync().AsTask()))
                .WaitAsync(ConnectionPair.Patience);
            Assert.Null(await one.WaitAsync(ConnectionPair.Patience));
            Assert.Null(await other.WaitAsync(ConnectionPair.Patience));
        }
    }

    [Fact]
    public async Task Abort_is_noticed_at_once_while_a_part_is_lent_and_the_part_stays_as_it_is()
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Client);
        await peer.Output.WriteAsync(RawFrame.Text("lent").ToBytes(masked: false));
        Assert.True(await connection.WaitToReadAsync());
        Assert.True(
            IsSameAfterAbort(connection, async () => await Assert.ThrowsAsync<WebSocketClosedException>(() => peer.Input.ReadAsync().AsTask())));
        Assert.True(connection.IsLent);
        Assert.False(connection.TryRead(out _));
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.True(await IsGoneAsync(peer.Output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_drops_the_socket_while_a_part_is_lent_even_of_a_peer_that_does_not_read(bool isPeerSlow)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient peer = new();
        await peer.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        Socket socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        WebSocketConnection connection = new(new SocketTransport(socket), WebSocketRole.Client);
        NetworkStream stream = peer.GetStream();
        await stream.WriteAsync(RawFrame.Text("lent").ToBytes(masked: false), TestContext.Current.CancellationToken);
        Task sending = isPeerSlow ? connection.SendAsync(WebSocketOpcode.Binary, new byte[16 << 20]).AsTask() : Task.CompletedTask;
        Assert.True(await connection.WaitToReadAsync());
        Assert.True(IsSameAfterAbort(connection, async () =>
        {
            try
            {
                await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // A reset.
            }
        }));
        Exception? exception = await Record.ExceptionAsync(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.True(exception is null or WebSocketClosedException);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    /// <param name="connection">The connection.</param>
    /// <param name="isNoticed">Completes when the peer has noticed.</param>
    private static bool IsSameAfterAbort(WebSocketConnection connection, Func<Task> isNoticed)
    {
        Assert.True(connection.TryRead(out WebSocketMessagePart part));
        connection.Abort();
        Assert.True(isNoticed().Wait(ConnectionPair.Patience), "The peer does not notice.");
        return part.Payload.SequenceEqual("lent"u8);
    }

    private static async Task<bool> IsGoneAsync(PipeWriter peer)
    {
        try
        {
            return (await peer.FlushAsync()).IsCompleted;
        }
        catch (WebSocketClosedException)
        {
            return true;
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task The_end_of_the_transport_without_Close_is_1006(WebSocketRole role)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, role);
        await peer.Output.WriteAsync(RawFrame.Text("a").ToBytes(masked: role == WebSocketRole.Server));
        await peer.Output.CompleteAsync();
        using OwnedWebSocketMessage? message = await connection.ReceiveAsync();
        Assert.Equal("a", message!.GetText());
        Assert.Null(await connection.ReceiveAsync());
        Assert.Equal((WebSocketConnectionState.Closed, WebSocketCloseCode.AbnormalClosure), (connection.State, connection.CloseCode));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task The_end_of_the_transport_inside_a_message_is_the_loss_of_the_connection_and_no_violation(int length)
    {
        byte[] bytes = [.. RawFrame.Text("a", fin: false).ToBytes(masked: false), .. RawFrame.More("bcd", fin: true).ToBytes(masked: false)];
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        await using WebSocketConnection connection = new(ours, WebSocketRole.Client);
        await peer.Output.WriteAsync(bytes.AsMemory(0, length));
        await peer.Output.CompleteAsync();
        WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, exception.Code);
        Assert.Null(await connection.ReceiveAsync());
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task What_a_transport_throws_is_the_end_of_the_connection(WebSocketRole role)
    {
        foreach (Exception failure
            in new Exception[] { new IOException("reset"), new OperationCanceledException("aborted"), new ObjectDisposedException("stream") })
        {
            (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
            await using WebSocketConnection connection = new(ours, role);
            Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
            await peer.Output.CompleteAsync(failure);
            Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
            await peer.Input.CompleteAsync(failure);
            await Assert.ThrowsAsync<WebSocketClosedException>(async () => await connection.SendAsync(WebSocketOpcode.Binary, new byte[1]));
        }
    }

    [Fact]
    public async Task Draining_without_a_half_close_is_bounded_however_much_comes()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Server, new() { TimeProvider = time, CanHalfClose = false });
        await peer.Output.WriteAsync(RawFrame.Close(1000).ToBytes(masked: true));
        Assert.Null(await connection.ReceiveAsync());
        Task ending = connection.DisposeAsync().AsTask();
        for (int round = 0; !ending.IsCompleted; round++)
        {
            Assert.True(round < 100_000, "The drain goes on for ever.");
            await peer.Output.WriteAsync(new byte[10]);
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await ending;
    }

    [Theory]
    [InlineData(WebSocketCloseCode.NoStatusReceived, "why")]
    [InlineData(WebSocketCloseCode.AbnormalClosure, "")]
    [InlineData((WebSocketCloseCode)5000, "")]
    [InlineData(WebSocketCloseCode.NormalClosure, "lone surrogate")]
    public async Task What_may_not_stand_in_a_Close_is_not_sent(WebSocketCloseCode code, string reason)
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await pair.Client.CloseAsync(code, reason.Replace("lone surrogate", $"{(char)0xD800}", StringComparison.Ordinal)));
        Assert.Equal(WebSocketConnectionState.Open, pair.Client.State);
    }
}
