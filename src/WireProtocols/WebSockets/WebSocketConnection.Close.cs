using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <content>The closing: <see cref="WebSocketCloseTable"/> says what happens when, this does it.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>How long a transport that cannot half-close is listened to before its output is completed: what comes after is answered with a reset.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(100);

    private Task _ending = Task.CompletedTask;
    private CancellationTokenSource? _lost;
    private TaskCompletionSource? _receiverLeft;

    private CancellationToken LostToken
    {
        get
        {
            lock (_stateGate)
            {
                _lost ??= new CancellationTokenSource();
                return _lost.Token;
            }
        }
    }

    /// <summary>
    /// Closes the connection (§7.1.2): lets the messages go whose turn it is, sends Close, drops what still comes until the peer's Close, and ends
    /// the transport. All of it takes at most about <see cref="WebSocketConnectionOptions.CloseTimeout"/>.
    /// </summary>
    /// <param name="code">A code that may stand on the wire, or <see cref="WebSocketCloseCode.NoStatusReceived"/> for none.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the closing goes on when the connection is read or closed again.</param>
    /// <exception cref="ArgumentException">The code may not stand on the wire, or the reason is too long.</exception>
    public async ValueTask CloseAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await CloseOutputAsync(code, reason, either.Token, timeout.Token).ConfigureAwait(false);
        try
        {
            await WaitForPeerCloseAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            Lose("The peer did not answer the Close in time.");
        }

        await EndingAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends Close and leaves the rest to the receiver, who may read on until the peer's Close.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask CloseOutputAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await CloseOutputAsync(code, reason, either.Token, timeout.Token).ConfigureAwait(false);
    }

    /// <summary>Drops the connection at once: nothing more is sent, and whoever waits in a send or receive comes back.</summary>
    public void Abort() => Lose("The connection was aborted.");

    private async Task CloseOutputAsync(WebSocketCloseCode code, string reason, CancellationToken either, CancellationToken timeout)
    {
        byte[] payload = new byte[WebSocketFrameHeader.MaxControlPayloadLength];
        int length = WebSocketClosePayload.Encode(code, reason, payload);
        if (State != WebSocketConnectionState.Open)
        {
            return;
        }

        bool hasTurn = false;
        bool hasPipe = false;
        try
        {
            hasTurn = await TryEnterTurnAsync(either, timeout).ConfigureAwait(false);
            await _sender.EnterPipeAsync(either).ConfigureAwait(false);
            hasPipe = true;
            if (Move(WebSocketCloseEvent.LocalClose) == WebSocketCloseAction.SendClose)
            {
                await SendCloseAsync(payload.AsMemory(0, length), either).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            Lose("The peer did not read in time for the Close.");
        }
        finally
        {
            if (hasPipe)
            {
                _sender.ExitPipe();
            }

            if (hasTurn)
            {
                _sender.ExitTurn();
            }
        }
    }

    /// <summary>Messages before this one go first; one that is sent in pieces and never ends is overtaken after half the time.</summary>
    private async Task<bool> TryEnterTurnAsync(CancellationToken either, CancellationToken timeout)
    {
        using CancellationTokenSource half = new(_options.CloseTimeout / 2, Time);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(either, half.Token);
        try
        {
            await _sender.EnterTurnAsync(0, any.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (half.IsCancellationRequested && !timeout.IsCancellationRequested && !either.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Writes and flushes a Close in the pipe that the caller holds. A transport that fails is lost.</summary>
    private async Task SendCloseAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            _sender.WriteControl(WebSocketOpcode.Close, payload.Span);
            FlushResult result = await _sender.FlushInPipeAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                Lose("The peer reads no more.");
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            Lose(exception.Message);
        }
    }

    /// <summary>Reads on, or lets the receiver read on, until the peer's Close.</summary>
    private async Task WaitForPeerCloseAsync(CancellationToken cancellationToken)
    {
        while (State == WebSocketConnectionState.CloseSent)
        {
            Task receiverLeft = WhenReceiverLeaves();
            if (!TryEnterReceive())
            {
                await receiverLeft.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                while (await WaitToReadInTurnAsync(cancellationToken).ConfigureAwait(false))
                {
                    while (TryReadInTurn(out _))
                    {
                    }
                }
            }
            catch (WebSocketProtocolException)
            {
                // Told to the peer already; there is no receiver to tell it to.
            }
            finally
            {
                LeaveReceive();
            }
        }
    }

    /// <summary>A receiver that comes while the connection is being closed has nothing more to get.</summary>
    private async ValueTask<bool> WaitForCloserAsync(CancellationToken cancellationToken)
    {
        if (State == WebSocketConnectionState.Open)
        {
            throw new InvalidOperationException("Another receiver is waiting.");
        }

        while (State == WebSocketConnectionState.CloseSent)
        {
            await WhenReceiverLeaves().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private Task WhenReceiverLeaves()
    {
        lock (_stateGate)
        {
            if (_receiverLeft is null || _receiverLeft.Task.IsCompleted)
            {
                _receiverLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return _receiverLeft.Task;
        }
    }

    private WebSocketCloseAction Move(WebSocketCloseEvent closeEvent)
    {
        lock (_stateGate)
        {
            (State, WebSocketCloseAction action) = WebSocketCloseTable.On(State, closeEvent);
            return action;
        }
    }

    /// <summary>The peer's Close. The receiver calls it.</summary>
    private void AcceptClose(WebSocketCloseCode code, string reason)
    {
        CloseCode = code;
        CloseReason = reason;
        switch (Move(WebSocketCloseEvent.PeerClose))
        {
            case WebSocketCloseAction.AnswerClose:
                AddEnding(AnswerCloseAsync(code));
                break;
            case WebSocketCloseAction.EndTransport:
                AddEnding(EndTransportAsync());
                break;
        }
    }

    /// <summary>"When sending a Close frame in response, the endpoint typically echos the status code it received" (§5.5.1).</summary>
    private async Task AnswerCloseAsync(WebSocketCloseCode code)
    {
        byte[] payload = new byte[2];
        int length = WebSocketClosePayload.Encode(code, [], payload);
        await SendLastAsync(payload.AsMemory(0, length)).ConfigureAwait(false);
        if (Move(WebSocketCloseEvent.Answered) == WebSocketCloseAction.EndTransport)
        {
            await EndTransportAsync().ConfigureAwait(false);
        }
    }

    /// <summary>"_Fail the WebSocket Connection_" (§7.1.7): a Close that says why, where none was sent, and the end.</summary>
    private void Fail(WebSocketCloseCode code, string reason)
    {
        CloseCode = code;
        CloseReason = reason;
        switch (Move(WebSocketCloseEvent.Failure))
        {
            case WebSocketCloseAction.FailTransport:
                AddEnding(FailTransportAsync(code, reason));
                break;
            case WebSocketCloseAction.EndTransport:
                AddEnding(EndTransportAsync());
                break;
        }
    }

    private async Task FailTransportAsync(WebSocketCloseCode code, string reason)
    {
        byte[] payload = new byte[WebSocketFrameHeader.MaxControlPayloadLength];
        int length = WebSocketClosePayload.Encode(code, reason, payload);
        await SendLastAsync(payload.AsMemory(0, length)).ConfigureAwait(false);
        await EndTransportAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the Close that this end's output ends with, as soon as the pipe is free, if that is in time.</summary>
    private async Task SendLastAsync(ReadOnlyMemory<byte> payload)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        try
        {
            if (!_sender.TryEnterPipe())
            {
                await _sender.EnterPipeAsync(timeout.Token).ConfigureAwait(false);
            }

            try
            {
                await SendCloseAsync(payload, timeout.Token).ConfigureAwait(false);
            }
            finally
            {
                _sender.ExitPipe();
            }
        }
        catch (OperationCanceledException)
        {
            Lose("The peer did not read in time for the Close.");
        }
    }

    /// <summary>The connection is gone, or is given up.</summary>
    private void Lose(string reason)
    {
        if (Move(WebSocketCloseEvent.Lost) != WebSocketCloseAction.DropTransport)
        {
            return;
        }

        CloseCode ??= WebSocketCloseCode.AbnormalClosure;
        CloseReason = CloseReason.Length == 0 ? reason : CloseReason;
        CancellationTokenSource? lost;
        lock (_stateGate)
        {
            lost = _lost;
            _ending = Task.WhenAll(_ending, DropTransportAsync(_ending));
        }

        lost?.Cancel();
    }

    private void AddEnding(Task task)
    {
        lock (_stateGate)
        {
            _ending = Task.WhenAll(_ending, task);
        }
    }

    private Task EndingAsync()
    {
        lock (_stateGate)
        {
            return _ending;
        }
    }
}
