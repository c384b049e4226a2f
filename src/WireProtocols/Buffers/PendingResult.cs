using System.Threading.Tasks.Sources;

namespace WireProtocols.Buffers;

/// <summary>
/// The result that the one reader, or the one writer, of a pipe waits for. Its owner has a lock and decides under it who ends the wait; what waited
/// runs outside of the lock.
/// </summary>
internal sealed class PendingResult<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;
    private CancellationTokenRegistration _registration;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Begins a wait. The caller holds the lock.</summary>
    public void Begin()
    {
        IsWaiting = true;
        _core.Reset();
    }

    /// <summary>What is to be awaited. The caller has let go of the lock.</summary>
    /// <param name="cancel">Ends it on the owner's behalf: takes the lock, asks <see cref="TryEnd"/>, and fails it.</param>
    /// <param name="owner">What <paramref name="cancel"/> is given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<T> GetTask(Action<object?, CancellationToken> cancel, object owner, CancellationToken cancellationToken)
    {
        // Whoever waits looks at the result only after this has returned, so the registration is there by then.
        short version = _core.Version;
        _registration = cancellationToken.UnsafeRegister(cancel, owner);
        return new ValueTask<T>(this, version);
    }

    /// <summary>Takes the right to end the wait. The caller holds the lock.</summary>
    /// <returns>False where nobody waits.</returns>
    public bool TryEnd()
    {
        bool isWaiting = IsWaiting;
        IsWaiting = false;
        return isWaiting;
    }

    /// <summary>Ends the wait, on this thread.</summary>
    public void Complete(T result)
    {
        _core.RunContinuationsAsynchronously = false;
        _core.SetResult(result);
    }

    /// <summary>Ends the wait, on this thread.</summary>
    public void Fail(Exception exception)
    {
        _core.RunContinuationsAsynchronously = false;
        _core.SetException(exception);
    }

    /// <summary>Ends the wait for whoever cancels it, who may hold locks and does not do the work of what waited.</summary>
    public void Cancel(T result)
    {
        _core.RunContinuationsAsynchronously = true;
        _core.SetResult(result);
    }

    /// <summary>The same, where a token was cancelled.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(new OperationCanceledException(cancellationToken));
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        _registration.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
