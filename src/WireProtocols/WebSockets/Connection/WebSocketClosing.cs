using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>
/// The closing of a connection (RFC 6455 §7). It is told what happened, asks <see cref="WebSocketCloseTable"/> what follows, and does that: sends
/// the Close that answers or fails, and ends the transport. Any thread may tell it anything, at any time.
/// </summary>
internal sealed class WebSocketClosing(
    WebSocketOutput output,
    WebSocketReceiver receiver,
    WebSocketRole role,
    WebSocketConnectionOptions options)
{
    private readonly long _opened = options.TimeProvider.GetTimestamp();
    private IDisposable? _lastly;
    private bool _isUnanswered;

    /// <summary>Where the connection stands.</summary>
    public WebSocketCloseState State => receiver.State;

    /// <summary>The receiving half, whose input ends with the transport.</summary>
    public WebSocketReceiver Receiver => receiver;

    /// <summary>Which end this is.</summary>
    public WebSocketRole Role => role;

    /// <summary>Limits and times of the connection.</summary>
    public WebSocketConnectionOptions Options => options;

    /// <summary>Says what is disposed when the transport has ended.</summary>
    public void Lastly(IDisposable lastly) => _lastly = lastly;

    /// <summary>The peer's Close has come. The receiver tells.</summary>
    public void AcceptClose(WebSocketCloseCode code, string reason)
    {
        switch (State.Move(WebSocketCloseEvent.PeerClose, code, reason))
        {
            case WebSocketCloseAction.AnswerClose:
                // "When sending a Close frame in response, the endpoint typically echos the status code it received" (RFC 6455 §5.5.1).
                Volatile.Write(ref _isUnanswered, true);
                if (options.AnswersClose)
                {
                    _ = AnswerAsync(EncodeClose(code, ""));
                }

                break;
            case WebSocketCloseAction.EndTransport:
                _ = EndTransportAsync();
                break;
        }
    }

    /// <summary>"_Fail the WebSocket Connection_" (RFC 6455 §7.1.7): a Close that says why, where none was sent, and the end.</summary>
    public void Fail(WebSocketCloseCode code, string reason)
    {
        switch (State.Move(WebSocketCloseEvent.Failure, code, reason))
        {
            case WebSocketCloseAction.FailTransport:
                _ = FailTransportAsync(EncodeClose(code, reason));
                break;
            case WebSocketCloseAction.EndTransport:
                _ = EndTransportAsync();
                break;
        }
    }

    /// <summary>A send did not go through, so none will. What the peer sent
    /// before, messages and its Close, is there to be read all the same.</summary>
    public void FailSend(string reason)
    {
        output.Stop();
        if (!State.TrySetSendFailure(reason))
        {
            return;
        }

        switch (State.Move(WebSocketCloseEvent.SendFailed))
        {
            case WebSocketCloseAction.ReadOn:
                _ = LoseWhenNothingComesAsync(reason);
                break;
            case WebSocketCloseAction.DropTransport:
                State.SetLost();
                _ = DropTransportAsync();
                break;
        }
    }

    /// <summary>What a flush that has ended says. One that was cancelled may have left half a frame behind.</summary>
    /// <returns>False where the send did not go through.</returns>
    public bool AcceptFlush(FlushResult result)
    {
        if (!result.IsCompleted && !result.IsCanceled)
        {
            return true;
        }

        FailSend(result.IsCompleted ? "The peer reads no more." : "The flush was cancelled.");
        return false;
    }

    /// <summary>The connection is given up: also where it is ending and that is cut short.</summary>
    public void Lose(string reason) => Lose(reason, isAbortive: true);

    /// <summary>The input has ended: after both Closes that is the end of the
    /// connection, else its loss. What this end has sent still arrives.</summary>
    public void AcceptEnd(string reason) => Lose(reason, isAbortive: false);

    private void Lose(string reason, bool isAbortive)
    {
        // A send that failed before said more about it.
        WebSocketCloseAction action = State.Move(WebSocketCloseEvent.Lost, WebSocketCloseCode.AbnormalClosure, State.SendFailure ?? reason);
        State.SetLost();
        if (action == WebSocketCloseAction.DropTransport)
        {
            _ = DropTransportAsync(isAbortive);
        }
    }

    /// <summary>Writes and flushes a Close in the output that the caller holds, and gives the output back when the flush has ended.</summary>
    /// <returns>False where the transport did not take it.</returns>
    public async Task<bool> SendCloseAndExitAsync(byte[] payload)
    {
        try
        {
            output.TryWriteControl(WebSocketOpcode.Close, payload);
            return AcceptFlush(await output.FlushAsync().ConfigureAwait(false));
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            FailSend(exception.Message);
            return false;
        }
        finally
        {
            output.Exit();
        }
    }

    /// <summary>The payload of a Close.</summary>
    /// <exception cref="ArgumentException">The code may not stand on the wire, or the reason is too long.</exception>
    public static byte[] EncodeClose(WebSocketCloseCode code, string reason)
    {
        Span<byte> payload = stackalloc byte[WebSocketFrameHeader.MaxControlPayloadLength];
        return payload[..WebSocketClosePayload.Encode(code, reason, payload)].ToArray();
    }

    /// <summary>Answers the peer's Close, where nobody has.</summary>
    public async Task AnswerAsync(byte[] payload)
    {
        if (!Interlocked.Exchange(ref _isUnanswered, false))
        {
            return;
        }

        await TrySendLastAsync(payload).ConfigureAwait(false);
        if (State.Move(WebSocketCloseEvent.Answered) == WebSocketCloseAction.EndTransport)
        {
            await EndTransportAsync().ConfigureAwait(false);
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

    /// <summary>Sends the Close that this end's output ends with, as soon as the output is free, if that is in time.</summary>
    private async Task<bool> TrySendLastAsync(byte[] payload)
    {
        using CancellationTokenSource timeout = new(options.CloseTimeout, options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, State.Lost);
        try
        {
            if (!output.TryEnter())
            {
                await output.EnterAsync(either.Token).ConfigureAwait(false);
            }

            return await SendCloseAndExitAsync(payload).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Lose("The peer did not read in time for the Close.");
            return false;
        }
    }

    /// <summary>Waits for the peer's Close or the end of the input as long as there is progress: somebody reads, and something comes.</summary>
    private async Task LoseWhenNothingComesAsync(string reason)
    {
        long position;
        do
        {
            position = receiver.Position;
            await Task.Delay(options.CloseTimeout, options.TimeProvider, State.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (State.Current == WebSocketConnectionState.CloseSent && receiver.Position != position);
        if (State.Current == WebSocketConnectionState.CloseSent)
        {
            Lose(reason);
        }
    }

    private async Task EndTransportAsync()
    {
        if (State.SendFailure is not null)
        {
            // No Close is on its way that a reset could discard.
            await DropTransportAsync().ConfigureAwait(false);
            return;
        }

        await TransportEnd().EndAsync().ConfigureAwait(false);
        SetEnded();
    }

    private async Task DropTransportAsync(bool isAbortive = true)
    {
        await TransportEnd().DropAsync(isAbortive).ConfigureAwait(false);
        SetEnded();
    }

    /// <summary>It has no state, so there is none before the transport ends.</summary>
    private WebSocketTransportEnd TransportEnd() => new(State, output, receiver, role, options);

    private void SetEnded()
    {
        State.SetLost();
        try
        {
            _lastly?.Dispose();
            WebSocketMetrics.ConnectionClosed(
                role, State.Code ?? WebSocketCloseCode.AbnormalClosure, options.TimeProvider.GetElapsedTime(_opened));
        }
        finally
        {
            // Whoever listens to the instruments and throws does not keep anybody waiting.
            State.SetEnded();
        }
    }
}
