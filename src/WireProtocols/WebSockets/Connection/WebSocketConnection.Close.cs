namespace WireProtocols.WebSockets;

/// <content>The closing by this end (§7.1.2), as <see cref="WebSocketCloseTable"/> says.</content>
public sealed partial class WebSocketConnection
{
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
}
