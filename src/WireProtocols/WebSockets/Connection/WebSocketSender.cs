using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>
/// The sending half of a connection. Messages take turns, so that each goes out whole and in order.
/// Control frames only wait until the output is free, so they go between the fragments of a message.
/// Every answer is true where the bytes are in the pipe, and false where the connection is closed.
/// </summary>
/// <remarks>
/// For whoever changes this: who wants both takes the turn first and the output second, and gives them back the other way round. Whoever holds the
/// output and frees it calls <see cref="Exit"/>, which does what others left to be done meanwhile: Pongs to be written, bytes to be flushed.
/// </remarks>
internal sealed class WebSocketSender
{
    private readonly WebSocketOutput _output;
    private readonly WebSocketClosing _closing;
    private WebSocketTurn _turn;
    private long _queuedBytes;

    public WebSocketSender(WebSocketOutput output, WebSocketClosing closing)
    {
        _output = output;
        _closing = closing;
    }

    /// <summary>The closing, which is told of sends that do not go through.</summary>
    public WebSocketClosing Closing => _closing;

    /// <summary>Bytes of messages that wait for their turn.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Sends a whole message.</summary>
    /// <param name="opcode">What it is.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="prepared">The message where it is a prepared one.</param>
    /// <param name="flush">Whether the bytes leave the pipe too.</param>
    /// <param name="cancellationToken">Ends the waits.</param>
    public ValueTask<bool> SendAsync(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, WebSocketPreparedMessage? prepared, bool flush, CancellationToken cancellationToken)
    {
        if (_turn.TryEnter())
        {
            if (_output.TryEnter())
            {
                return FinishSend(opcode, payload, prepared, flush, cancellationToken);
            }

            _turn.Exit(this);
        }

        return SendInTurnAsync(opcode, payload, prepared, flush, cancellationToken);
    }

    /// <summary>Waits for the turn of a message.</summary>
    /// <param name="length">Bytes that wait with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<bool> EnterTurnAsync(long length, CancellationToken cancellationToken)
    {
        if (!_closing.State.IsOpen)
        {
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (QueuedBytes is var queued and > 0 && queued + length > _closing.Options.MaxQueuedBytes)
        {
            _closing.Lose($"More than {_closing.Options.MaxQueuedBytes} bytes wait for a peer that does not read.");
            return false;
        }

        return (length == 0 && _turn.TryEnter())
            || await WaitAsync(token => QueueAsync(length, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the turn of a message whatever the state and the limit: the closer does.</summary>
    public Task EnterTurnToCloseAsync(CancellationToken cancellationToken) => _turn.EnterAsync(this, cancellationToken);

    /// <summary>Waits for the output whatever the state: the closer does.</summary>
    public Task EnterToCloseAsync(CancellationToken cancellationToken) => _output.EnterAsync(cancellationToken);

    /// <summary>Gives the turn to the next message.</summary>
    public void ExitTurn() => _turn.Exit(this);

    /// <summary>Waits for the output.</summary>
    public ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
        => !cancellationToken.IsCancellationRequested && _output.TryEnter()
            ? new ValueTask<bool>(true)
            : new ValueTask<bool>(WaitAsync(_output.EnterAsync, cancellationToken));

    /// <summary>Frees the output. What others left to be done is done here, or when whoever waited for the output frees it.</summary>
    public void Exit()
    {
        while (true)
        {
            _output.Exit();
            if (!_output.HasLeftovers || !_output.TryEnter())
            {
                return;
            }

            ValueTask<FlushResult> flush = TryWritePongs() ? _output.FlushAsync() : default;
            if (!flush.IsCompletedSuccessfully)
            {
                _ = WatchAsync(ExitAfterAsync(flush, hasTurn: false));
                return;
            }

            _closing.AcceptFlush(flush.Result);
        }
    }

    /// <summary>Sends a piece of a message. The caller has the turn.</summary>
    /// <returns>False where the connection is closed.</returns>
    public async ValueTask<bool> SendPieceAsync(WebSocketPiece piece, Action accepted, bool flush, CancellationToken cancellationToken)
    {
        if (!await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!TryWrite(piece.Opcode, piece.Payload.Span, prepared: null, piece.IsFirst, piece.IsLast))
        {
            Exit();
            return false;
        }

        accepted();
        if (flush)
        {
            return await FlushAndExitAsync(hasTurn: false, cancellationToken).ConfigureAwait(false);
        }

        Exit();
        return true;
    }

    /// <summary>Takes the output if nobody holds it and the connection is open.</summary>
    public bool TryEnter() => _closing.State.IsOpen && _output.TryEnter();

    /// <summary>Sends a Ping or Pong.</summary>
    public async ValueTask<bool> SendControlAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!TryWriteControl(opcode, payload.Span))
        {
            Exit();
            return false;
        }

        return await FlushAndExitAsync(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a Ping or Pong in the output that the caller holds.</summary>
    public bool TryWriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        try
        {
            return _closing.State.IsOpen && _output.TryWriteControl(opcode, payload);
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            _closing.FailSend(exception.Message);
            return false;
        }
    }

    /// <summary>Answers a Ping: at once into the pipe where nobody holds the output, else as soon as that is free. Nothing is flushed yet.</summary>
    public void WritePong(ReadOnlySpan<byte> payload)
    {
        if (!_output.HasPongs && _output.TryEnter())
        {
            TryWriteControl(WebSocketOpcode.Pong, payload);
            Exit();
            return;
        }

        _output.AddPong(payload);
        if (_output.TryEnter())
        {
            // It has been freed in between, and whoever freed it may not have seen the Pong.
            Exit();
        }
    }

    /// <summary>
    /// Flushes in the output that the caller holds, and frees it when the flush has ended, which may be after the caller has stopped waiting.
    /// </summary>
    public ValueTask<bool> FlushAndExitAsync(bool hasTurn, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush = _output.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            Task<bool> watched = WatchAsync(ExitAfterAsync(flush, hasTurn));
            return new ValueTask<bool>(cancellationToken.CanBeCanceled ? watched.WaitAsync(cancellationToken) : watched);
        }

        bool isAccepted = _closing.AcceptFlush(flush.Result);
        Exit();
        if (hasTurn)
        {
            _turn.Exit(this);
        }

        return new ValueTask<bool>(isAccepted);
    }

    /// <summary>Flushes what has been written.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
        => await EnterAsync(cancellationToken).ConfigureAwait(false)
            && await FlushAndExitAsync(hasTurn: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Flushes what has been written, now or as soon as the output is free; nobody waits for it.</summary>
    public void TryFlush()
    {
        if (_output.WantFlush() && _output.TryEnter())
        {
            Exit();
        }
    }

    private async ValueTask<bool> SendInTurnAsync(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, WebSocketPreparedMessage? prepared, bool flush, CancellationToken cancellationToken)
    {
        if (!await EnterTurnAsync(prepared?.Frame.Payload.Length ?? payload.Length, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        bool hasOutput = false;
        try
        {
            hasOutput = await EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!hasOutput)
            {
                _turn.Exit(this);
            }
        }

        return hasOutput && await FinishSend(opcode, payload, prepared, flush, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a message whose turn has come, in the output that is held, and gives both back.</summary>
    private ValueTask<bool> FinishSend(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, WebSocketPreparedMessage? prepared, bool flush, CancellationToken cancellationToken)
    {
        bool isCancelled = cancellationToken.IsCancellationRequested;
        bool isWritten = !isCancelled && TryWrite(opcode, payload.Span, prepared, isFirst: true, isLast: true);
        if (isWritten && flush)
        {
            return FlushAndExitAsync(hasTurn: true, cancellationToken);
        }

        Exit();
        _turn.Exit(this);
        return isCancelled ? ValueTask.FromCanceled<bool>(cancellationToken) : new ValueTask<bool>(isWritten);
    }

    private bool TryWrite(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, WebSocketPreparedMessage? prepared, bool isFirst, bool isLast)
    {
        if (!_closing.State.IsOpen)
        {
            return false;
        }

        try
        {
            if (prepared is null)
            {
                _output.WriteMessage(opcode, payload, isFirst, isLast);
                WebSocketMetrics.Sent(opcode, payload.Length, isLast);
            }
            else
            {
                _output.WritePrepared(prepared);
                WebSocketMetrics.Sent(prepared.Frame.Header.Opcode, prepared.Frame.Payload.Length, isLast: true);
            }

            return true;
        }
        catch (Exception exception)
        {
            // Half a frame may be out.
            _closing.FailSend(exception.Message);
            return false;
        }
    }

    private bool TryWritePongs()
    {
        try
        {
            _output.WritePongs();
            return true;
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            _closing.FailSend(exception.Message);
            return false;
        }
    }

    private async Task QueueAsync(long length, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _queuedBytes, length);
        WebSocketMetrics.QueueChanged(length);
        try
        {
            await _turn.EnterAsync(this, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -length);
            WebSocketMetrics.QueueChanged(-length);
        }
    }

    /// <summary>Waits until it is this one's turn, or the connection is no longer open.</summary>
    private async Task<bool> WaitAsync(Func<CancellationToken, Task> enter, CancellationToken cancellationToken)
    {
        if (!_closing.State.IsOpen)
        {
            return false;
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.State.NoLongerOpen);
        try
        {
            await enter(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Waits for a flush to end and gives back what its sender holds.</summary>
    private async Task<bool> ExitAfterAsync(ValueTask<FlushResult> flush, bool hasTurn)
    {
        try
        {
            return _closing.AcceptFlush(await flush.ConfigureAwait(false));
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            _closing.FailSend(exception.Message);
            return false;
        }
        finally
        {
            Exit();
            if (hasTurn)
            {
                _turn.Exit(this);
            }
        }
    }

    /// <summary>Watches a flush, whoever still waits for it: where nothing goes out
    /// for too long, the peer does not read, and the connection is lost.</summary>
    private async Task<bool> WatchAsync(Task<bool> flush)
    {
        while (true)
        {
            long progress = _output.Progress;
            try
            {
                return await flush.WaitAsync(_closing.Options.SendTimeout, _closing.Options.TimeProvider).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                if (_output.Progress == progress)
                {
                    _closing.Lose($"The peer did not read for {_closing.Options.SendTimeout.TotalSeconds} s.");
                    return false;
                }
            }
        }
    }
}
