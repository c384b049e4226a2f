namespace WireProtocols.WebTransport;

/// <summary>What waits to be sent on all streams of a connection together, and who waits for it to become less.</summary>
internal sealed class QuicConnectionRoom(long limit)
{
    private readonly Lock _gate = new();
    private long _waiting;
    private bool _hasEnded;
    private TaskCompletionSource? _room;

    /// <summary>The bytes that wait.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>So many bytes more wait, or fewer where it is negative.</summary>
    public void Add(long count)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _waiting += count;
            if (_waiting <= limit)
            {
                (room, _room) = (_room, null);
            }
        }

        room?.SetResult();
    }

    /// <summary>Waits until no more than the limit waits, or the connection has ended.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        lock (_gate)
        {
            if (_waiting <= limit || _hasEnded)
            {
                return default;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Nothing is sent any more, so nobody has to wait.</summary>
    public void End()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _hasEnded = true;
            (room, _room) = (_room, null);
        }

        room?.SetResult();
    }
}
