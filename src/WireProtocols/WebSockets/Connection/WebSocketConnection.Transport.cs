namespace WireProtocols.WebSockets;

/// <content>The end of the transport.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>How long a transport that cannot half-close is listened to before its output is completed: what comes after is answered with a reset.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource? _open;
    private CancellationTokenSource? _lost;
    private TaskCompletionSource? _ended;
    private bool _isLost;
    private bool _hasEnded;

    /// <summary>What guards the state: an object that is there anyway and locks nothing itself.</summary>
    private object StateGate => _input;

    /// <summary>Cancelled when the connection is no longer open: no message goes out any more, so none waits for its turn.</summary>
    private CancellationToken OpenToken
    {
        get
        {
            lock (StateGate)
            {
                if (_state != WebSocketConnectionState.Open)
                {
                    return new CancellationToken(canceled: true);
                }

                _open ??= new CancellationTokenSource();
                return _open.Token;
            }
        }
    }

    /// <summary>Cancelled when the connection is lost, or its transport has ended: nobody waits longer than that.</summary>
    private CancellationToken LostToken
    {
        get
        {
            lock (StateGate)
            {
                if (_isLost)
                {
                    return new CancellationToken(canceled: true);
                }

                _lost ??= new CancellationTokenSource();
                return _lost.Token;
            }
        }
    }

    /// <summary>What transports throw when they are gone is theirs to choose: whatever comes out of a call of theirs is that.</summary>
    internal static bool IsTransportFailure(Exception exception) => exception is not WireProtocolException;

    private Task WhenEnded()
    {
        lock (StateGate)
        {
            if (_hasEnded)
            {
                return Task.CompletedTask;
            }

            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ended.Task;
        }
    }

    private void CancelWaits()
    {
        CancellationTokenSource? lost;
        lock (StateGate)
        {
            _isLost = true;
            lost = _lost;
        }

        lost?.Cancel();
    }

    /// <summary>
    /// Ends a transport whose last frame is written: half-close, drain, complete. Without the drain the operating system answers what is unread with
    /// a reset, and the reset discards the Close on its way to the peer.
    /// </summary>
    private async Task EndTransportAsync()
    {
        if (Volatile.Read(ref _sendFailure) is not null)
        {
            // There is no Close on its way.
            await DropTransportAsync().ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, LostToken);

        // "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server" (§7.1.1).
        if (_canHalfClose && Role == WebSocketRole.Server)
        {
            await _sender.TryCompleteAsync(null, either.Token).ConfigureAwait(false);
        }

        await EnterReceiveAsync().ConfigureAwait(false);
        await DrainAsync(either.Token).ConfigureAwait(false);
        bool hasGone = await _sender.TryCompleteAsync(null, either.Token).ConfigureAwait(false);
        await ReleaseAsync(hasGone ? null : Closed()).ConfigureAwait(false);
    }

    /// <summary>Drops a transport: whoever waits in it comes back first.</summary>
    private async Task DropTransportAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _sender.CancelFlush();
        try
        {
            _input.CancelPendingRead();
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            // It is complete: nobody waits in it.
        }

        await EnterReceiveAsync().ConfigureAwait(false);
        await ReleaseAsync(Closed()).ConfigureAwait(false);
    }

    /// <summary>Takes in and drops what the peer still sends, until it ends or the time is up.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource quiet = new(_canHalfClose ? _options.CloseTimeout : QuietTime, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            while (await _input.DropAsync(either.Token).ConfigureAwait(false))
            {
                if (!_canHalfClose)
                {
                    quiet.CancelAfter(QuietTime);
                }
            }
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            // It had its time.
        }
    }

    /// <summary>Gives everything back. The caller has the receiver's place, and nobody writes any more except who is stuck in it.</summary>
    /// <param name="reason">What the other end of a pipe in memory sees; null where all that was written has gone out.</param>
    private async Task ReleaseAsync(Exception? reason)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        if (reason is not null)
        {
            _sender.CancelFlush();
            await _sender.TryCompleteAsync(reason, timeout.Token).ConfigureAwait(false);
        }

        try
        {
            await _input.CompleteAsync(reason).AsTask().WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            // A stream that has something to say when it is disposed says it too late.
        }

        // Who was stuck in a stream comes back when that is disposed, and only then nobody uses what the output holds.
        _ = _sender.TryCompleteAsync(reason, CancellationToken.None);

        _decoder.Dispose();
        _assembly.Release();
        LeaveReceive();
        CancelWaits();
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            ForgetPing();
            WebSocketMetrics.ConnectionClosed(Role, CloseCode ?? WebSocketCloseCode.AbnormalClosure);
        }
        finally
        {
            // Whoever listens to the instruments and throws does not keep anybody waiting.
            lock (StateGate)
            {
                _hasEnded = true;
                _ended?.TrySetResult();
            }
        }
    }
}
