using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>
/// What a socket on an event loop sends, as a pipe. A flush on a loop's thread goes out before the loop waits, together with whatever else is flushed
/// until then; one on another thread goes out at once. What the socket does not take goes out when it takes more. A flush ends when no more waits
/// for that than may.
/// </summary>
/// <remarks>
/// For whoever changes this: the writer alone touches the end of the queue. How much may be sent is published by the flush under the lock of the
/// socket. Whoever sends holds it too, and never while what waited runs.
/// </remarks>
internal sealed class LoopOutput : PipeWriter, IDeferredFlush
{
    // More than this goes out at once, whoever runs.
    private const int MaxDeferred = SegmentSize.Largest;

    private readonly LoopSocket _socket;
    private PendingResult<FlushResult>? _flush;
    private OutputQueue _queue;
    private SegmentSize _segmentSize;
    private FlushTurn _turn;
    private long _unflushed;
    private long _pending;
    private long _waitsFor;
    private long _writesBegun;
    private Exception? _failure;
    private TaskCompletionSource? _ended;
    private bool _isWriting;
    private bool _isBlocked;
    private bool _isYielding;
    private bool _isDeferred;
    private bool _isFlushCancelled;
    private bool _isCompleted;
    private bool _isShut;

    public LoopOutput(LoopSocket socket) => _socket = socket;

    /// <summary>How many bytes may wait for the peer to read before a flush waits for it.</summary>
    public long MaxPending { get; set; }

    /// <summary>Counts what waits, together with other outputs; null for nobody.</summary>
    public MemoryBudget? Budget { get; set; }

    /// <summary>How many sends have begun.</summary>
    public long WritesBegun => Volatile.Read(ref _writesBegun);

    /// <summary>How much memory it holds.</summary>
    public long Capacity
    {
        get
        {
            lock (_socket.Gate)
            {
                return _queue.Capacity;
            }
        }
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _queue.Room;
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _queue.RoomSpan;
    }

    public override void Advance(int bytes)
    {
        if ((uint)bytes > (uint)_queue.RoomLength)
        {
            throw new InvalidOperationException("There is no room for as many bytes: GetMemory or GetSpan makes it.");
        }

        if (bytes > 0)
        {
            _queue.Write(bytes);
            _unflushed += bytes;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_socket.Gate)
        {
            bool hasHadTurn = _turn.IsOverWith(Publish());
            if (!hasHadTurn && TryDefer())
            {
                return new ValueTask<FlushResult>(default(FlushResult));
            }

            SendPending();
            if (_failure is { } failure)
            {
                return ValueTask.FromException<FlushResult>(failure);
            }

            if (_isFlushCancelled)
            {
                _isFlushCancelled = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: false));
            }

            long maxPending = Budget is { IsExhausted: true } ? 0 : MaxPending;
            bool hasRoom = _pending <= maxPending;
            if (hasRoom && (!hasHadTurn || cancellationToken.IsCancellationRequested))
            {
                return new ValueTask<FlushResult>(default(FlushResult));
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            }

            _flush ??= new PendingResult<FlushResult>();
            if (_flush.IsWaiting)
            {
                throw new InvalidOperationException("The flush before has not ended.");
            }

            _waitsFor = hasRoom ? maxPending : maxPending / 2;
            if (hasRoom)
            {
                // Nothing but its next turn is waited for: the others first.
                _isYielding = true;
                _socket.Post(EpollEvents.Writable);
            }

            _flush.Begin();
        }

        return _flush.GetTask(static (self, token) => ((LoopOutput)self!).CancelWait(token), this, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_socket.Gate)
        {
            if (_flush is null || !_flush.TryEnd())
            {
                _isFlushCancelled = true;
                return;
            }
        }

        _flush.Cancel(new FlushResult(isCanceled: true, isCompleted: false));
    }

    /// <summary>Nothing more is written. What has been written is still sent, unless there is a reason not to. Then this half is shut.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (_socket.Gate)
        {
            if (_isCompleted)
            {
                return;
            }

            if (exception is null)
            {
                Publish();
            }

            _isCompleted = true;
            SendPending();
            ShutIfSent();
        }
    }

    /// <summary>The same, and waits until all of it has gone to the socket. A flush may wait beside it, and others may wait for the same.</summary>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Complete(exception);
        lock (_socket.Gate)
        {
            if (_failure is { } failure)
            {
                return ValueTask.FromException(failure);
            }

            if (_isShut)
            {
                return default;
            }

            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_ended.Task);
        }
    }

    /// <summary>Sends what was deferred.</summary>
    public void Send()
    {
        if (_isDeferred)
        {
            lock (_socket.Gate)
            {
                _isDeferred = false;
                SendPending();
                ShutIfSent();
            }
        }
    }

    /// <summary>The loop reports something. The caller holds the lock.</summary>
    /// <returns>Whether a flush has ended: then <see cref="EndWait"/> is called, without the lock.</returns>
    public bool Accept(uint events)
    {
        const uint Concerns = EpollEvents.Writable | EpollEvents.HungUp | EpollEvents.Failed;
        _turn.Begin();
        if ((events & Concerns) == 0 || (!_isBlocked && !_isYielding && !_socket.IsClosed))
        {
            return false;
        }

        _isBlocked = false;
        _isYielding = false;
        SendPending();
        ShutIfSent();
        return (_pending <= _waitsFor || _failure is not null) && _flush is not null && _flush.TryEnd();
    }

    /// <summary>Runs what waited.</summary>
    public void EndWait()
    {
        if (_failure is { } failure)
        {
            _flush!.Fail(failure);
        }
        else
        {
            _flush!.Complete(default);
        }
    }

    private void MakeRoom(int size)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The output is complete.");
        }

        if (_isWriting && _queue.RoomLength >= size)
        {
            return;
        }

        lock (_socket.Gate)
        {
            // From here to the flush nobody else touches the end of the queue.
            _isWriting = true;
            if (_queue.RoomLength < size)
            {
                _queue.Grow(Math.Max(size, _isBlocked ? SegmentSize.Smallest : _segmentSize.Next));
            }
        }
    }

    /// <summary>Leaves the sending to the loop, where this thread is one's. A flush that would wait, or has something to say, is not left.</summary>
    private bool TryDefer()
    {
        if (_pending > MaxDeferred || _isBlocked || _isFlushCancelled || _failure is not null || _socket.IsClosed
            || DeferredFlushes.Current is not { } deferred)
        {
            return false;
        }

        if (!_isDeferred && _pending > 0)
        {
            _isDeferred = true;
            deferred.Add(this);
        }

        return true;
    }

    /// <summary>Lets what has been written be sent.</summary>
    /// <returns>How much that is.</returns>
    private long Publish()
    {
        long count = _queue.Publish();
        _unflushed = 0;
        _isWriting = false;

        // Nobody sends any more where a send has failed.
        AddPending(_failure is null ? count : 0);
        return count;
    }

    private void AddPending(long count)
    {
        _pending += count;
        Budget?.Add(count);
    }

    /// <summary>Sends until the socket takes no more. It holds as much memory then as what is left needs. The caller holds the lock.</summary>
    private void SendPending()
    {
        while (!_isBlocked && _failure is null && _pending > 0)
        {
            if (_socket.IsClosed)
            {
                Fail(new ObjectDisposedException("The socket"));
                break;
            }

            _writesBegun++;
            int count = _socket.Send(_queue.FirstToSend());
            if (count >= 0)
            {
                _queue.Consume(count);
                AddPending(-count);
                _segmentSize.Add(count);
            }
            else if (count == -Errno.WouldBlock)
            {
                _isBlocked = true;
            }
            else
            {
                Fail(Errno.ToException(-count));
            }
        }

        if (_isWriting)
        {
            return;
        }

        if (_pending == 0)
        {
            _queue.Clear();
            _segmentSize.Learn();
        }
        else if (_isBlocked)
        {
            _queue.Trim();
        }
    }

    private void Fail(Exception exception)
    {
        _failure = new IOException(exception.Message, exception);
        AddPending(-_pending);
    }

    private void ShutIfSent()
    {
        if (!_isCompleted || _isShut || _isBlocked || _pending > 0)
        {
            return;
        }

        _isShut = true;
        _queue.Clear();
        if (!_socket.IsClosed)
        {
            _socket.ShutdownSend();
        }

        if (_failure is null)
        {
            _ended?.TrySetResult();
        }
        else if (_ended is not null && _ended.TrySetException(_failure))
        {
            // Whoever waited may have gone.
            _ = _ended.Task.Exception;
        }
    }

    private void CancelWait(CancellationToken token)
    {
        lock (_socket.Gate)
        {
            if (!_flush!.TryEnd())
            {
                return;
            }
        }

        _flush.Cancel(token);
    }
}
