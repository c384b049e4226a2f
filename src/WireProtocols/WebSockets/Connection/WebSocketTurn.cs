namespace WireProtocols.WebSockets;

/// <summary>A place that one at a time has, in the order they come. Not to be copied.</summary>
/// <remarks>
/// For whoever changes this: an idle connection has two of these, and a semaphore weighs 88 bytes; so it is a struct whose lock is its owner's. The
/// place is taken and freed without the lock while nobody waits. <c>TakenAndWaitedFor</c> says that somebody does, and from then on until the list is
/// empty every exit goes through the lock. Only the one who has the place leaves that state.
/// </remarks>
internal struct WebSocketTurn
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int TakenAndWaitedFor = 2;

    private int _state;
    private LinkedList<TaskCompletionSource>? _waiting;

    /// <summary>Takes the place if it is free.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    /// <summary>Takes the place when its turn has come.</summary>
    /// <param name="gate">What guards the list of those who wait: the owner, always the same.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task EnterAsync(object gate, CancellationToken cancellationToken)
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

                // The place may have been freed in between, then this tries again. Whoever frees it from now on takes the lock, and finds the waiter.
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
    /// <param name="gate">What guards the list of those who wait.</param>
    public void Exit(object gate)
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

            // Nobody else changes this state here: a waiter would need the lock, and whoever tries without it only takes a place that is free.
            if (_waiting.Count == 0)
            {
                _waiting = null;
                Volatile.Write(ref _state, next is null ? Free : Taken);
            }
        }

        next?.SetResult();
    }

    /// <summary>Waits for the turn. Two may take the waiter off the list, the one who
    /// frees the place and the one who cancels; the first to do so decides.</summary>
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
