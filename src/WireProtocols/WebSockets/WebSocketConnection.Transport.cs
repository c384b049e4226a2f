namespace WireProtocols.WebSockets;

/// <content>The end of the transport.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>
    /// Ends a transport whose last frame is written: half-close, drain, complete. Without the drain the operating system answers what is unread with
    /// a reset, and the reset discards the Close on its way to the peer.
    /// </summary>
    private async Task EndTransportAsync()
    {
        // "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server" (§7.1.1).
        bool completesFirst = _options.CanHalfClose && Role == WebSocketRole.Server;
        if (completesFirst)
        {
            await CompleteOutputAsync().ConfigureAwait(false);
        }

        await EnterReceiveAsync().ConfigureAwait(false);
        await DrainAsync().ConfigureAwait(false);
        if (!completesFirst)
        {
            await CompleteOutputAsync().ConfigureAwait(false);
        }

        await _transport.Input.CompleteAsync().ConfigureAwait(false);
        LeaveReceive();
        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <summary>Takes in and drops what the peer still sends, until it ends or the time is up.</summary>
    private async Task DrainAsync()
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        try
        {
            bool goesOn = true;
            while (goesOn)
            {
                if (!_options.CanHalfClose)
                {
                    timeout.CancelAfter(QuietTime);
                }

                goesOn = await _input.DropAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It had its time.
        }
    }

    private async Task CompleteOutputAsync()
    {
        try
        {
            await _transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The peer was faster.
        }
    }

    /// <summary>Drops a transport: whoever waits in it comes back first.</summary>
    private async Task DropTransportAsync(Task before)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _sender.CancelFlush();
        _transport.Input.CancelPendingRead();
        await before.ConfigureAwait(false);
        await EnterReceiveAsync().ConfigureAwait(false);
        WebSocketClosedException reason = Closed();
        await _transport.Input.CompleteAsync(reason).ConfigureAwait(false);
        LeaveReceive();
        await _sender.EnterPipeAsync(CancellationToken.None).ConfigureAwait(false);
        await _transport.Output.CompleteAsync(reason).ConfigureAwait(false);
        _sender.ExitPipe();
        await ReleaseAsync().ConfigureAwait(false);
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

    private async Task ReleaseAsync()
    {
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync().ConfigureAwait(false);
        }

        await EnterReceiveAsync().ConfigureAwait(false);
        _decoder.Dispose();
        LeaveReceive();
        await _sender.EnterPipeAsync(CancellationToken.None).ConfigureAwait(false);
        _sender.Dispose();
        _sender.ExitPipe();
        WebSocketMetrics.ConnectionClosed(Role, CloseCode ?? WebSocketCloseCode.AbnormalClosure);
    }
}
