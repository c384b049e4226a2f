using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>What the peer learns of how a handler ended, and what a message is when it is disposed.</summary>
public class WebSocketRunTests
{
    [Theory]
    [InlineData("returns", WebSocketCloseCode.NormalClosure)]
    [InlineData("throws", WebSocketCloseCode.InternalError)]
    [InlineData("is cancelled", WebSocketCloseCode.GoingAway)]
    public async Task The_peer_is_told_how_a_handler_ended(string how, WebSocketCloseCode code)
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        using CancellationTokenSource cancel = new();
        Task running = pair.Server.RunAsync(
            async stop =>
            {
                using OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync(stop);
                Assert.Equal("throw", how == "throws" ? message!.GetText() : "throw");
                _ = how == "throws" ? throw new FormatException("a bug") : 0;
            },
            cancel.Token);
        if (how == "is cancelled")
        {
            await cancel.CancelAsync();
        }
        else
        {
            await pair.Client.SendTextAsync("throw");
        }

        Assert.Null(await pair.Client.ReceiveAsync().AsTask().WaitAsync(ConnectionPair.Patience));
        Assert.Equal(code, pair.Client.CloseCode);
        Exception? exception = await Record.ExceptionAsync(() => running.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(how switch { "returns" => null, "throws" => typeof(FormatException), _ => exception!.GetType() }, exception?.GetType());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_is_used_after_its_disposal_throws(bool isEmpty)
    {
        await using ConnectionPair pair = ConnectionPair.Create();
        await pair.Client.SendTextAsync(isEmpty ? "" : "gone");
        OwnedWebSocketMessage? message = await pair.Server.ReceiveAsync();
        message!.Dispose();
        message.Dispose();
        Assert.Throws<ObjectDisposedException>(() => message.Payload);
        Assert.Throws<ObjectDisposedException>(() => message.GetText());
        await pair.Client.SendTextAsync("next");
        await foreach (OwnedWebSocketMessage kept in pair.Server.ReadAllAsync())
        {
            kept.Dispose();
            Assert.Throws<ObjectDisposedException>(() => kept.Payload);
            break;
        }
    }

    [Fact]
    public async Task A_send_that_makes_no_progress_is_bounded_by_default_and_one_that_does_is_not()
    {
        ManualTimeProvider time = new();
        TaskCompletionSource write = new();
        SlowStream stream = new(() => write);
        await using WebSocketConnection connection
            = WebSocketConnection.Create(stream, WebSocketRole.Server, new() { TimeProvider = time, KeepAliveInterval = TimeSpan.Zero });
        Task sending = connection.SendAsync(WebSocketOpcode.Binary, new byte[1 << 20]).AsTask();
        for (int part = 0; part < 10; part++)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(WebSocketConnectionState.Open, connection.State);
            (TaskCompletionSource ended, write) = (write, new TaskCompletionSource());
            ended.SetResult();
        }

        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<WebSocketClosedException>(() => sending.WaitAsync(ConnectionPair.Patience));
        Assert.Equal(WebSocketCloseCode.AbnormalClosure, connection.CloseCode);
        Assert.Contains("did not read for 30 s", connection.CloseReason, StringComparison.Ordinal);
    }

    /// <summary>A stream whose writes end when a test says so, or when it is disposed.</summary>
    private sealed class SlowStream(Func<TaskCompletionSource> next) : AsyncStream
    {
        private readonly TaskCompletionSource _disposed = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _disposed.Task.WaitAsync(cancellationToken);
            return 0;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => await await Task.WhenAny(next().Task, _disposed.Task);

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetException(new ObjectDisposedException(nameof(SlowStream)));
            base.Dispose(disposing);
        }
    }
}
