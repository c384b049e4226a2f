namespace WireProtocols.WebSockets;

/// <content>What ends a connection: <see cref="WebSocketCloseTable"/> says what happens when, this does it.</content>
public sealed partial class WebSocketConnection
{
    private string? _sendFailure;

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
