namespace WireProtocols.WebSockets;

/// <content>The closing: <see cref="WebSocketCloseTable"/> says what happens when, this does it.</content>
public sealed partial class WebSocketConnection
{
    private TaskCompletionSource? _receiverLeft;
    private string? _sendFailure;

    /// <summary>
    /// Closes the connection (§7.1.2): lets the messages go whose turn it is, sends Close, drops what still comes until the peer's Close, and ends
    /// the transport. Each of the two, the Closes and the end of the transport, takes at most <see cref="WebSocketConnectionOptions.CloseTimeout"/>.
    /// </summary>
    /// <remarks>It ends the use of a part from <see cref="TryRead"/>: somebody else than who reads parts calls <see cref="CloseOutputAsync"/>.</remarks>
    /// <param name="code">A code that may stand on the wire, or <see cref="WebSocketCloseCode.NoStatusReceived"/> for none.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the closing goes on when the connection is read or closed again.</param>
    /// <exception cref="ArgumentException">The code may not stand on the wire, or the reason is too long.</exception>
    public async ValueTask CloseAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
    {
        byte[] payload = EncodeClose(code, reason);
        EndLoan();
        await CloseInTimeAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection for somebody else than its user: a part that is lent stays so until the receiver comes back.</summary>
    internal Task CloseBesideReceiverAsync(WebSocketCloseCode code, string reason) => CloseInTimeAsync(EncodeClose(code, reason), CancellationToken.None);

    private async Task CloseInTimeAsync(byte[] payload, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // Whoever waits for the peer to read has to read too: it may be waiting for the same.
            _ = await StartCloseAsync(payload, either.Token).ConfigureAwait(false);
            await WaitForPeerCloseAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Lose("The peer did not answer the Close in time.");
        }

        await WhenEnded().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends Close and leaves the rest to the receiver, who may read on until the peer's Close.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public async ValueTask CloseOutputAsync(
        WebSocketCloseCode code = WebSocketCloseCode.NormalClosure, string reason = "", CancellationToken cancellationToken = default)
    {
        byte[] payload = EncodeClose(code, reason);
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Task flushing = await StartCloseAsync(payload, either.Token).ConfigureAwait(false);
            await flushing.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Lose("The peer did not read in time for the Close.");
        }
    }

    /// <summary>Drops the connection at once: nothing more is sent, and whoever waits in a send or receive comes back.</summary>
    public void Abort() => Lose("The connection was aborted.");

    private static byte[] EncodeClose(WebSocketCloseCode code, string reason)
    {
        Span<byte> payload = stackalloc byte[WebSocketFrameHeader.MaxControlPayloadLength];
        return payload[..WebSocketClosePayload.Encode(code, reason, payload)].ToArray();
    }

    /// <summary>Writes a Close when its turn has come, if none has been.</summary>
    /// <returns>Its flush.</returns>
    private async Task<Task> StartCloseAsync(byte[] payload, CancellationToken cancellationToken)
    {
        if (State != WebSocketConnectionState.Open)
        {
            return Task.CompletedTask;
        }

        bool hasTurn = await TryEnterTurnAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _sender.EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (hasTurn)
        {
            _sender.ExitTurn();
            throw;
        }

        if (Move(WebSocketCloseEvent.LocalClose) == WebSocketCloseAction.SendClose)
        {
            return SendCloseInPipeAsync(payload, hasTurn);
        }

        Exit(hasTurn);
        return Task.CompletedTask;
    }

    /// <summary>Messages before this one go first; one that is sent in pieces and never ends is overtaken after half the time.</summary>
    private async Task<bool> TryEnterTurnAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource half = new(_options.CloseTimeout / 2, Time);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, half.Token, LostToken);
        try
        {
            await _sender.EnterTurnAsync(0, any.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Writes and flushes a Close in the pipe that the caller holds, and exits it. False where the transport did not take it.</summary>
    private Task<bool> SendCloseInPipeAsync(byte[] payload, bool hasTurn)
    {
        try
        {
            _sender.TryWriteControl(WebSocketOpcode.Close, payload);
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            FailSend(exception.Message);
            Exit(hasTurn);
            return Task.FromResult(false);
        }

        return ExitAfterAsync(_sender.FlushInPipeAsync(), hasTurn);
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
                await WaitInTurnAsync(cancellationToken).ConfigureAwait(false);
                DropMessages();
            }
            catch (WebSocketProtocolException)
            {
                // Told to the peer already; there is no receiver to tell it to.
            }
        }
    }

    private void DropMessages()
    {
        if (TryEnterReceive())
        {
            try
            {
                while (TryReadInTurn(out _))
                {
                }
            }
            finally
            {
                LeaveReceive();
            }
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

    /// <summary>Takes the next step of the table, and remembers what the connection ended with where the step says so.</summary>
    private WebSocketCloseAction Move(WebSocketCloseEvent closeEvent, WebSocketCloseCode code = default, string reason = "")
    {
        CancellationTokenSource? senders = null;
        WebSocketCloseAction action;
        lock (StateGate)
        {
            (WebSocketConnectionState next, action) = WebSocketCloseTable.On(_state, closeEvent);
            bool ends = code != default && action != WebSocketCloseAction.None;
            if (ends && (_closeCode == 0 || closeEvent != WebSocketCloseEvent.Lost))
            {
                _closeReason = reason;
                Volatile.Write(ref _closeCode, (ushort)code);
            }

            if (_state == WebSocketConnectionState.Open && next != _state)
            {
                senders = _open;
            }

            _state = next;
        }

        senders?.Cancel();
        return action;
    }

    /// <summary>The peer's Close. The receiver calls it.</summary>
    private void AcceptClose(WebSocketCloseCode code, string reason)
    {
        switch (Move(WebSocketCloseEvent.PeerClose, code, reason))
        {
            case WebSocketCloseAction.AnswerClose:
                // "When sending a Close frame in response, the endpoint typically echos the status code it received" (§5.5.1).
                _ = AnswerCloseAsync(EncodeClose(code, ""));
                break;
            case WebSocketCloseAction.EndTransport:
                _ = EndTransportAsync();
                break;
        }
    }

    private async Task AnswerCloseAsync(byte[] payload)
    {
        await TrySendLastAsync(payload).ConfigureAwait(false);
        if (Move(WebSocketCloseEvent.Answered) == WebSocketCloseAction.EndTransport)
        {
            await EndTransportAsync().ConfigureAwait(false);
        }
    }

    /// <summary>"_Fail the WebSocket Connection_" (§7.1.7): a Close that says why, where none was sent, and the end.</summary>
    private void Fail(WebSocketCloseCode code, string reason)
    {
        switch (Move(WebSocketCloseEvent.Failure, code, reason))
        {
            case WebSocketCloseAction.FailTransport:
                _ = FailTransportAsync(EncodeClose(code, reason));
                break;
            case WebSocketCloseAction.EndTransport:
                _ = EndTransportAsync();
                break;
        }
    }

    private async Task FailTransportAsync(byte[] payload)
    {
        if (await TrySendLastAsync(payload).ConfigureAwait(false))
        {
            await EndTransportAsync().ConfigureAwait(false);
        }
        else
        {
            await DropTransportAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends the Close that this end's output ends with, as soon as the pipe is free, if that is in time.</summary>
    private async Task<bool> TrySendLastAsync(byte[] payload)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, LostToken);
        try
        {
            if (!_sender.TryEnterPipe())
            {
                await _sender.EnterPipeAsync(either.Token).ConfigureAwait(false);
            }

            return await SendCloseInPipeAsync(payload, hasTurn: false).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Lose("The peer did not read in time for the Close.");
            return false;
        }
    }

    /// <summary>A send did not go through, so none will. What the peer sent before, messages and its Close, is there to be read all the same.</summary>
    internal void FailSend(string reason)
    {
        _sender.Stop();
        if (Interlocked.CompareExchange(ref _sendFailure, reason, null) is not null)
        {
            return;
        }

        switch (Move(WebSocketCloseEvent.SendFailed))
        {
            case WebSocketCloseAction.ReadOn:
                _ = LoseWhenNothingComesAsync(reason);
                break;
            case WebSocketCloseAction.DropTransport:
                CancelWaits();
                _ = DropTransportAsync();
                break;
        }
    }

    /// <summary>Waits for the peer's Close or the end of the input as long as there is progress: somebody reads, and something comes.</summary>
    private async Task LoseWhenNothingComesAsync(string reason)
    {
        long position;
        do
        {
            position = _decoder.Position;
            await Task.Delay(_options.CloseTimeout, Time, LostToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (State == WebSocketConnectionState.CloseSent && _decoder.Position != position);
        if (State == WebSocketConnectionState.CloseSent)
        {
            Lose(reason);
        }
    }

    /// <summary>The connection is gone, or is given up: also where it is ending and that is cut short.</summary>
    private void Lose(string reason)
    {
        // A send that failed before said more about it.
        WebSocketCloseAction action = Move(WebSocketCloseEvent.Lost, WebSocketCloseCode.AbnormalClosure, Volatile.Read(ref _sendFailure) ?? reason);
        CancelWaits();
        if (action == WebSocketCloseAction.DropTransport)
        {
            _ = DropTransportAsync();
        }
    }
}
