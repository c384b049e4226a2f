namespace WireProtocols.WebSockets;

/// <summary>The closing handshake that this end starts (RFC 6455 §7.1.2): Close in its turn, the peer's Close, the end of the transport.</summary>
internal sealed class WebSocketCloser(WebSocketReading reading, WebSocketSender sender, WebSocketClosing closing)
{
    private readonly WebSocketCloseState _state = closing.State;
    private readonly WebSocketConnectionOptions _options = closing.Options;

    /// <summary>Closes, and waits for the end of the transport. A part that is lent stays so until the receiver comes back.</summary>
    public async Task CloseAsync(byte[] payload, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            // The closer does not wait for its Close to be flushed: a peer that waits for this end to read would never read it.
            _ = await SendCloseAsync(payload, either.Token).ConfigureAwait(false);
            await reading.DropUntilCloseAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            closing.Lose("The peer did not answer the Close in time.");
        }

        await _state.WhenEnded().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends Close, and leaves the rest to the receiver.</summary>
    public async Task CloseOutputAsync(byte[] payload, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.CloseTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            Task flushing = await SendCloseAsync(payload, either.Token).ConfigureAwait(false);
            await flushing.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            closing.Lose("The peer did not read in time for the Close.");
        }
    }

    /// <summary>Writes a Close when its turn has come, if none has been.</summary>
    /// <returns>Its flush.</returns>
    private async Task<Task> SendCloseAsync(byte[] payload, CancellationToken cancellationToken)
    {
        if (!_state.IsOpen)
        {
            // Where the peer's Close is not answered by itself, this is the answer.
            return closing.AnswerAsync(payload);
        }

        bool hasTurn = await TryEnterTurnAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await sender.EnterToCloseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (hasTurn)
        {
            sender.ExitTurn();
            throw;
        }

        if (_state.Move(WebSocketCloseEvent.LocalClose) == WebSocketCloseAction.SendClose)
        {
            return SendCloseAndExitAsync(payload, hasTurn);
        }

        sender.Exit();
        ExitTurn(hasTurn);
        return Task.CompletedTask;
    }

    /// <summary>Messages before this one go first; one that is sent in pieces and never ends is overtaken after half the time.</summary>
    private async Task<bool> TryEnterTurnAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource half = new(_options.CloseTimeout / 2, _options.TimeProvider);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, half.Token, _state.Lost);
        try
        {
            await sender.EnterTurnToCloseAsync(any.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SendCloseAndExitAsync(byte[] payload, bool hasTurn)
    {
        await closing.SendCloseAndExitAsync(payload).ConfigureAwait(false);
        ExitTurn(hasTurn);
    }

    private void ExitTurn(bool hasTurn)
    {
        if (hasTurn)
        {
            sender.ExitTurn();
        }
    }
}
