using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketBroadcasterTests
{
    private static readonly PipeOptions SmallPipe = new(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false);

    [Fact]
    public async Task Everyone_gets_every_message_in_one_order()
    {
        const int Publishers = 4;
        const int Messages = 250;
        WebSocketBroadcaster broadcaster = new();
        ConnectionPair[] pairs =
        [
            ConnectionPair.Create(),
            ConnectionPair.Create(pipe: SmallPipe),
            ConnectionPair.Create(new(false, false), pipe: SmallPipe),
            ConnectionPair.Create(new(true, true)),
        ];
        WebSocketSubscription[] subscriptions = [.. pairs.Select(p => broadcaster.Subscribe(p.Server))];
        Task<List<string>>[] receiving = [.. pairs.Select(p => ReceiveAsync(p.Client, Publishers * Messages))];
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
            {
                await broadcaster.PublishAsync(Message($"{publisher} {i} {new string('x', 100)}"));
            }
        })));

        List<string> first = await receiving[0].WaitAsync(ConnectionPair.Patience);
        foreach (Task<List<string>> other in receiving)
        {
            Assert.Equal(first, await other.WaitAsync(ConnectionPair.Patience));
        }

        for (int publisher = 0; publisher < Publishers; publisher++)
        {
            Assert.Equal(Enumerable.Range(0, Messages), first.Where(m => m[0] - '0' == publisher).Select(m => int.Parse(m.Split(' ')[1])));
        }

        foreach ((ConnectionPair pair, WebSocketSubscription subscription) in pairs.Zip(subscriptions))
        {
            await subscription.DisposeAsync();
            Assert.Equal(0, subscription.WaitingBytes);
            await pair.DisposeAsync();
        }

        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public async Task What_comes_while_a_connection_is_busy_goes_out_in_one_write()
    {
        WebSocketBroadcaster broadcaster = new();
        CountedFlushes output = new();
        WebSocketConnection connection = new(output, WebSocketRole.Server);
        await using WebSocketSubscription subscription = broadcaster.Subscribe(connection);
        await broadcaster.PublishAsync(Message("first"));
        await output.Flushing.WaitAsync(ConnectionPair.Patience);
        for (int i = 0; i < 100; i++)
        {
            await broadcaster.PublishAsync(Message("more"));
        }

        long before = output.Bytes;
        output.Go();
        await output.Flushing.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(before + (100 * (2 + 4)), output.Bytes);
        output.Go();
        connection.Abort();
    }

    [Fact]
    public async Task One_that_does_not_read_is_closed_and_holds_up_nobody()
    {
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1000, SlowPolicy = WebSocketSlowPolicy.Disconnect });
        await using ConnectionPair quick = ConnectionPair.Create();
        await using ConnectionPair slow = ConnectionPair.Create(pipe: SmallPipe);
        await using WebSocketSubscription one = broadcaster.Subscribe(quick.Server);
        await using WebSocketSubscription other = broadcaster.Subscribe(slow.Server);
        int count = 0;
        for (; broadcaster.Subscribers == 2; count++)
        {
            Assert.True(count < 1000);
            Assert.True(broadcaster.PublishAsync(Message(new string('x', 100))).IsCompleted);
            Assert.Equal(100, (await ReceiveAsync(quick.Client, 1))[0].Length);
        }

        // 164 bytes each: seven are more than 1000, and the next one finds them.
        Assert.Equal(8, count);
        while (await slow.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience) is { } message)
        {
            Assert.Equal(100, message.Payload.Length);
        }

        Assert.Equal(WebSocketCloseCode.PolicyViolation, slow.Client.CloseCode);
        Assert.Equal("Too slow: more than 1000 bytes waited.", slow.Client.CloseReason);
    }

    [Fact]
    public async Task A_publisher_with_patience_waits_for_room()
    {
        ManualTimeProvider time = new();
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1000, Patience = TimeSpan.FromSeconds(3), TimeProvider = time });
        await using ConnectionPair pair = ConnectionPair.Create(pipe: SmallPipe);
        await using WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        int count = 0;
        ValueTask publishing;
        do
        {
            publishing = broadcaster.PublishAsync(Message(new string('x', 100)));
            count++;
        }
        while (publishing.IsCompleted);

        Assert.True(subscription.WaitingBytes > 1000);
        Assert.Equal(count, (await ReceiveAsync(pair.Client, count)).Count);
        await publishing.AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(1, broadcaster.Subscribers);

        while (broadcaster.PublishAsync(Message(new string('x', 100))) is { IsCompleted: true })
        {
            // Until one waits.
        }

        publishing = broadcaster.PublishAsync(Message("last"));
        time.Advance(TimeSpan.FromSeconds(3));
        await publishing.AsTask().WaitAsync(ConnectionPair.Patience);
        while (await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience) is not null)
        {
            // What went out before.
        }

        Assert.Equal(WebSocketCloseCode.PolicyViolation, pair.Client.CloseCode);
        Assert.Equal(0, broadcaster.Subscribers);
    }

    [Fact]
    public async Task A_cancelled_publisher_leaves_the_message_under_way()
    {
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1, Patience = TimeSpan.FromHours(1) });
        await using ConnectionPair pair = ConnectionPair.Create(pipe: SmallPipe);
        await using WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        using CancellationTokenSource cancel = new();
        await broadcaster.PublishAsync(Message(new string('x', 100)));
        Task publishing = broadcaster.PublishAsync(Message(new string('y', 100)), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        Assert.Equal([new string('x', 100), new string('y', 100)], await ReceiveAsync(pair.Client, 2));
    }

    [Fact]
    public async Task A_slow_one_is_let_go_even_where_no_publisher_waits_for_it_any_more()
    {
        ManualTimeProvider time = new();
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1, Patience = TimeSpan.FromSeconds(3), TimeProvider = time });
        await using ConnectionPair pair = ConnectionPair.Create(pipe: SmallPipe);
        await using WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        await broadcaster.PublishAsync(Message(new string('x', 100)));
        using CancellationTokenSource cancel = new();
        Task publishing = broadcaster.PublishAsync(Message("more"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        time.Advance(TimeSpan.FromSeconds(3));
        while (await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience) is not null)
        {
            // What went out before.
        }

        Assert.Equal(WebSocketCloseCode.PolicyViolation, pair.Client.CloseCode);
    }

    [Fact]
    public async Task One_that_had_room_in_between_is_not_let_go_with_one_that_had_none()
    {
        ManualTimeProvider time = new();
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 100, Patience = TimeSpan.FromSeconds(3), TimeProvider = time });
        CountedFlushes steady = new();
        CountedFlushes stuck = new();
        WebSocketConnection one = new(steady, WebSocketRole.Server);
        WebSocketConnection other = new(stuck, WebSocketRole.Server);
        await using WebSocketSubscription first = broadcaster.Subscribe(one);
        await using WebSocketSubscription second = broadcaster.Subscribe(other);
        await broadcaster.PublishAsync(Message(new string('x', 100)));
        await steady.Flushing.WaitAsync(ConnectionPair.Patience);
        await stuck.Flushing.WaitAsync(ConnectionPair.Patience);
        Task early = broadcaster.PublishAsync(Message(new string('x', 100))).AsTask();
        time.Advance(TimeSpan.FromSeconds(2));
        steady.Go();
        await steady.Flushing.WaitAsync(ConnectionPair.Patience);
        Task late = broadcaster.PublishAsync(Message(new string('x', 100))).AsTask();
        time.Advance(TimeSpan.FromSeconds(1));
        await early.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(1, broadcaster.Subscribers);
        Assert.Equal(WebSocketConnectionState.Open, one.State);
        steady.Go();
        await late.WaitAsync(ConnectionPair.Patience);
        Assert.Equal(1, broadcaster.Subscribers);
        one.Abort();
        other.Abort();
    }

    [Fact]
    public async Task A_message_longer_than_what_may_wait_makes_nobody_slow()
    {
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1000, SlowPolicy = WebSocketSlowPolicy.Disconnect });
        CountedFlushes output = new();
        WebSocketConnection connection = new(output, WebSocketRole.Server);
        await using WebSocketSubscription subscription = broadcaster.Subscribe(connection);
        await broadcaster.PublishAsync(Message("short"));
        await output.Flushing.WaitAsync(ConnectionPair.Patience);
        await broadcaster.PublishAsync(Message(new string('x', 5000)));
        Assert.Equal(1, broadcaster.Subscribers);
        await broadcaster.PublishAsync(Message("one more"));
        Assert.Equal(0, broadcaster.Subscribers);
        Assert.Equal(0, subscription.WaitingBytes);
        connection.Abort();
    }

    [Fact]
    public async Task One_that_is_let_go_keeps_the_part_that_its_receiver_has_in_use()
    {
        WebSocketBroadcaster broadcaster = new(new() { MaxWaitingBytes = 1, SlowPolicy = WebSocketSlowPolicy.Disconnect });
        await using ConnectionPair pair = ConnectionPair.Create(pipe: SmallPipe);
        WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        await pair.Client.SendTextAsync("part");
        Assert.True(await pair.Server.WaitToReadAsync());
        Assert.True(pair.Server.TryRead(out _));
        while (broadcaster.Subscribers > 0)
        {
            await broadcaster.PublishAsync(Message(new string('x', 100)));
        }

        while (await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience) is not null)
        {
            // What went out before.
        }

        Assert.Equal(WebSocketCloseCode.PolicyViolation, pair.Client.CloseCode);
        Assert.True(pair.Server.IsLent);

        // Who leaves says that it is done with the part.
        await subscription.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
        Assert.Equal(WebSocketConnectionState.Closed, pair.Server.State);
    }

    [Fact]
    public async Task A_message_is_deflated_once_however_many_connections_want_it_at_once()
    {
        for (int i = 0; i < 50; i++)
        {
            WebSocketPreparedMessage message = Message(new string('x', 10_000));
            using Barrier together = new(2);
            Task<WebSocketPreparedFrame> other
                = Task.Factory.StartNew(Deflate, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Assert.Same(Deflate(), await other);

            WebSocketPreparedFrame Deflate()
            {
                together.SignalAndWait();
                return message.Deflated!;
            }
        }
    }

    [Fact]
    public async Task A_lost_connection_leaves_the_broadcast_by_itself()
    {
        WebSocketBroadcaster broadcaster = new();
        ConnectionPair pair = ConnectionPair.Create();
        await using WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        pair.Server.Abort();
        await broadcaster.PublishAsync(Message("to nobody"));
        await subscription.DisposeAsync();
        Assert.Equal(0, broadcaster.Subscribers);
        Assert.Equal(0, subscription.WaitingBytes);
        pair.Client.Abort();
    }

    [Fact]
    public async Task Who_has_left_gets_nothing_more_and_its_connection_goes_on()
    {
        WebSocketBroadcaster broadcaster = new();
        await using ConnectionPair pair = ConnectionPair.Create();
        WebSocketSubscription subscription = broadcaster.Subscribe(pair.Server);
        await broadcaster.PublishAsync(Message("one"));
        Assert.Equal(["one"], await ReceiveAsync(pair.Client, 1));
        await subscription.DisposeAsync();
        await subscription.DisposeAsync();
        await broadcaster.PublishAsync(Message("two"));
        await pair.Server.SendTextAsync("three");
        Assert.Equal(["three"], await ReceiveAsync(pair.Client, 1));
    }

    [Fact]
    public void Options_have_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketBroadcasterOptions { MaxWaitingBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketBroadcasterOptions { Patience = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketBroadcasterOptions { Patience = TimeSpan.MaxValue });
    }

    private static WebSocketPreparedMessage Message(string text) => new(WebSocketOpcode.Text, Encoding.UTF8.GetBytes(text));

    private static async Task<List<string>> ReceiveAsync(WebSocketConnection connection, int count)
    {
        List<string> received = [];
        while (received.Count < count)
        {
            using OwnedWebSocketMessage? message = await connection.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            received.Add(message!.GetText());
        }

        return received;
    }

    /// <summary>An output whose flushes wait until the test lets them go.</summary>
    private sealed class CountedFlushes : PipeWriter, IDuplexPipe
    {
        private readonly byte[] _memory = new byte[64 * 1024];
        private readonly Channel<bool> _flushing = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _go = Channel.CreateUnbounded<bool>();

        public PipeReader Input { get; } = new Pipe().Reader;

        public PipeWriter Output => this;

        public long Bytes { get; private set; }

        public Task Flushing => _flushing.Reader.ReadAsync().AsTask();

        public void Go() => _go.Writer.TryWrite(true);

        public override void Advance(int bytes) => Bytes += bytes;

        public override void CancelPendingFlush() => Go();

        public override void Complete(Exception? exception = null)
        {
        }

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            _flushing.Writer.TryWrite(true);
            await _go.Reader.ReadAsync(cancellationToken);
            return default;
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory;

        public override Span<byte> GetSpan(int sizeHint = 0) => _memory;
    }
}
