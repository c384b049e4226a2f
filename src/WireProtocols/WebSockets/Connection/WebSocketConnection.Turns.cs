using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <content>How a send waits: for its turn, for the pipe, and for the peer to read.</content>
public sealed partial class WebSocketConnection
{
    private bool TryEnterSend()
    {
        if (!_sender.TryEnterTurn())
        {
            return false;
        }

        if (_sender.TryEnterPipe())
        {
            return true;
        }

        _sender.ExitTurn();
        return false;
    }

    private async ValueTask SendInTurnAsync(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, WebSocketPreparedMessage? message, bool flush, CancellationToken cancellationToken)
    {
        await EnterTurnAsync(payload.Length, cancellationToken).ConfigureAwait(false);
        try
        {
            await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _sender.ExitTurn();
            throw;
        }

        await FinishSend(opcode, payload, message, flush, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a message whose turn has come, in the pipe that is free, and gives both on.</summary>
    private ValueTask FinishSend(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, WebSocketPreparedMessage? message, bool flush, CancellationToken cancellationToken)
    {
        if (State != WebSocketConnectionState.Open || cancellationToken.IsCancellationRequested)
        {
            Exit(hasTurn: true);
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.FromException(Closed());
        }

        try
        {
            if (message is null)
            {
                _sender.WriteMessage(opcode, payload.Span, isFirst: true, isLast: true);
            }
            else
            {
                _sender.WritePrepared(message);
            }

            WebSocketMetrics.Sent(message?.Frame.Header.Opcode ?? opcode, message?.Frame.Payload.Length ?? payload.Length, isLast: true);
        }
        catch (Exception exception)
        {
            // Half a frame may be out.
            FailSend(exception.Message);
            Exit(hasTurn: true);
            return ValueTask.FromException(Closed());
        }

        if (flush)
        {
            return FlushAndExit(hasTurn: true, cancellationToken);
        }

        Exit(hasTurn: true);
        return default;
    }

    private void Exit(bool hasTurn)
    {
        _sender.ExitPipe();
        if (hasTurn)
        {
            _sender.ExitTurn();
        }
    }

    private async Task EnterTurnAsync(long length, CancellationToken cancellationToken)
    {
        ThrowIfNotOpen();
        cancellationToken.ThrowIfCancellationRequested();
        if (_sender.QueuedBytes is var queued and > 0 && queued + length > _options.MaxQueuedBytes)
        {
            Lose($"More than {_options.MaxQueuedBytes} bytes wait for a peer that does not read.");
            throw Closed();
        }

        if (length == 0 && !cancellationToken.IsCancellationRequested && _sender.TryEnterTurn())
        {
            return;
        }

        await EnterAsync(token => _sender.EnterTurnAsync(length, token), Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The pipe is only taken for long by a flush: who waits for it waits for the peer to read.</summary>
    private Task EnterPipeAsync(CancellationToken cancellationToken)
        => !cancellationToken.IsCancellationRequested && _sender.TryEnterPipe()
            ? Task.CompletedTask
            : EnterAsync(_sender.EnterPipeAsync, _options.SendTimeout, cancellationToken);

    /// <summary>Waits for a turn until it comes or the connection is no longer open; one that takes longer than <paramref name="limit"/> loses it.</summary>
    private async Task EnterAsync(Func<CancellationToken, Task> enter, TimeSpan limit, CancellationToken cancellationToken)
    {
        ThrowIfNotOpen();
        using CancellationTokenSource timeout = new(limit, Time);
        using CancellationTokenSource any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, OpenToken, timeout.Token);
        try
        {
            await enter(any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (timeout.IsCancellationRequested && State == WebSocketConnectionState.Open)
            {
                LoseSlowPeer();
            }

            throw Closed();
        }
    }

    /// <summary>
    /// Flushes in the pipe that the caller holds, and gives it back when the flush has ended, which may be after the caller has stopped waiting. A
    /// peer that does not read for too long loses the connection.
    /// </summary>
    private ValueTask FlushAndExit(bool hasTurn, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush = _sender.FlushInPipeAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return WaitForFlushAsync(ExitAfterAsync(flush, hasTurn), cancellationToken);
        }

        bool isAccepted = Accept(flush.Result);
        Exit(hasTurn);
        return isAccepted ? default : ValueTask.FromException(Closed());
    }

    private async ValueTask WaitForFlushAsync(Task<bool> flush, CancellationToken cancellationToken)
    {
        bool isAccepted;
        try
        {
            isAccepted = await flush.WaitAsync(_options.SendTimeout, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LoseSlowPeer();
            isAccepted = false;
        }

        if (!isAccepted)
        {
            throw Closed();
        }
    }

    /// <summary>Waits for a flush to end and gives back what the sender holds. False when it did not go through.</summary>
    private async Task<bool> ExitAfterAsync(ValueTask<FlushResult> flush, bool hasTurn)
    {
        try
        {
            return Accept(await flush.ConfigureAwait(false));
        }
        catch (Exception exception) when (IsTransportFailure(exception))
        {
            FailSend(exception.Message);
            return false;
        }
        finally
        {
            Exit(hasTurn);
        }
    }

    /// <summary>What a flush that has ended says. One that was cancelled may have left half a frame behind.</summary>
    internal bool Accept(FlushResult result)
    {
        if (!result.IsCompleted && !result.IsCanceled)
        {
            return true;
        }

        FailSend(result.IsCompleted ? "The peer reads no more." : "The flush was cancelled.");
        return false;
    }

    private void LoseSlowPeer() => Lose($"The peer did not read for {_options.SendTimeout.TotalSeconds} s.");

    private void ThrowIfNotOpen()
    {
        if (State != WebSocketConnectionState.Open)
        {
            throw Closed();
        }
    }

    private WebSocketClosedException Closed()
        => CloseCode is { } code ? new(code, CloseReason) : new(WebSocketCloseCode.AbnormalClosure, Volatile.Read(ref _sendFailure) ?? "");
}
