using System.Net.Sockets;

namespace WireProtocols.WebSockets;

/// <content>The end of the transport.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>How long a transport that cannot half-close is listened to before its output is completed: what comes after is answered with a reset.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(100);

    private CancellationTokenSource? _lost;
    private TaskCompletionSource? _ended;
    private bool _isLost;
    private bool _hasEnded;

    /// <summary>What guards the state: an object that is there anyway and locks nothing itself.</summary>
    private object StateGate => _input;

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

    /// <summary>What transports throw when they are gone. Some derive their own from the exception for a cancelled wait.</summary>
    internal static bool IsTransportFailure(Exception exception)
        => exception is IOException or InvalidOperationException or OperationCanceledException or SocketException;

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
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, LostToken);

        // "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server" (§7.1.1).
        if (_canHalfClose && Role == WebSocketRole.Server)
        {
            await _sender.CompleteAsync(null, either.Token).ConfigureAwait(false);
        }

        await EnterReceiveAsync().ConfigureAwait(false);
        await DrainAsync(either.Token).ConfigureAwait(false);
        await ReleaseAsync(null).ConfigureAwait(false);
    }

    /// <summary>Drops a transport: whoever waits in it comes back first.</summary>
    private async Task DropTransportAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _sender.CancelFlush();
        _transport.Input.CancelPendingRead();
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
    private async Task ReleaseAsync(Exception? reason)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        _sender.CancelFlush();
        await _sender.CompleteAsync(reason, timeout.Token).ConfigureAwait(false);
        try
        {
            await _transport.Input.CompleteAsync(reason).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            // A stream that has something to say when it is disposed says it too late.
        }

        _decoder.Dispose();
        _assembly.Release();
        LeaveReceive();
        CancelWaits();
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync().ConfigureAwait(false);
        }

        ForgetPing();
        WebSocketMetrics.ConnectionClosed(Role, CloseCode ?? WebSocketCloseCode.AbnormalClosure);
        lock (StateGate)
        {
            _hasEnded = true;
            _ended?.TrySetResult();
        }
    }
}
