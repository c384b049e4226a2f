using System.Globalization;

namespace WireProtocols.WebSockets;

/// <summary>
/// One connection's part in a broadcast: the messages that wait for it, and a worker that sends them while there are any. An idle one has neither.
/// </summary>
public sealed class WebSocketSubscription : IThreadPoolWorkItem, IAsyncDisposable
{
    /// <summary>What a waiting message counts besides its payload.</summary>
    private const int MessageCost = 64;

    /// <summary>How many bytes go out with one flush.</summary>
    private const int BatchSize = 64 * 1024;

    /// <summary>Room for this many messages is kept while none waits.</summary>
    private const int MaxIdleCapacity = 32;

    private readonly WebSocketBroadcasterOptions _options;
    private readonly Action<WebSocketSubscription> _left;
    private readonly WebSocketConnection _connection;
    private readonly Lock _lock = new();

    // Never disposed: it has no timer, and two may leave at once.
    private readonly CancellationTokenSource _end = new();
    private Queue<WebSocketPreparedMessage>? _waiting;
    private long _waitingBytes;
    private long _newestCost;
    private bool _isSending;
    private bool _hasEnded;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _sent;
    private Task? _closing;

    /// <param name="options">The bounds.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="left">Is called, under no lock of this, when nothing more is to come here.</param>
    internal WebSocketSubscription(WebSocketBroadcasterOptions options, WebSocketConnection connection, Action<WebSocketSubscription> left)
    {
        _options = options;
        _left = left;
        _connection = connection;
    }

    /// <summary>Bytes of messages that wait for the connection, or are on their way into it.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_lock)
            {
                return _waitingBytes;
            }
        }
    }

    /// <summary>Messages that the connection did not get because it was too slow.</summary>
    public long DroppedMessages { get; private set; }

    private bool HasRoom => _hasEnded || _waitingBytes - _newestCost <= _options.MaxWaitingBytes;

    /// <summary>Leaves the broadcast. What waits is not sent any more; the connection stays as it is, unless it was too slow: then this waits
    /// until it is closed, and ends the use of a part from <see cref="WebSocketConnection.TryRead"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_closing is { } closing)
        {
            _connection.EndLoan();
            await closing.ConfigureAwait(false);
        }
    }

    /// <summary>The worker.</summary>
    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    /// <summary>Gives the connection a message.</summary>
    /// <returns>Where too much waits for it, what completes when that is over; else null.</returns>
    internal Task? Enqueue(WebSocketPreparedMessage message)
    {
        bool starts;
        Task? room = null;
        lock (_lock)
        {
            if (_hasEnded)
            {
                return null;
            }

            _waiting ??= new Queue<WebSocketPreparedMessage>();
            DropStale();
            _waiting.Enqueue(message);
            _newestCost = CostOf(message);
            _waitingBytes += _newestCost;
            if (!HasRoom && _options.SlowPolicy is WebSocketSlowPolicy.Wait or WebSocketSlowPolicy.Disconnect)
            {
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            starts = !_isSending;
            _isSending = true;
        }

        if (starts)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return room;
    }

    /// <summary>Makes room for the next message where the policy drops those before
    /// it. What is on its way into the connection is not taken back.</summary>
    private void DropStale()
    {
        int dropped = 0;
        while (_waiting!.Count > 0
            && (_options.SlowPolicy == WebSocketSlowPolicy.KeepLatest
                || (_options.SlowPolicy == WebSocketSlowPolicy.DropOldest && _waitingBytes > _options.MaxWaitingBytes)))
        {
            _waitingBytes -= CostOf(_waiting.Dequeue());
            dropped++;
        }

        if (dropped > 0)
        {
            DroppedMessages += dropped;
            WebSocketMetrics.Dropped(dropped);
        }
    }

    /// <summary>Ends a subscription for which too much has waited all the while, and its connection.</summary>
    /// <param name="room">What <see cref="Enqueue"/> answered.</param>
    internal void LetGo(Task room)
    {
        lock (_lock)
        {
            if (room.IsCompleted)
            {
                return;
            }

            Empty();
            _closing = Task.Run(CloseAsync);
        }

        // Not under the lock: who publishes takes the two the other way round.
        _left(this);
    }

    private static long CostOf(WebSocketPreparedMessage message) => message.Frame.Payload.Length + MessageCost;

    private async Task CloseAsync()
    {
        await StopAsync().ConfigureAwait(false);
        string time = _options.SlowPolicy == WebSocketSlowPolicy.Wait
            ? string.Create(CultureInfo.InvariantCulture, $" for {_options.Patience.TotalSeconds} s")
            : "";
        string reason = string.Create(CultureInfo.InvariantCulture, $"Too slow: more than {_options.MaxWaitingBytes} bytes waited{time}.");
        await _connection.CloseBesideReceiverAsync(WebSocketCloseCode.PolicyViolation, reason).ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        bool isDone = false;
        try
        {
            long batch = 0;
            while (TryTake(ref batch, out WebSocketPreparedMessage? message))
            {
                if (message is not null)
                {
                    await _connection.SendAsync(message, flush: false, _end.Token).ConfigureAwait(false);
                    continue;
                }

                await _connection.FlushAsync(_end.Token).ConfigureAwait(false);
                Settle(batch);
                batch = 0;
            }

            isDone = true;
        }
        catch (Exception exception) when (exception is WebSocketClosedException or OperationCanceledException)
        {
            // The connection's receiver knows, or whoever ended this.
        }
        finally
        {
            if (!isDone)
            {
                End();
                LeaveWorker();
            }
        }
    }

    /// <summary>Takes the next thing to do: send a message; with null, flush; with false, nothing.</summary>
    private bool TryTake(ref long batch, out WebSocketPreparedMessage? message)
    {
        message = null;
        lock (_lock)
        {
            if (batch < BatchSize && _waiting is not null && _waiting.TryDequeue(out message))
            {
                batch += CostOf(message);
                return true;
            }

            // The worker's place is given up under the lock that messages come in with, so that none is left behind.
            if (batch == 0)
            {
                _waiting = _waiting is { Capacity: > MaxIdleCapacity } ? null : _waiting;
                LeaveWorker();
            }

            return batch > 0;
        }
    }

    private void LeaveWorker()
    {
        lock (_lock)
        {
            _isSending = false;
            _sent?.TrySetResult();
        }
    }

    private void Settle(long cost)
    {
        lock (_lock)
        {
            _waitingBytes -= _hasEnded ? 0 : cost;
            TellRoom();
        }
    }

    private void TellRoom()
    {
        if (HasRoom)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Nothing more comes in.</summary>
    private void End()
    {
        _left(this);
        lock (_lock)
        {
            Empty();
        }
    }

    private void Empty()
    {
        _hasEnded = true;
        _waiting = null;
        _waitingBytes = 0;
        TellRoom();
    }

    /// <summary>Ends the subscription, and completes when its worker is done.</summary>
    private async Task StopAsync()
    {
        End();
        await _end.CancelAsync().ConfigureAwait(false);
        Task sent;
        lock (_lock)
        {
            _sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            sent = _isSending ? _sent.Task : Task.CompletedTask;
        }

        await sent.ConfigureAwait(false);
    }
}
