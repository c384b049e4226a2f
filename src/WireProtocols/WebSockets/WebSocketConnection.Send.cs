using System.IO.Pipelines;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <content>The sending half.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>Sends a whole message. Messages go out in the order of the calls.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> (the payload has to be UTF-8) or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="payload">The message; it is not used after the call has completed.</param>
    /// <param name="flush">False leaves the message in the pipe until <see cref="FlushAsync"/>, another send, or the next wait of the receiver.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn, in which case nothing was sent, or for the peer to read, in which case the
    /// message is under way. The connection stays usable.</param>
    /// <exception cref="ArgumentException">The opcode is none of a message, or the payload of a text is not UTF-8.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, bool flush = true, CancellationToken cancellationToken = default)
    {
        ThrowIfNoMessage(opcode, payload.Span);
        if (!TryEnterSend())
        {
            return SendInTurnAsync(opcode, payload, null, flush, cancellationToken);
        }

        return FinishSend(opcode, payload, null, flush, cancellationToken);
    }

    /// <summary>Sends a message that was prepared for many connections.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public ValueTask SendAsync(WebSocketPreparedMessage message, bool flush = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TryEnterSend())
        {
            return SendInTurnAsync(default, message.Frame.Payload, message, flush, cancellationToken);
        }

        return FinishSend(default, default, message, flush, cancellationToken);
    }

    /// <summary>Sends a string as a text message.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public async ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        await SendAsync(WebSocketOpcode.Text, bytes, flush: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a message that is sent piece by piece, each a fragment; other messages wait until it is complete, control frames do not.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask<WebSocketMessageSender> BeginMessageAsync(WebSocketOpcode opcode, CancellationToken cancellationToken = default)
    {
        ThrowIfNoMessage(opcode, []);
        await EnterTurnAsync(0, cancellationToken).ConfigureAwait(false);
        if (State != WebSocketConnectionState.Open)
        {
            _sender.ExitTurn();
            throw Closed();
        }

        return new WebSocketMessageSender(this, opcode);
    }

    /// <summary>Flushes what was sent with <c>flush: false</c>.</summary>
    /// <param name="cancellationToken">Cancels the wait for the peer to read.</param>
    /// <exception cref="WebSocketClosedException">The connection is lost.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a Ping with a payload of this connection's; the answer sets <see cref="Latency"/>.</summary>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(CancellationToken cancellationToken = default) => SendControlAsync(null, default, cancellationToken);

    /// <summary>Sends a Ping (§5.5.2).</summary>
    /// <param name="payload">At most 125 bytes; the peer sends them back.</param>
    /// <param name="cancellationToken">Cancels the wait for the pipe or the peer.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Ping, payload, cancellationToken);

    /// <summary>Sends a Pong that nobody asked for: "This serves as a unidirectional heartbeat" (§5.5.3).</summary>
    /// <inheritdoc cref="PingAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask PongAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Pong, payload, cancellationToken);

    internal async ValueTask SendPieceAsync(
        WebSocketMessageSender message, ReadOnlyMemory<byte> piece, bool isLast, Utf8Validator text, CancellationToken cancellationToken)
    {
        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        WriteOrExit(() =>
        {
            _sender.WriteMessage(message.Opcode, piece.Span, !message.HasStarted, isLast);
            message.Accept(text, isLast);
            WebSocketMetrics.Sent(message.Opcode, piece.Length, isLast);
        });
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    internal void EndPieces() => _sender.ExitTurn();

    /// <param name="opcode">Ping or Pong; null for a Ping of this connection's own.</param>
    /// <param name="payload">The payload of a Ping or Pong of the caller's.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async ValueTask SendControlAsync(WebSocketOpcode? opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            throw new ArgumentException("A control frame carries at most 125 bytes.", nameof(payload));
        }

        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        WriteOrExit(() =>
        {
            if (opcode is { } given)
            {
                _sender.TryWriteControl(given, payload.Span);
            }
            else
            {
                WritePing();
            }
        });
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes in the pipe that the caller holds, if the connection is open; exits the pipe where that fails.</summary>
    private void WriteOrExit(Action write)
    {
        try
        {
            ThrowIfNotOpen();
            write();
        }
        catch (Exception exception)
        {
            if (exception is not WebSocketClosedException)
            {
                FailSend(exception.Message);
            }

            _sender.ExitPipe();
            throw exception as WebSocketClosedException ?? Closed();
        }
    }

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
