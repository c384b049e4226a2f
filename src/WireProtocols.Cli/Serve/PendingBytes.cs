namespace WireProtocols.Cli.Serve;

/// <summary>The books of what waits for one peer. What waits for all peers together has a bound (<see cref="MemoryBudget"/>).</summary>
internal sealed class PendingBytes(MemoryBudget budget)
{
    private readonly Lock _lock = new();
    private long _pending;
    private bool _ended;
    private TaskCompletionSource? _drained;

    /// <summary>Whether this connection may take more: there is room for all, or nothing waits for this peer.</summary>
    public bool HasRoom => !budget.IsExhausted;

    /// <summary>Whether a flush waits until the peer has read all of it, and not only until there is room in the queue.</summary>
    public bool FlushesToPeer { get; set; }

    /// <summary>Takes note of bytes that go into the queue.</summary>
    public void Enter(long count)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _pending += count;
                budget.Add(count);
            }
        }
    }

    /// <summary>Waits until nothing waits for the peer any more.</summary>
    public Task WaitUntilDrainedAsync()
    {
        lock (_lock)
        {
            if (_pending == 0)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Lets those go who wait until the peer has read.</summary>
    public void StopWaiting()
    {
        lock (_lock)
        {
            _drained?.TrySetResult();
            _drained = null;
        }
    }

    /// <summary>Takes note of bytes that have been sent.</summary>
    public void Settle(long count)
    {
        lock (_lock)
        {
            _pending -= count;
            budget.Add(-count);
            if (_pending == 0)
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }
    }

    /// <summary>Nothing is sent any more: what waits is forgotten.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
        }

        Settle(_pending);
    }
}
