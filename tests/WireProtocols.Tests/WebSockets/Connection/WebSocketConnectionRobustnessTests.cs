using System.IO.Pipelines;
using System.Security.Authentication;
using WireProtocols.Tests.WebSockets.Conformance;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Transports that hang and throw, and users who come from everywhere at once: nothing hangs, and nobody sees half of an end.</summary>
public class WebSocketConnectionRobustnessTests
{
    private static readonly TimeSpan CloseTimeout = WebSocketConnectionOptions.Default.CloseTimeout;

    /// <summary>The peer says Close and never reads: this end's Close does not get through, and neither does what stands before it.</summary>
    [Theory]
    [InlineData(WebSocketRole.Server, true, true)]
    [InlineData(WebSocketRole.Server, false, true)]
    [InlineData(WebSocketRole.Client, true, true)]
    [InlineData(WebSocketRole.Client, false, true)]
    [InlineData(WebSocketRole.Server, true, false)]
    [InlineData(WebSocketRole.Server, false, false)]
    [InlineData(WebSocketRole.Client, true, false)]
    [InlineData(WebSocketRole.Client, false, false)]
    public async Task A_stream_that_is_stuck_in_a_write_is_left_when_the_time_is_up(WebSocketRole role, bool canCancel, bool isPeerFirst)
    {
        ManualTimeProvider time = new();
        Pipe input = new(new PipeOptions(useSynchronizationContext: false));
        StubbornStream stream = new(input.Reader, canCancel);
        WebSocketConnection connection = WebSocketConnection.Create(stream, role, new() { TimeProvider = time });
        byte[] close = RawFrame.Close(4001).ToBytes(masked: role == WebSocketRole.Server);
        Task closing;
        if (isPeerFirst)
        {
            await input.Writer.WriteAsync(close);
            Assert.Null(await connection.ReceiveAsync());
            closing = connection.DisposeAsync().AsTask();
        }
        else
        {
            closing = connection.CloseAsync().AsTask();
            await input.Writer.WriteAsync(close);

            // Time stands still until it has been read.
            await Task.Run(() => SpinWait.SpinUntil(() => connection.CloseCode is not null, ConnectionPair.Patience));
        }

        Assert.True(stream.IsWriting);
        await AdvanceUntilAsync(time, closing);
        Assert.Equal((WebSocketConnectionState.Closed, (WebSocketCloseCode)4001), (connection.State, connection.CloseCode));
        await Task.Run(() => SpinWait.SpinUntil(() => !stream.IsWriting, ConnectionPair.Patience));
        Assert.False(stream.IsWriting || stream.WasOverwritten);
        Assert.Equal(0, time.Waiting);
    }

    public static TheoryData<string> Exceptions => ["io", "disposed", "alert", "unsupported", "timeout", "format"];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task Whatever_a_transport_throws_it_is_the_end_and_nobody_hangs(string kind)
    {
        Exception failure = kind switch
        {
            "io" => new IOException(kind),
            "disposed" => new ObjectDisposedException(kind),
            "alert" => new AuthenticationException(kind),
            "unsupported" => new NotSupportedException(kind),
            "timeout" => new TimeoutException(kind),
            _ => new FormatException(kind),
        };

        // When it is read.
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Client);
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync().AsTask();
        await peer.Output.CompleteAsync(failure);
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);

        // When it is disposed, after a Close from either side or after none.
        foreach (int way in Enumerable.Range(0, 3))
        {
            Pipe input = new(new PipeOptions(useSynchronizationContext: false));
            connection = WebSocketConnection.Create(
                new StubbornStream(input.Reader, canCancel: true) { Last = failure },
                WebSocketRole.Server,
                new() { CloseTimeout = TimeSpan.FromMilliseconds(1) });
            if (way == 0)
            {
                connection.Abort();
            }
            else if (way == 1)
            {
                await input.Writer.WriteAsync(RawFrame.Close(4001).ToBytes(masked: true));
                await input.Writer.CompleteAsync();
                Assert.Null(await connection.ReceiveAsync());
            }

            await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
            Assert.Equal(WebSocketConnectionState.Closed, connection.State);
        }
    }

    /// <summary>A failure that meets a cancellation is the end of the connection, and none of the raw exceptions of the transport.</summary>
    [Fact]
    public async Task A_transport_that_fails_while_the_receive_is_cancelled_is_the_end_all_the_same()
    {
        (IDuplexPipe ours, _) = DuplexPipes.Create();
        using CancellationTokenSource cancel = new();
        WebSocketConnection connection = new(new FailsWhenCancelled(ours), WebSocketRole.Server);
        Task<OwnedWebSocketMessage?> receiving = connection.ReceiveAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Null(await receiving.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    /// <summary>The queue is full; after Close that is nobody's concern any more.</summary>
    [Fact]
    public async Task A_send_after_Close_or_cancelled_before_it_began_does_not_lose_the_connection()
    {
        (IDuplexPipe ours, IDuplexPipe peer)
            = DuplexPipes.Create(new PipeOptions(pauseWriterThreshold: 64, resumeWriterThreshold: 32, useSynchronizationContext: false));
        WebSocketConnection connection = new(ours, WebSocketRole.Client, new() { MaxQueuedBytes = 100, CloseTimeout = TimeSpan.FromHours(1) });
        Task stuck = connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask();
        Task queued = connection.SendAsync(WebSocketOpcode.Binary, new byte[100]).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => connection.SendAsync(WebSocketOpcode.Binary, new byte[10], cancellationToken: new(canceled: true)).AsTask());
        Assert.Equal(WebSocketConnectionState.Open, connection.State);

        await peer.Output.WriteAsync(RawFrame.Close(4001).ToBytes(masked: false));
        Assert.Null(await connection.ReceiveAsync());
        Assert.Equal(WebSocketConnectionState.CloseReceived, connection.State);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => queued.WaitAsync(ConnectionPair.Patience));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => connection.SendAsync(WebSocketOpcode.Binary, new byte[1000]).AsTask());
        Assert.Equal(WebSocketConnectionState.CloseReceived, connection.State);

        using WebSocketFrameReader reader = new(peer.Input, WebSocketRole.Client);
        List<string> frames = [];
        await foreach (OwnedWebSocketFrame frame in reader.ReadAllAsync())
        {
            frames.Add($"{frame.Header.Opcode} {frame.Payload.Length}");
            if (frame.Header.Opcode == WebSocketOpcode.Close)
            {
                await peer.Output.CompleteAsync();
            }
        }

        Assert.Equal(["Binary 1000", "Close 2"], frames);
        await stuck.WaitAsync(ConnectionPair.Patience);
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task Who_waits_behind_a_message_in_pieces_that_nobody_ends_comes_back_with_the_Close()
    {
        ManualTimeProvider time = new();
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, WebSocketRole.Server, new() { TimeProvider = time });
        WebSocketMessageSender forgotten = await connection.BeginMessageAsync(WebSocketOpcode.Text);
        await forgotten.WriteAsync("begun"u8.ToArray());
        Task waiting = connection.SendTextAsync("behind it").AsTask();
        Task closing = connection.CloseOutputAsync(WebSocketCloseCode.GoingAway).AsTask();
        Assert.False(waiting.IsCompleted || closing.IsCompleted);
        time.Advance(CloseTimeout / 2);
        await closing.WaitAsync(ConnectionPair.Patience);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => waiting.WaitAsync(ConnectionPair.Patience));

        // The peer still has something to say, and is heard.
        await peer.Output.WriteAsync(RawFrame.Text("still here").ToBytes(masked: true));
        using (OwnedWebSocketMessage? message = await connection.ReceiveAsync())
        {
            Assert.Equal("still here", message!.GetText());
        }

        await peer.Output.WriteAsync(RawFrame.Close(1001).ToBytes(masked: true));
        Assert.Null(await connection.ReceiveAsync());
        await peer.Output.CompleteAsync();
        await connection.DisposeAsync().AsTask().WaitAsync(ConnectionPair.Patience);
    }

    [Fact]
    public async Task Nothing_is_sent_after_Close()
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await pair.Client.CloseOutputAsync();
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Client.PingAsync().AsTask());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Client.PingAsync("p"u8.ToArray()).AsTask());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Client.PongAsync("p"u8.ToArray()).AsTask());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Client.SendTextAsync("a").AsTask());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Client.BeginMessageAsync(WebSocketOpcode.Text).AsTask());
        Assert.Null(await pair.Server.ReceiveAsync());
        await Assert.ThrowsAsync<WebSocketClosedException>(() => pair.Server.PongAsync("p"u8.ToArray()).AsTask());
    }

    /// <summary>A state that says "closed" is seen with its code and reason, from any thread.</summary>
    [Fact]
    public async Task Who_sees_the_end_sees_its_code_and_reason()
    {
        for (int round = 0; round < 300; round++)
        {
            (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
            WebSocketConnection connection = new(ours, WebSocketRole.Client);
            using ManualResetEventSlim isWatching = new();
            Task<(WebSocketCloseCode?, string)> watching = Task.Factory.StartNew(
                () =>
                {
                    isWatching.Set();
                    while (connection.State == WebSocketConnectionState.Open)
                    {
                    }

                    return (connection.CloseCode, connection.CloseReason);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            isWatching.Wait(TestContext.Current.CancellationToken);
            await peer.Output.WriteAsync(RawFrame.Close(4321, "why").ToBytes(masked: false));
            Assert.Null(await connection.ReceiveAsync());
            Assert.Equal(((WebSocketCloseCode)4321, "why"), await watching.WaitAsync(ConnectionPair.Patience));
            connection.Abort();
        }
    }

    [Fact]
    public async Task Everything_at_once_ends()
    {
        for (int round = 0; round < 100; round++)
        {
            ConnectionPair pair = ConnectionPair.Create(
                client: new()
                {
                    KeepAliveInterval = TimeSpan.FromMilliseconds(2),
                    KeepAliveTimeout = TimeSpan.FromMilliseconds(round % 3),
                    CloseTimeout = TimeSpan.FromMilliseconds(50),
                },
                server: new() { CloseTimeout = TimeSpan.FromMilliseconds(50) },
                pipe: new(pauseWriterThreshold: 256, resumeWriterThreshold: 128, useSynchronizationContext: false));
            Task[] all =
            [
                Run(() => EchoRun.EchoAsync(pair.Server)),
                Run(async () =>
                {
                    for (int i = 0; i < 100; i++)
                    {
                        await pair.Client.SendAsync(WebSocketOpcode.Binary, new byte[i]);
                    }
                }),
                Run(async () =>
                {
                    await using WebSocketMessageSender pieces = await pair.Client.BeginMessageAsync(WebSocketOpcode.Binary);
                    await pieces.WriteAsync(new byte[500]);
                }),
                Run(() => pair.Client.PingAsync().AsTask()),
                Run(async () => (await pair.Client.ReceiveAsync())?.Dispose()),
                Run(() => pair.Client.CloseAsync().AsTask()),
                Run(() => pair.Server.CloseOutputAsync(WebSocketCloseCode.GoingAway).AsTask()),
                Run(() => pair.Client.DisposeAsync().AsTask()),
                Run(() =>
                {
                    (round % 2 == 0 ? pair.Client : pair.Server).Abort();
                    return Task.CompletedTask;
                }),
            ];
            await Task.WhenAll(all).WaitAsync(ConnectionPair.Patience);
            await pair.DisposeAsync();
            Assert.Equal((WebSocketConnectionState.Closed, WebSocketConnectionState.Closed), (pair.Client.State, pair.Server.State));
            Assert.NotNull(pair.Client.CloseCode);
        }

        static Task Run(Func<Task> action) => Task.Run(async () =>
        {
            try
            {
                await action();
            }
            catch (Exception exception) when (
                exception is WebSocketClosedException or WebSocketProtocolException
                    or InvalidOperationException { Message: "Another receiver is waiting." })
            {
                // Who comes too late is told.
            }
        });
    }

    [Fact]
    public void Times_that_no_timer_can_hold_are_refused_where_they_are_set()
    {
        TimeSpan tooLong = TimeSpan.FromDays(50);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketConnectionOptions { CloseTimeout = tooLong });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketConnectionOptions { SendTimeout = tooLong });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketConnectionOptions { KeepAliveInterval = TimeSpan.MaxValue });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketConnectionOptions { CloseTimeout = Timeout.InfiniteTimeSpan });
        _ = new WebSocketConnectionOptions { CloseTimeout = TimeSpan.FromDays(49), SendTimeout = Timeout.InfiniteTimeSpan };
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Task done)
    {
        long started = Environment.TickCount64;
        while (!done.IsCompleted)
        {
            Assert.True(Environment.TickCount64 - started < ConnectionPair.Patience.TotalMilliseconds, "It hangs.");
            time.Advance(CloseTimeout / 2);
            await Task.Yield();
        }

        await done;
    }

    /// <summary>An input whose reads break when they are cancelled.</summary>
    private sealed class FailsWhenCancelled(IDuplexPipe inner) : IDuplexPipe
    {
        public PipeReader Input { get; } = new Reader(inner.Input);

        public PipeWriter Output => inner.Output;

        private sealed class Reader(PipeReader inner) : PipeReader
        {
            public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

            public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

            public override void CancelPendingRead() => inner.CancelPendingRead();

            public override void Complete(Exception? exception = null) => inner.Complete(exception);

            public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

            public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
            {
                try
                {
                    return await inner.ReadAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    throw new IOException("reset");
                }
            }
        }
    }
}
