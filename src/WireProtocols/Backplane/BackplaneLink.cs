namespace WireProtocols.Backplane;

/// <summary>Whether the backplane answers, and calls to it: each has its time, and one that fails says that the backplane is lost.</summary>
/// <param name="options">The times.</param>
internal sealed class BackplaneLink(BackplaneNodeOptions options)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BackplaneState State { get; private set; }

    /// <summary>Since when the state is what it is.</summary>
    public DateTimeOffset Since { get; private set; } = options.TimeProvider.GetUtcNow();

    /// <summary>Why the backplane is lost; null where it is not.</summary>
    public Exception? Reason { get; private set; }

    /// <summary>Completes when the backplane answers.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _connected.Task.WaitAsync(cancellationToken);
        }
    }

    /// <param name="state">The state.</param>
    /// <param name="reason">Why it is lost; null where it is not.</param>
    /// <param name="before">What it was before.</param>
    /// <returns>Whether that is new.</returns>
    public bool Change(BackplaneState state, Exception? reason, out BackplaneState before)
    {
        lock (_lock)
        {
            before = State;
            Reason = reason;
            if (State == state)
            {
                return false;
            }

            if (state == BackplaneState.Connected)
            {
                _connected.TrySetResult();
            }
            else if (_connected.Task.IsCompleted)
            {
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            State = state;
            Since = options.TimeProvider.GetUtcNow();
            return true;
        }
    }

    /// <summary>Calls the backplane.</summary>
    /// <exception cref="BackplaneException">It failed, or did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<T> CallAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        using CancellationTokenSource time = new(options.Timeout, options.TimeProvider);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            // A client that takes no token, or forgets it, must not hold this up.
            return await call(end.Token).AsTask().WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            string why = time.IsCancellationRequested ? $"it did not answer within {options.Timeout.TotalSeconds} s" : exception.Message;
            throw new BackplaneException($"The backplane is lost: {why}", exception);
        }
    }
}
