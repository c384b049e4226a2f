using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>
/// The sending side of one stream. msquic holds what is sent until the peer has acknowledged it; how much that may be before there is no room is
/// the larger of the limit and what msquic says that the path takes, up to a share of what all streams may.
/// </summary>
/// <param name="id">The stream.</param>
/// <param name="options">How much may wait before there is no room.</param>
/// <param name="events">Where it is told that there is room again, or that the peer does not read any more.</param>
/// <param name="all">What waits on all streams.</param>
internal sealed unsafe class SendSide(long id, QuicCarrierOptions options, QuicEventQueue events, QuicConnectionRoom all)
{
    /// <summary>What msquic says never shrinks, and goes beyond what all streams may have together.</summary>
    private const int Share = 8;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _waiting;
    private long _ideal = options.StreamRoom;
    private TaskCompletionSource? _idle;
    private bool _isDone;
    private bool _isReset;
    private bool _isFinished;
    private bool _isFull;

    public long Room
    {
        get
        {
            lock (_gate)
            {
                return _isDone ? long.MaxValue : Math.Max(0, _ideal - _waiting);
            }
        }
    }

    /// <summary>Ends when the peer has all that was sent, and the end where the stream was finished.</summary>
    public Task WhenLeftAsync()
    {
        lock (_gate)
        {
            if (_isFinished)
            {
                return _left.Task;
            }

            if (_waiting == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    public void Send(NativeHandle handle, ReadOnlySpan<byte> data, bool endStream)
    {
        lock (_gate)
        {
            if (_isDone)
            {
                return;
            }

            _isDone = _isFinished = endStream;
            _waiting += data.Length;
            _isFull |= _waiting >= _ideal;
        }

        all.Add(data.Length);
        QuicBuffer* block = NativeBlock.Allocate(data);
        bool isTaken = false;
        if (handle.TryUse(out nint stream))
        {
            // In bounds: the block is one buffer, and it stays until msquic completes it.
            isTaken = !Status.HasFailed(MsQuicApi.Get().Table->StreamSend(stream, block, 1, endStream ? Parameter.SendFin : 0, block));
            handle.EndUse();
        }

        if (!isTaken)
        {
            Complete(block);
        }
    }

    /// <summary>msquic is done with what was sent.</summary>
    public void Complete(QuicBuffer* block)
    {
        // In bounds: the block is what Send allocated, and it comes back once.
        long count = block->Length;
        NativeBlock.Free(block);
        all.Add(-count);
        Change(-count, null);
    }

    /// <summary>The path takes so much before it has to wait.</summary>
    public void Adjust(ulong ideal) => Change(
        0, Math.Max(options.StreamRoom, (long)Math.Min(ideal, (ulong)(options.ConnectionRoom / Share))));

    public void Reset(NativeHandle handle, long errorCode)
    {
        lock (_gate)
        {
            if (_isReset)
            {
                return;
            }

            _isReset = _isDone = true;
            _isFinished = false;
        }

        Abort(handle, Parameter.AbortSend, errorCode);
    }

    /// <summary>The peer reads no more. "An endpoint that receives a STOP_SENDING frame MUST send a RESET_STREAM frame" (RFC 9000 §3.5).</summary>
    public void StoppedByPeer(NativeHandle handle, long errorCode)
    {
        bool tell;
        lock (_gate)
        {
            tell = !_isDone;
            _isReset = _isDone = true;
            _isFinished = false;
        }

        // At once, since msquic answers with code 0 where this does not.
        Abort(handle, Parameter.AbortSend | Parameter.Inline, errorCode);
        if (tell)
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.StopSending, StreamId = id, ErrorCode = errorCode });
        }
    }

    /// <summary>Nothing is sent any more: the peer has it all, or will not get it.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isDone = true;
        }

        _left.TrySetResult();
    }

    /// <summary>Tells that there is room where there was none, once there is much.</summary>
    private void Change(long count, long? ideal)
    {
        bool tell;
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            _ideal = ideal ?? _ideal;
            _waiting += count;
            if (_waiting == 0)
            {
                (idle, _idle) = (_idle, null);
            }

            _isFull |= _waiting >= _ideal;
            tell = _isFull && 2 * _waiting < _ideal;
            _isFull &= !tell;
            tell &= !_isDone;
        }

        idle?.SetResult();
        if (tell)
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.Writable, StreamId = id });
        }
    }

    /// <summary>Aborts a side of a stream, where it is not over already.</summary>
    public static void Abort(NativeHandle handle, uint flags, long errorCode)
    {
        if (handle.TryUse(out nint stream))
        {
            MsQuicApi.Get().Table->StreamShutdown(stream, flags, (ulong)errorCode);
            handle.EndUse();
        }
    }
}
