namespace WireProtocols.WebSockets;

/// <content>The receiver's place: one at a time reads, closes or ends the connection.</content>
public sealed partial class WebSocketConnection
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Lent = 2;

    private int _receiver;
    private TaskCompletionSource? _receiverLeft;

    /// <summary>True while a part is in use.</summary>
    internal bool IsLent => Volatile.Read(ref _receiver) == Lent;

    /// <summary>A receiver that finds its place taken by who closes the connection gets it back, or has nothing more to get.</summary>
    private async ValueTask<bool> WaitForCloserAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task receiverLeft = WhenReceiverLeaves();
            if (TryEnterRead())
            {
                return await WaitInTurnAsync(cancellationToken).ConfigureAwait(false);
            }

            switch (State)
            {
                case WebSocketConnectionState.Open:
                    throw new InvalidOperationException("Another receiver is waiting.");
                case WebSocketConnectionState.CloseSent:
                    await receiverLeft.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Takes the receiver's place for who closes or ends the connection: not while a part of it is lent.</summary>
    private bool TryEnterReceive() => Interlocked.CompareExchange(ref _receiver, Taken, Free) == Free;

    /// <summary>Takes the receiver's place for the receiver, one at a time. It is done with the part that it was lent.</summary>
    private bool TryEnterRead() => TryEnterReceive() || Interlocked.CompareExchange(ref _receiver, Taken, Lent) == Lent;

    private void LeaveReceive(bool lends = false)
    {
        Interlocked.Exchange(ref _receiver, lends ? Lent : Free);
        if (!lends)
        {
            _receiverLeft?.TrySetResult();
        }
    }

    /// <summary>Who closes the connection is done with the part that it was lent.</summary>
    internal void EndLoan()
    {
        if (Interlocked.CompareExchange(ref _receiver, Free, Lent) == Lent)
        {
            _receiverLeft?.TrySetResult();
        }
    }

    private async Task EnterReceiveAsync()
    {
        while (true)
        {
            Task receiverLeft = WhenReceiverLeaves();
            if (TryEnterReceive())
            {
                return;
            }

            await receiverLeft.ConfigureAwait(false);
        }
    }

    private Task WhenReceiverLeaves()
    {
        lock (StateGate)
        {
            if (_receiverLeft is null || _receiverLeft.Task.IsCompleted)
            {
                _receiverLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return _receiverLeft.Task;
        }
    }
}
