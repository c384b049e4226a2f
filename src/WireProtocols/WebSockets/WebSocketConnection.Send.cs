using System.IO.Pipelines;
using System.Text;

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
        try
        {
            await FlushInPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sender.ExitPipe();
        }
    }

    /// <summary>Sends a Ping with a payload of this connection's; the answer sets <see cref="Latency"/>.</summary>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask PingAsync(CancellationToken cancellationToken = default)
        => await SendControlAsync(WebSocketOpcode.Ping, BeginPing(), cancellationToken).ConfigureAwait(false);

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

    internal async ValueTask SendPieceAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> piece, bool isFirst, bool isLast, CancellationToken cancellationToken)
    {
        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfNotOpen();
            _sender.WriteMessage(opcode, piece.Span, isFirst, isLast);
            await FlushInPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sender.ExitPipe();
        }
    }

    internal void EndPieces() => _sender.ExitTurn();

    private async ValueTask SendControlAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            throw new ArgumentException("A control frame carries at most 125 bytes.", nameof(payload));
        }

        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfNotOpen();
            _sender.WriteControl(opcode, payload.Span);
            await FlushInPipeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sender.ExitPipe();
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
        bool isPending = false;
        try
        {
            ThrowIfNotOpen();
            if (message is null)
            {
                _sender.WriteMessage(opcode, payload.Span, isFirst: true, isLast: true);
            }
            else
            {
                _sender.WritePrepared(message);
            }

            WebSocketMetrics.Sent(message?.Frame.Header.Opcode ?? opcode, message?.Frame.Payload.Length ?? payload.Length);
            if (!flush)
            {
                return default;
            }

            ValueTask pending = FlushInPipeAsync(cancellationToken);
            if (pending.IsCompleted)
            {
                return pending;
            }

            isPending = true;
            return ExitSendAfterAsync(pending);
        }
        finally
        {
            if (!isPending)
            {
                ExitSend();
            }
        }
    }

    private async ValueTask ExitSendAfterAsync(ValueTask pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        finally
        {
            ExitSend();
        }
    }

    private void ExitSend()
    {
        _sender.ExitPipe();
        _sender.ExitTurn();
    }

    private async Task EnterTurnAsync(long length, CancellationToken cancellationToken)
    {
        if (_sender.QueuedBytes + length > _options.MaxQueuedBytes)
        {
            Lose($"More than {_options.MaxQueuedBytes} bytes wait for a peer that does not read.");
            throw Closed();
        }

        await EnterAsync(token => _sender.EnterTurnAsync(length, token), cancellationToken).ConfigureAwait(false);
    }

    private Task EnterPipeAsync(CancellationToken cancellationToken)
        => _sender.TryEnterPipe() ? Task.CompletedTask : EnterAsync(_sender.EnterPipeAsync, cancellationToken);

    /// <summary>Waits for a turn until it comes or the connection is lost.</summary>
    private async Task EnterAsync(Func<CancellationToken, Task> enter, CancellationToken cancellationToken)
    {
        ThrowIfNotOpen();
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, LostToken);
        try
        {
            await enter(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Closed();
        }
    }

    /// <summary>Flushes in the pipe that the caller holds; a peer that does not read for too long loses the connection.</summary>
    private ValueTask FlushInPipeAsync(CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush;
        try
        {
            flush = _sender.FlushInPipeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return ValueTask.FromException(Lost(exception));
        }

        return flush.IsCompletedSuccessfully ? Accept(flush.Result) : AwaitFlushAsync(flush);
    }

    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        FlushResult result;
        try
        {
            result = _options.SendTimeout == Timeout.InfiniteTimeSpan
                ? await flush.ConfigureAwait(false)
                : await flush.AsTask().WaitAsync(_options.SendTimeout, Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Lose($"The peer did not read for {_options.SendTimeout.TotalSeconds} s.");
            throw Closed();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            throw Lost(exception);
        }

        await Accept(result).ConfigureAwait(false);
    }

    private ValueTask Accept(FlushResult result)
    {
        if (result.IsCompleted)
        {
            Lose("The peer reads no more.");
        }

        return result.IsCompleted || (result.IsCanceled && State == WebSocketConnectionState.Closed) ? ValueTask.FromException(Closed()) : default;
    }

    private WebSocketClosedException Lost(Exception exception)
    {
        Lose(exception.Message);
        return Closed();
    }

    private void ThrowIfNotOpen()
    {
        if (State is not (WebSocketConnectionState.Open))
        {
            throw Closed();
        }
    }

    private WebSocketClosedException Closed() => new(CloseCode ?? WebSocketCloseCode.AbnormalClosure, CloseReason);
}
