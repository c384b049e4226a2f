namespace WireProtocols.WebSockets;

/// <summary>
/// The place of whoever uses the input of a connection. The receiver takes it to wait or to read, the closer to drop what still comes, and the end
/// of the transport to give everything back. One at a time has it. Not to be copied.
/// </summary>
/// <remarks>
/// For whoever changes this: a part that <c>TryRead</c> hands out lies in memory of the input. While it is lent, only the receiver may take the
/// place: its coming back says that it is done with the part. Everybody else waits, or says with <see cref="EndLoan"/> that the receiver is done.
/// </remarks>
internal struct WebSocketReceiverPlace
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Lent = 2;

    private int _state;
    private TaskCompletionSource? _left;

    /// <summary>True while a part is lent.</summary>
    public bool IsLent => Volatile.Read(ref _state) == Lent;

    /// <summary>Takes the place for the closer or the end of the transport: not while a part is lent.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    /// <summary>Takes the place for the receiver, which is done with the part that it was lent.</summary>
    public bool TryEnterAsReceiver() => TryEnter() || Interlocked.CompareExchange(ref _state, Taken, Lent) == Lent;

    /// <summary>Leaves the place.</summary>
    /// <param name="lends">True where the receiver takes a part along.</param>
    public void Leave(bool lends = false)
    {
        Interlocked.Exchange(ref _state, lends ? Lent : Free);
        if (!lends)
        {
            Volatile.Read(ref _left)?.TrySetResult();
        }
    }

    /// <summary>The receiver is done with the part that it was lent, though it has not come back.</summary>
    public void EndLoan()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Lent) == Lent)
        {
            Volatile.Read(ref _left)?.TrySetResult();
        }
    }

    /// <summary>Completes when somebody leaves the place. Ask for it first, then try the place, then wait.</summary>
    public Task WhenLeft()
    {
        TaskCompletionSource? left = Volatile.Read(ref _left);
        while (left is null || left.Task.IsCompleted)
        {
            TaskCompletionSource fresh = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource? seen = Interlocked.CompareExchange(ref _left, fresh, left);
            left = seen == left ? fresh : seen;
        }

        return left.Task;
    }
}
