using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>How the transport of a connection is ended: in good order, or dropped.</summary>
internal sealed class WebSocketTransportEnd(
    WebSocketCloseState state,
    WebSocketOutput output,
    WebSocketReceiver receiver,
    WebSocketRole role,
    WebSocketConnectionOptions options)
{
    /// <summary>How long a transport that cannot half-close is listened to before
    /// its output is completed: what comes after is answered with a reset.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(100);

    private bool CanHalfClose => options.CanHalfClose && output.Transport is not IWireTransport { CanHalfClose: false };

    /// <summary>
    /// Ends a transport whose last frame is written: half-close, drain, complete. Without the drain the operating system answers what is unread with
    /// a reset, and the reset discards the Close on its way to the peer.
    /// </summary>
    public async Task EndAsync()
    {
        using CancellationTokenSource timeout = new(options.CloseTimeout, options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, state.Lost);

        // "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server" (RFC 6455 §7.1.1).
        if (CanHalfClose && role == WebSocketRole.Server)
        {
            await output.TryCompleteAsync(null, either.Token).ConfigureAwait(false);
        }

        await receiver.EnterPlaceAsync().ConfigureAwait(false);
        await DrainAsync(either.Token).ConfigureAwait(false);
        bool hasGone = await output.TryCompleteAsync(null, either.Token).ConfigureAwait(false);
        await ReleaseAsync(hasGone ? null : state.ToException()).ConfigureAwait(false);
    }

    /// <summary>Drops a transport. The peer notices at once; the memory of a part
    /// that is lent is given back when the receiver is done with it.</summary>
    /// <param name="isAbortive">False where what was sent before is still to arrive: a socket that is closed with a reset takes it back.</param>
    public async Task DropAsync(bool isAbortive)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        output.CancelFlush();
        receiver.CancelWait();
        if (isAbortive)
        {
            (output.Transport as IWireTransport)?.Abort();
        }

        if (receiver.Place.IsLent)
        {
            await CompleteOutputAsync(state.ToException()).ConfigureAwait(false);
        }

        await receiver.EnterPlaceAsync().ConfigureAwait(false);
        await ReleaseAsync(state.ToException()).ConfigureAwait(false);
    }

    /// <summary>Takes in and drops what the peer still sends, until it ends or the time is up.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        bool canHalfClose = CanHalfClose;
        using CancellationTokenSource quiet = new(canHalfClose ? options.CloseTimeout : QuietTime, options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            while (await receiver.DrainAsync(either.Token).ConfigureAwait(false))
            {
                if (!canHalfClose)
                {
                    quiet.CancelAfter(QuietTime);
                }
            }
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // The peer had its time.
        }
    }

    /// <summary>Gives everything back. The caller has the receiver's place, and nobody writes any more except who is stuck in a write.</summary>
    /// <param name="reason">What the other end of a pipe in memory sees; null where all that was written has gone out.</param>
    private async Task ReleaseAsync(Exception? reason)
    {
        if (reason is not null)
        {
            await CompleteOutputAsync(reason).ConfigureAwait(false);
        }

        using CancellationTokenSource timeout = new(options.CloseTimeout, options.TimeProvider);
        try
        {
            await receiver.CompleteAsync(reason).AsTask().WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // A stream that has something to say when it is disposed says it too late.
        }

        // A sender that is stuck in a stream comes back when that is disposed, and only then nobody uses what the output holds.
        _ = output.TryCompleteAsync(reason, CancellationToken.None);
        receiver.ReleaseMemory();
        receiver.Place.Leave();
    }

    private async Task CompleteOutputAsync(Exception reason)
    {
        using CancellationTokenSource timeout = new(options.CloseTimeout, options.TimeProvider);
        output.CancelFlush();
        await output.TryCompleteAsync(reason, timeout.Token).ConfigureAwait(false);
    }
}
