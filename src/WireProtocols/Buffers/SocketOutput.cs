using System.IO.Pipelines;
using System.Net.Sockets;

namespace WireProtocols.Buffers;

/// <summary>
/// What a socket sends, as a pipe. A flush sends on the caller's thread as much as the socket takes; the rest goes out in the background. The flush
/// ends when no more waits than may: by default when all of it has gone to the socket.
/// </summary>
/// <remarks>
/// For whoever changes this: the writer alone touches <c>_tail</c> and how much of it is written. How much may be sent is published under the lock,
/// by the flush. Whoever sends, the flush or the end of the send before, holds the lock for what it takes out of the list, and never while it runs
/// what waited for it.
/// </remarks>
internal sealed class SocketOutput : PipeWriter, IDisposable
{
    private const int SegmentSize = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly Send _send;
    private readonly PendingResult<FlushResult> _flush = new();
    private SocketSegment? _head;
    private SocketSegment? _tail;
    private SocketSegment? _flushed;
    private long _unflushed;
    private long _pending;
    private long _waitsFor;
    private long _writesBegun;
    private Exception? _failure;
    private TaskCompletionSource? _ended;
    private bool _isSending;
    private bool _isFlushCancelled;
    private bool _isCompleted;
    private bool _isShut;

    public SocketOutput(Socket socket)
    {
        _socket = socket;
        _send = new Send(this);
    }

    /// <summary>How many bytes may wait for the peer to read before a flush waits for it.</summary>
    public long MaxPending { get; set; }

    /// <summary>Counts what waits, together with other outputs; null for nobody.</summary>
    public MemoryBudget? Budget { get; set; }

    public long WritesBegun => Volatile.Read(ref _writesBegun);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        if (_tail is not { } tail || tail.Room.Length < Math.Max(sizeHint, 1))
        {
            tail = new SocketSegment(Math.Max(sizeHint, SegmentSize));
            Append(tail);
        }

        return tail.Room;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_tail is not { } tail || (uint)bytes > (uint)tail.Room.Length)
        {
            throw new InvalidOperationException("There is no room for as many bytes: GetMemory or GetSpan makes it.");
        }

        tail.Written += bytes;
        _unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Publish();
        return WaitForPending(Budget is { IsExhausted: true } ? 0 : MaxPending, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_lock)
        {
            if (!_flush.TryEnd())
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
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            // The end of a send must not find the output complete before the last bytes can be sent: it would drop them.
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
        lock (_lock)
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

    public void Dispose() => Complete();

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The output is complete.");
        }
    }

    private void Append(SocketSegment segment)
    {
        lock (_lock)
        {
            if (_tail is null)
            {
                _head = segment;
            }
            else
            {
                _tail.Next = segment;
            }

            _tail = segment;
        }
    }

    /// <summary>Lets what has been written be sent.</summary>
    private void Publish()
    {
        lock (_lock)
        {
            for (SocketSegment? segment = _flushed ?? _head; segment is not null; segment = segment.Next)
            {
                // Nobody sends any more where a send has failed.
                AddPending(_failure is null ? segment.Written - segment.Flushed : 0);
                segment.Flushed = segment.Written;
            }

            _flushed = _tail;
            _unflushed = 0;
        }
    }

    private void AddPending(long count)
    {
        _pending += count;
        Budget?.Add(count);
    }

    private ValueTask<FlushResult> WaitForPending(long maxPending, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            SendPending();
            ReturnIfSent();
            if (_failure is { } failure)
            {
                return ValueTask.FromException<FlushResult>(failure);
            }

            if (_isFlushCancelled)
            {
                _isFlushCancelled = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: false));
            }

            if (_pending <= maxPending)
            {
                return new ValueTask<FlushResult>(default(FlushResult));
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            }

            if (_flush.IsWaiting)
            {
                throw new InvalidOperationException("The flush before has not ended.");
            }

            _waitsFor = maxPending / 2;
            _flush.Begin();
        }

        return _flush.GetTask(static (self, token) => ((SocketOutput)self!).CancelWait(token), this, cancellationToken);
    }

    /// <summary>Sends until the socket takes no more at once. The caller holds the lock.</summary>
    private void SendPending()
    {
        while (!_isSending && _failure is null && _pending > 0)
        {
            SocketSegment head = FirstToSend();
            _send.SetBuffer(head.ToSend);
            _writesBegun++;
            try
            {
                _isSending = _socket.SendAsync(_send);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
            {
                Fail(exception);
                return;
            }

            if (!_isSending)
            {
                Settle();
            }
        }
    }

    private SocketSegment FirstToSend()
    {
        while (_head!.Sent == _head.Flushed)
        {
            Remove();
        }

        return _head;
    }

    /// <summary>Takes the first segment out. All of it has been sent, and the writer writes behind it.</summary>
    private void Remove()
    {
        SocketSegment head = _head!;
        _head = head.Next;
        if (_head is null)
        {
            _tail = null;
            _flushed = null;
        }

        head.Return();
    }

    /// <summary>With nothing left to send, holds no memory. The writer calls it, or has completed.</summary>
    private void ReturnIfSent()
    {
        while (_head is not null && _pending == 0 && !_isSending)
        {
            Remove();
        }
    }

    private void Settle()
    {
        if (_send.SocketError != SocketError.Success)
        {
            Fail(new SocketException((int)_send.SocketError));
            return;
        }

        int count = _send.BytesTransferred;
        _head!.Sent += count;
        AddPending(-count);
    }

    private void Fail(Exception exception)
    {
        _failure = new IOException(exception.Message, exception);
        AddPending(-_pending);
    }

    private void ShutIfSent()
    {
        if (!_isCompleted || _isShut || _isSending || _pending > 0)
        {
            return;
        }

        _isShut = true;
        ReturnIfSent();
        _send.Dispose();
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer, or the input, was faster.
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
        lock (_lock)
        {
            if (!_flush.TryEnd())
            {
                return;
            }
        }

        _flush.Cancel(token);
    }

    /// <summary>A send has ended that did not end at once.</summary>
    private void OnSent()
    {
        Exception? failure;
        lock (_lock)
        {
            _isSending = false;
            Settle();
            SendPending();
            ShutIfSent();
            failure = _failure;
            if ((_pending > _waitsFor && failure is null) || !_flush.TryEnd())
            {
                return;
            }
        }

        if (failure is null)
        {
            _flush.Complete(default);
        }
        else
        {
            _flush.Fail(failure);
        }
    }

    private sealed class Send(SocketOutput output) : SocketAsyncEventArgs(true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => output.OnSent();
    }
}
