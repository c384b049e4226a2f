using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>
/// One round: a connection, a peer that a seed plays, and operations that the seed chooses, one after the other. Three rounds in four run on
/// one thread, where pipes and timers call back at once, so that the seed repeats the round to the few hops that the connection itself leaves to the
/// thread pool. In the fourth the closing runs beside them, on other threads.
/// </summary>
public sealed class ScheduleRound : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly bool _isParallel;
    private readonly IDuplexPipe _peer;
    private readonly WebSocketConnection _connection;
    private readonly ScheduledInput _input;
    private readonly ScheduledReceiver _receiver;
    private readonly ScheduledSenders _senders;
    private readonly List<Task> _closings = [];
    private readonly List<CancellationTokenSource> _cancels = [];
    private Task _feeding = Task.CompletedTask;
    private bool _hasEnded;

    public ScheduleRound(int seed)
        : this(new Random(seed), isParallel: seed % 4 == 3)
    {
    }

    /// <param name="random">Who chooses.</param>
    /// <param name="isParallel">Whether the closing runs beside the rest.</param>
    public ScheduleRound(Random random, bool isParallel)
    {
        _random = random;
        _isParallel = isParallel;
        WebSocketRole role = _random.Next(2) == 0 ? WebSocketRole.Server : WebSocketRole.Client;
        int pause = _random.Next(2) == 0 ? 64 : 1 << 16;
        (IDuplexPipe ours, _peer) = DuplexPipes.Create(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pause,
            resumeWriterThreshold: pause / 2,
            useSynchronizationContext: false));
        int faultyFlush = _random.Next(3) == 0 ? _random.Next(6) : -1;
        _connection = new WebSocketConnection(
            new ScheduledTransport(ours, faultyFlush, (ScheduledFault)_random.Next(4)),
            role,
            new WebSocketConnectionOptions
            {
                TimeProvider = _time,
                CanHalfClose = _random.Next(2) == 0,
                KeepAliveInterval = _random.Next(3) == 0 ? TimeSpan.FromSeconds(2) : TimeSpan.Zero,
                SendTimeout = _random.Next(3) == 0 ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan,
                MaxQueuedBytes = _random.Next(3) == 0 ? 50 : 1 << 20,
            });
        _input = new ScheduledInput(_random, isMasked: role == WebSocketRole.Server);
        _receiver = new ScheduledReceiver(_connection, _input, isAlone: !_isParallel);
        _senders = new ScheduledSenders(_connection, _peer.Input, role);
    }

    /// <summary>How many messages the receiver got.</summary>
    public int Received => _receiver.Received;

    public ValueTask DisposeAsync()
    {
        _receiver.Dispose();
        _senders.Dispose();
        _connection.Abort();
        return default;
    }

    public async Task PlayAsync()
    {
        int steps = _random.Next(4, 30);
        for (int step = 0; step < steps; step++)
        {
            Step();
            if (_random.Next(8) == 0)
            {
                await Task.Yield();
            }
        }

        await EndAsync();
    }

    private void Step()
    {
        switch (_random.Next(24))
        {
            case < 7:
                Feed(_random.Next(1, 24));
                break;
            case < 12:
                _receiver.Start(_random);
                break;
            case < 14:
                _receiver.Cancel();
                break;
            case < 16:
                _senders.Start(_random);
                break;
            case 16:
                _senders.Cancel(_random);
                break;
            case 17:
                _senders.ReadAtPeer();
                break;
            case 18:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 1500)));
                break;
            case 19 or 20:
                Close(output: false);
                break;
            case 21:
                CancelClosing();
                break;
            case 22:
                SeldomStep();
                break;
            default:
                _senders.Ping();
                break;
        }
    }

    private void SeldomStep()
    {
        switch (_random.Next(6))
        {
            case 0:
                _connection.Abort();
                break;
            case 1:
                _closings.Add(Run(() => _connection.DisposeAsync().AsTask()));
                break;
            case 2:
                _senders.Leave();
                break;
            default:
                Close(output: true);
                break;
        }
    }

    private void Close(bool output)
    {
        CancellationTokenSource cancel = new();
        _cancels.Add(cancel);
        _closings.Add(Run(() => output
            ? _connection.CloseOutputAsync(WebSocketCloseCode.GoingAway, cancellationToken: cancel.Token).AsTask()
            : _connection.CloseAsync(cancellationToken: cancel.Token).AsTask()));
    }

    private void CancelClosing()
    {
        if (_cancels.Count > 0)
        {
            _cancels[_random.Next(_cancels.Count)].Cancel();
        }
    }

    private async Task Run(Func<Task> action)
    {
        try
        {
            await (_isParallel ? Task.Run(action) : action());
        }
        catch (OperationCanceledException)
        {
            // The schedule cancelled it.
        }
    }

    private void Feed(int most)
    {
        if (_hasEnded || !_feeding.IsCompleted)
        {
            return;
        }

        ReadOnlyMemory<byte> bytes = _input.Next(most);
        try
        {
            if (!bytes.IsEmpty)
            {
                _feeding = _peer.Output.WriteAsync(bytes).AsTask();
                return;
            }
        }
        catch (WebSocketClosedException)
        {
            // The connection has dropped the transport.
        }

        _hasEnded = true;
        _peer.Output.Complete(_input.FailsAtTheEnd ? new IOException("reset") : null);
    }

    /// <summary>Everything that was started ends, and so does the connection.</summary>
    private async Task EndAsync()
    {
        Task disposing = _connection.DisposeAsync().AsTask();
        Task[] tasks = [.. _closings, .. _senders.Pending, _receiver.Pending, disposing];
        Task all = Task.WhenAll(tasks);
        long started = Environment.TickCount64;
        for (int round = 0; !all.IsCompleted; round++)
        {
            Feed(16);
            _senders.ReadAtPeer();
            await Task.Yield();
            if (round > 8)
            {
                _time.Advance(TimeSpan.FromMilliseconds(400));
            }

            string Waiting() => string.Join(", ", tasks.Select(t => t.Status));
            Schedule.Require(
                Environment.TickCount64 - started < Patience.TotalMilliseconds,
                $"It hangs, {_connection.State}: {_closings.Count} closings, {_senders.Pending.Count} sends, a receive and the end are {Waiting()}.");
        }

        await all;
        Schedule.Require(_connection.State == WebSocketConnectionState.Closed, $"It is {_connection.State}, not closed.");
        Schedule.Require(_connection.CloseCode is not null, "Nothing says how it was closed.");
    }
}
