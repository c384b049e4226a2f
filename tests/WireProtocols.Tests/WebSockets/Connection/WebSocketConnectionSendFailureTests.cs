using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Authentication;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A send that fails ends the sending half. What the peer sent before it left, its Close above all, is received all the same (RFC 6455
/// §7.1.5).</summary>
public class WebSocketConnectionSendFailureTests
{
    private static readonly TimeSpan CloseTimeout = WebSocketConnectionOptions.Default.CloseTimeout;

    /// <summary>How a transport says that it takes no more.</summary>
    private static readonly Dictionary<string, Action<BreakableTransport, IDuplexPipe>> Breaks = new()
    {
        ["the peer reads no more"] = (_, peer) => peer.Input.Complete(),
        ["a flush says so"] = (ours, _) => ours.BreakFlush(() => new(new FlushResult(isCanceled: false, isCompleted: true))),
        ["a flush is cancelled"] = (ours, _) => ours.BreakFlush(() => new(new FlushResult(isCanceled: true, isCompleted: false))),
        ["a flush throws at once"] = (ours, _) => ours.BreakFlush(() => throw new IOException("reset")),
        ["a flush throws"] = (ours, _)
            => ours.BreakFlush(() => ValueTask.FromException<FlushResult>(new SocketException((int)SocketError.ConnectionReset))),
        ["a flush throws later"] = (ours, _) => ours.BreakFlush(async () =>
        {
            await Task.Yield();
            throw new OperationCanceledException("aborted");
        }),
        ["a flush throws what no transport should"] = (ours, _) => ours.BreakFlush(() => throw new AuthenticationException("alert")),
        ["a write throws"] = (ours, _) => ours.BreakMemory(new NotSupportedException("read-only")),
    };

    public static TheoryData<string, WebSocketRole> Ways
        => new(Breaks.Keys.SelectMany(name => new[] { (name, WebSocketRole.Server), (name, WebSocketRole.Client) }));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_had_come_before_a_send_failed_is_received_and_the_code_is_the_peers(string way, WebSocketRole role)
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role);
        await SendAsync(peer, role, RawFrame.Text("one"), RawFrame.Text("two"), RawFrame.Close(4001, "why"));
        Breaks[way](ours, peer);
        WebSocketClosedException exception = await Assert.ThrowsAsync<WebSocketClosedException>(
            () => connection.SendAsync(WebSocketOpcode.Binary, new byte[10]).AsTask().WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, exception.Code);
        Assert.NotEmpty(exception.Reason);
        Assert.Equal((WebSocketConnectionState.CloseSent, null), (connection.State, connection.CloseCode));
        await AssertSendsNothingAsync(connection);
        Assert.Equal("one", await NextAsync(connection));
        Assert.Equal("two", await NextAsync(connection));
        Assert.Null(await NextAsync(connection));
        Assert.Equal(
            (WebSocketConnectionState.Closed, (WebSocketCloseCode)4001, "why"), (connection.State, connection.CloseCode, connection.CloseReason));
        await peer.Output.CompleteAsync();
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Who_closes_after_a_send_failed_finds_the_peers_Close_behind_its_messages(string way, WebSocketRole role)
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role);
        await SendAsync(peer, role, RawFrame.Text("one"), RawFrame.Close(4001, "why"));
        await peer.Output.CompleteAsync();
        Breaks[way](ours, peer);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => connection.PingAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseCode)4001, "why"), (connection.CloseCode, connection.CloseReason));
    }

    /// <summary>The Close of this end meets the peer's, and does not get through.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_Close_that_cannot_be_sent_leaves_the_peers_to_be_read(string way, WebSocketRole role)
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role);
        await SendAsync(peer, role, RawFrame.Close(4001, "why"));
        await peer.Output.CompleteAsync();
        Breaks[way](ours, peer);
        await connection.CloseAsync(WebSocketCloseCode.GoingAway).AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseCode)4001, "why"), (connection.CloseCode, connection.CloseReason));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_answer_to_Close_that_cannot_be_sent_changes_no_code(string way, WebSocketRole role)
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role);
        Breaks[way](ours, peer);
        await SendAsync(peer, role, RawFrame.Close(4001, "why"));
        Assert.Null(await NextAsync(connection));
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(((WebSocketCloseCode)4001, "why"), (connection.CloseCode, connection.CloseReason));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => peer.Output.FlushAsync().AsTask());
    }

    /// <summary>Nobody waits for that flush, so nobody throws; the next send does.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_flush_that_fails_on_its_own_is_learned_by_the_next_send(string way, WebSocketRole role)
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role);
        await SendAsync(peer, role, RawFrame.Ping("p"), RawFrame.Text("one"), RawFrame.Close(4001));
        Breaks[way](ours, peer);
        Assert.Equal("one", await NextAsync(connection));
        Assert.Null(await NextAsync(connection));
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);

        (connection, ours, peer) = Create(role);
        if (way != "a write throws")
        {
            await connection.SendAsync(WebSocketOpcode.Text, "unflushed"u8.ToArray(), flush: false);
        }

        Breaks[way](ours, peer);
        Task<string?> receiving = NextAsync(connection);
        await Task.Run(
            () => SpinWait.SpinUntil(() => connection.State != WebSocketConnectionState.Open || way == "a write throws", ConnectionPair.Patience));
        await Assert.ThrowsAsync<WebSocketClosedException>(
            () => connection.SendAsync(WebSocketOpcode.Text, "late"u8.ToArray(), flush: false).AsTask());
        await SendAsync(peer, role, RawFrame.Close(4002));
        Assert.Null(await receiving);
        Assert.Equal((WebSocketCloseCode)4002, connection.CloseCode);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Theory]
    [InlineData(WebSocketRole.Server, false)]
    [InlineData(WebSocketRole.Client, false)]
    [InlineData(WebSocketRole.Server, true)]
    [InlineData(WebSocketRole.Client, true)]
    public async Task Where_nothing_comes_any_more_the_connection_is_lost_when_the_time_is_up(WebSocketRole role, bool isReading)
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, _, IDuplexPipe peer) = Create(role, time);
        Task<string?>? receiving = isReading ? NextAsync(connection) : null;
        await peer.Input.CompleteAsync();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => connection.SendTextAsync("a").AsTask());
        time.Advance(CloseTimeout - TimeSpan.FromTicks(1));
        Assert.Equal(WebSocketConnectionState.CloseSent, connection.State);
        time.Advance(TimeSpan.FromTicks(1));
        await Task.Run(() => SpinWait.SpinUntil(() => connection.State == WebSocketConnectionState.Closed, ConnectionPair.Patience));
        Assert.Equal((WebSocketCloseCode.AbnormalClosure, "The peer reads no more."), (connection.CloseCode, connection.CloseReason));
        if (receiving is not null)
        {
            Assert.Null(await receiving);
        }

        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(0, time.Waiting);
    }

    [Fact]
    public async Task As_long_as_something_comes_and_is_read_the_connection_is_not_lost()
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, _, IDuplexPipe peer) = Create(WebSocketRole.Server, time);
        await peer.Input.CompleteAsync();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => connection.SendTextAsync("a").AsTask());
        for (int i = 0; i < 10; i++)
        {
            await SendAsync(peer, WebSocketRole.Server, RawFrame.Text($"{i}"));
            Assert.Equal($"{i}", await NextAsync(connection));
            int waiting = time.Waiting;
            time.Advance(CloseTimeout);
            await Task.Run(() => SpinWait.SpinUntil(() => time.Waiting == waiting, ConnectionPair.Patience));
        }

        await SendAsync(peer, WebSocketRole.Server, RawFrame.Close(4001));
        Assert.Null(await NextAsync(connection));
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
        await peer.Output.CompleteAsync();
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task The_end_of_the_input_after_a_failed_send_is_1006_with_what_failed()
    {
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(WebSocketRole.Client);
        ours.BreakFlush(() => throw new IOException("Connection reset by peer"));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => connection.SendTextAsync("a").AsTask());
        await SendAsync(peer, WebSocketRole.Client, RawFrame.Text("last"));
        await peer.Output.CompleteAsync();
        Assert.Equal("last", await NextAsync(connection));
        Assert.Null(await NextAsync(connection));
        Assert.Equal((WebSocketCloseCode.AbnormalClosure, "Connection reset by peer"), (connection.CloseCode, connection.CloseReason));
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task Whoever_waits_to_send_comes_back_when_a_send_fails()
    {
        TaskCompletionSource<FlushResult> flush = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(WebSocketRole.Server);
        WebSocketMessageSender pieces = await connection.BeginMessageAsync(WebSocketOpcode.Text);
        ours.BreakFlush(() => new(flush.Task));
        Task[] sending =
        [
            pieces.WriteAsync("piece"u8.ToArray()).AsTask(),
            connection.SendTextAsync("queued").AsTask(),
            connection.BeginMessageAsync(WebSocketOpcode.Text).AsTask(),
            connection.PingAsync().AsTask(),
            connection.FlushAsync().AsTask(),
        ];
        Assert.DoesNotContain(sending, s => s.IsCompleted);
        flush.SetException(new IOException("reset"));
        foreach (Task task in sending)
        {
            await Assert.ThrowsAsync<WebSocketClosedException>(() => task.WaitAsync(ConnectionPair.Patience));
        }

        await SendAsync(peer, WebSocketRole.Server, RawFrame.Close(4001));
        Assert.Null(await NextAsync(connection));
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    /// <summary>A timer has nobody to throw to.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_Ping_of_the_keep_alive_that_cannot_be_sent_is_a_failed_send(string way, WebSocketRole role)
    {
        ManualTimeProvider time = new();
        (WebSocketConnection connection, BreakableTransport ours, IDuplexPipe peer) = Create(role, time, TimeSpan.FromSeconds(10));
        Task<string?> receiving = NextAsync(connection);
        Breaks[way](ours, peer);
        time.Advance(TimeSpan.FromSeconds(10));
        await Task.Run(() => SpinWait.SpinUntil(() => connection.State != WebSocketConnectionState.Open, ConnectionPair.Patience));
        await SendAsync(peer, role, RawFrame.Close(4001));
        Assert.Null(await receiving);
        Assert.Equal((WebSocketCloseCode)4001, connection.CloseCode);
        Task ending = connection.DisposeAsync().AsTask();
        await peer.Output.CompleteAsync();
        await ending.WaitAsync(ConnectionPair.Patience);
    }

    private static (WebSocketConnection Connection, BreakableTransport Ours, IDuplexPipe Peer) Create(
        WebSocketRole role, TimeProvider? time = null, TimeSpan keepAlive = default)
    {
        (IDuplexPipe one, IDuplexPipe peer) = DuplexPipes.Create();
        BreakableTransport ours = new(one);
        return (new(ours, role, new() { TimeProvider = time ?? TimeProvider.System, KeepAliveInterval = keepAlive }), ours, peer);
    }

    private static async Task SendAsync(IDuplexPipe peer, WebSocketRole role, params RawFrame[] frames)
        => await peer.Output.WriteAsync(frames.SelectMany(f => f.ToBytes(masked: role == WebSocketRole.Server)).ToArray());

    private static async Task<string?> NextAsync(WebSocketConnection connection)
    {
        using OwnedWebSocketMessage? message = await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        return message?.GetText();
    }

    private static async Task AssertSendsNothingAsync(WebSocketConnection connection)
    {
        Func<Task>[] senders =
        [
            () => connection.SendTextAsync("a").AsTask(),
            () => connection.SendAsync(new WebSocketPreparedMessage(WebSocketOpcode.Text, "a"u8)).AsTask(),
            () => connection.BeginMessageAsync(WebSocketOpcode.Text).AsTask(),
            () => connection.PingAsync().AsTask(),
            () => connection.PongAsync(default).AsTask(),
        ];
        foreach (Func<Task> sender in senders)
        {
            await Assert.ThrowsAsync<WebSocketClosedException>(() => sender().WaitAsync(ConnectionPair.Patience));
        }
    }
}
