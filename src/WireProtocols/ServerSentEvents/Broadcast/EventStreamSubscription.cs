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
}

/// <summary>One writer's part in a broadcast.</summary>
public sealed class EventStreamSubscription : IDisposable
{
    private readonly EventStreamBroadcaster _broadcaster;
    private readonly Channel<ReadOnlyMemory<byte>> _waiting;
    private readonly CancellationTokenSource _tooSlow = new();
    private IReadOnlyList<ReadOnlyMemory<byte>> _missed;

    internal EventStreamSubscription(
        EventStreamBroadcaster broadcaster, EventStreamReplay replay, IReadOnlyList<ReadOnlyMemory<byte>> missed, int maxWaiting)
    {
        _broadcaster = broadcaster;
        _missed = missed;
        Replay = replay;
        _waiting = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(maxWaiting) { SingleReader = true, SingleWriter = true });
    }

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

            return await ForwardAsync(writer, stop.Token).ConfigureAwait(false) ? EventStreamSubscriptionEnd.Completed : EventStreamSubscriptionEnd.Unread;
        }
        catch (OperationCanceledException) when (_tooSlow.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return EventStreamSubscriptionEnd.TooSlow;
        }
        finally
        {
            _broadcaster.Remove(this);
        }
    }

    /// <summary>Leaves the broadcast.</summary>
    public void Dispose()
    {
        _broadcaster.Remove(this);
        _tooSlow.Dispose();
    }

    internal bool TryEnqueue(ReadOnlyMemory<byte> encoded)
    {
        if (_waiting.Writer.TryWrite(encoded))
        {
            return true;
        }

        // Whoever publishes does not run what the cancellation sets off.
        _ = _tooSlow.CancelAsync();
        return false;
    }

    internal void Complete() => _waiting.Writer.TryComplete();

    /// <returns>False when nobody reads any more.</returns>
    private async ValueTask<bool> ForwardAsync(EventStreamWriter writer, CancellationToken cancellationToken)
    {
        do
        {
            while (_waiting.Reader.TryRead(out ReadOnlyMemory<byte> encoded))
            {
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
