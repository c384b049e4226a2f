namespace WireProtocols.WebSockets;

/// <summary>
/// A place that one at a time has, in the order they come. An idle connection has two, and a semaphore weighs 88 bytes. Not to be copied.
/// </summary>
/// <param name="gate">What guards the list of those who wait: an object that is there anyway.</param>
internal struct WebSocketTurn(object gate)
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int TakenAndWaitedFor = 2;

    private int _state;
    private LinkedList<TaskCompletionSource>? _waiting;

    /// <summary>Takes the place if it is free.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    /// <summary>Takes the place when its turn has come.</summary>
    public Task EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        LinkedListNode<TaskCompletionSource>? node = null;
        lock (gate)
        {
            while (node is null)
            {
                if (TryEnter())
                {
                    return Task.CompletedTask;
                }

                // It may have been given back in between; whoever gives it back from now on looks for who waits.
                if (Interlocked.CompareExchange(ref _state, TakenAndWaitedFor, Taken) != Free)
                {
                    _waiting ??= new LinkedList<TaskCompletionSource>();
                    node = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(gate, node, cancellationToken) : node.Value.Task;
    }

    /// <summary>Gives the place to who has waited longest, or free.</summary>
    public void Exit()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Taken) == Taken)
        {
            return;
        }

        TaskCompletionSource? next = null;
        lock (gate)
        {
            if (_waiting!.First is { } first)
            {
                next = first.Value;
                _waiting.RemoveFirst();
            }

            // Without a lock nobody but the one in the place changes these two states, and that is who this is.
            if (_waiting.Count == 0)
            {
                _waiting = null;
                Volatile.Write(ref _state, next is null ? Free : Taken);
            }
        }

        next?.SetResult();
    }

    /// <summary>Whoever takes a waiter off the list decides: the turn is its own, or it has left.</summary>
    private static async Task WaitAsync(object gate, LinkedListNode<TaskCompletionSource> node, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                bool hasLeft;
                lock (gate)
                {
                    hasLeft = node.List is not null;
                    node.List?.Remove(node);
                }

                if (hasLeft)
                {
                    node.Value.SetCanceled(token);
                }
            },
            null);
        await node.Value.Task.ConfigureAwait(false);
    }
}
