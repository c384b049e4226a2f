using System.Threading.Channels;

namespace WireProtocols.ServerSentEvents;

/// <summary>Why a subscription ended.</summary>
public enum EventStreamSubscriptionEnd
{
    /// <summary>The broadcast is complete, and the writer has got all of it.</summary>
    Completed = 0,

    /// <summary>Nobody reads any more.</summary>
    Unread,

    /// <summary>Too much waited for the writer. Its connection should be ended: the client comes back for what it missed.</summary>
    TooSlow,

    /// <summary>Events are lost for good that this client has not got. Its connection should be ended: the client comes back, and is told.</summary>
    Gone,
}

/// <summary>One writer's part in a broadcast.</summary>
public sealed class EventStreamSubscription : IDisposable
{
    private readonly Action<EventStreamSubscription> _leave;
    private readonly Channel<ReadOnlyMemory<byte>> _waiting;
    private readonly CancellationTokenSource _tooSlow = new();
    private readonly EventStreamQueueCount _queue = new();
    private IReadOnlyList<ReadOnlyMemory<byte>> _missed;
    private long _dropped;
    private int _hasLeft;
    private EventStreamSubscriptionEnd _end = EventStreamSubscriptionEnd.TooSlow;

    /// <param name="leave">Takes the subscription out of the broadcast.</param>
    /// <param name="replay">Whether what the client missed is known.</param>
    /// <param name="missed">What it missed, encoded.</param>
    /// <param name="options">The bounds.</param>
    internal EventStreamSubscription(
        Action<EventStreamSubscription> leave,
        EventStreamReplay replay,
        IReadOnlyList<ReadOnlyMemory<byte>> missed,
        EventStreamBroadcasterOptions options)
    {
        _leave = leave;
        _missed = missed;
        Replay = replay;
        bool drops = options.SlowPolicy is EventStreamSlowPolicy.DropOldest or EventStreamSlowPolicy.KeepLatest;
        BoundedChannelOptions channel = new(options.SlowPolicy == EventStreamSlowPolicy.KeepLatest ? 1 : options.MaxWaitingEvents)
        {
            SingleReader = true,
            SingleWriter = true,
            FullMode = drops ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
        };
        _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(channel, _ => NoteDrop());
        EventStreamMetrics.Subscribed();
    }

    /// <summary>How many events this writer did not get because it was too slow.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Whether what the client missed is known. Where it is <see cref="EventStreamReplay.Gone"/>, tell the client before
    /// <see cref="RunAsync"/>, for instance with the whole state.</summary>
    public EventStreamReplay Replay { get; }

    /// <summary>Sends what the client missed, then every event as it is published, all that waits with one flush.</summary>
    /// <param name="writer">Where to; nobody else may write to it meanwhile, its heartbeat excepted.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<EventStreamSubscriptionEnd> RunAsync(EventStreamWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _tooSlow.Token);
        try
        {
            IReadOnlyList<ReadOnlyMemory<byte>> missed = _missed;
            _missed = [];
            foreach (ReadOnlyMemory<byte> encoded in missed)
            {
                if (!await writer.WriteEncodedAsync(encoded, stop.Token).ConfigureAwait(false))
                {
                    return EventStreamSubscriptionEnd.Unread;
                }
            }

            bool isComplete = await ForwardAsync(writer, stop.Token).ConfigureAwait(false);
            return isComplete ? EventStreamSubscriptionEnd.Completed : EventStreamSubscriptionEnd.Unread;
        }
        catch (OperationCanceledException) when (_tooSlow.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return _end;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Leaves the broadcast.</summary>
    public void Dispose()
    {
        Leave();
        _tooSlow.Dispose();
    }

    /// <returns>False when too much waits.</returns>
    internal bool TryEnqueue(ReadOnlyMemory<byte> encoded)
    {
        bool isTaken = _waiting.Writer.TryWrite(encoded);
        _queue.Change(isTaken ? 1 : 0);
        return isTaken;
    }

    /// <summary>Waits for room; a writer that leaves meanwhile needs none.</summary>
    internal async ValueTask EnqueueAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(encoded, cancellationToken).ConfigureAwait(false);
            _queue.Change(1);
        }
        catch (ChannelClosedException)
        {
            // It has left.
        }
    }

    /// <summary>Lets the writer go. Whoever publishes does not run what the cancellation sets off.</summary>
    internal void LetGo(EventStreamSubscriptionEnd end = EventStreamSubscriptionEnd.TooSlow)
    {
        _end = end;
        EventStreamMetrics.LetGo();
        _ = _tooSlow.CancelAsync();
    }

    internal void Complete() => _waiting.Writer.TryComplete();

    private void NoteDrop()
    {
        Interlocked.Increment(ref _dropped);
        _queue.Change(-1);
        EventStreamMetrics.Dropped();
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
        {
            _leave(this);
            _waiting.Writer.TryComplete();
            _queue.End();
            EventStreamMetrics.Unsubscribed();
        }
    }

    /// <returns>False when nobody reads any more.</returns>
    private async ValueTask<bool> ForwardAsync(EventStreamWriter writer, CancellationToken cancellationToken)
    {
        do
        {
            while (_waiting.Reader.TryRead(out ReadOnlyMemory<byte> encoded))
            {
                _queue.Change(-1);
                if (!await writer.WriteEncodedAsync(encoded, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }

            if (!await writer.FlushAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return true;
    }
}
