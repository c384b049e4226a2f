using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>
/// The sending half of a connection. Messages take turns, so that each goes out whole and in order; control frames only wait until the pipe is
/// free, so they go between the fragments of a message.
/// </summary>
internal sealed class WebSocketSender
{
    private readonly WebSocketConnection _connection;
    private readonly PipeWriter _output;
    private readonly WebSocketFrameWriter _writer;
    private readonly WebSocketMessageDeflation? _deflation;

    private WebSocketTurn _turn;
    private WebSocketTurn _pipe;
    private WebSocketPendingControl? _pending;
    private bool _hasUnflushed;
    private bool _isFlushWanted;
    private bool _isClosed;
    private bool _isComplete;
    private long _queuedBytes;

    public WebSocketSender(WebSocketConnection connection, PipeWriter output, WebSocketDeflateParameters? deflate, WebSocketPerMessageDeflateOptions? deflateOptions)
    {
        _connection = connection;
        _output = output;
        _turn = new WebSocketTurn(this);
        _pipe = new WebSocketTurn(this);
        _deflation = WebSocketMessageDeflation.Create(deflate, connection.Role, deflateOptions);
        _writer = new WebSocketFrameWriter(output, connection.Role, _deflation is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1);
    }

    /// <summary>Bytes of messages that wait for their turn.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Something waits that only needs the pipe to be free. Nothing goes out behind a Close.</summary>
    private bool HasLeftovers => !Volatile.Read(ref _isClosed)
        && (_pending is { Any: true } || (Volatile.Read(ref _isFlushWanted) && Volatile.Read(ref _hasUnflushed)));

    /// <summary>Takes the turn of a message if it is free.</summary>
    public bool TryEnterTurn() => _turn.TryEnter();

    /// <summary>Waits for the turn of a message.</summary>
    /// <param name="length">Bytes that wait with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EnterTurnAsync(long length, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _queuedBytes, length);
        try
        {
            await _turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -length);
        }
    }

    /// <summary>Gives the turn to the next message.</summary>
    public void ExitTurn() => _turn.Exit();

    /// <summary>Takes the pipe if it is free.</summary>
    public bool TryEnterPipe() => _pipe.TryEnter();

    /// <summary>Waits for the pipe.</summary>
    public Task EnterPipeAsync(CancellationToken cancellationToken) => _pipe.EnterAsync(cancellationToken);

    /// <summary>Gives the pipe free. What has come in between, Pongs or the wish to flush, is seen to here, or when whoever waited for the pipe gives it
    /// free.</summary>
    public void ExitPipe()
    {
        while (true)
        {
            _pipe.Exit();
            if (!HasLeftovers || !_pipe.TryEnter())
            {
                return;
            }

            ValueTask<FlushResult> flush = TryWritePending() ? FlushInPipeAsync() : default;
            if (!flush.IsCompletedSuccessfully)
            {
                _ = ExitPipeAfterAsync(flush);
                return;
            }

            _connection.Accept(flush.Result);
        }
    }

    /// <summary>Nothing goes out any more: a send did not go through.</summary>
    public void Stop() => Volatile.Write(ref _isClosed, true);

    /// <summary>Writes a message, or a piece of one, into the pipe, compressed where that was agreed. The caller holds the turn and the pipe.</summary>
    public void WriteMessage(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
    {
        if (_deflation is null || !_deflation.TryWrite(_writer, opcode, payload, isFirst, isLast))
        {
            _writer.WriteFrame(isFirst ? opcode : WebSocketOpcode.Continuation, payload, isLast);
        }

        _hasUnflushed = true;
    }

    /// <summary>Writes a prepared message. The caller holds the turn and the pipe.</summary>
    public void WritePrepared(WebSocketPreparedMessage message)
    {
        if (_deflation is null || !_deflation.TryWrite(_writer, message))
        {
            _writer.WriteFrame(message.Frame);
        }

        _hasUnflushed = true;
    }

    /// <summary>Writes a Ping, Pong or Close, after the Pongs that wait. The caller holds the pipe.</summary>
    /// <returns>False behind a Close: nothing may follow it.</returns>
    public bool TryWriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_isClosed)
        {
            return false;
        }

        _pending?.WriteTo(_writer);
        _writer.WriteFrame(opcode, payload);
        _hasUnflushed = true;
        _isClosed = opcode == WebSocketOpcode.Close;
        return true;
    }

    /// <summary>Answers a Ping: at once into the pipe where that is free, else as soon as it is. Nothing is flushed yet.</summary>
    public void WritePong(ReadOnlySpan<byte> payload)
    {
        WebSocketPendingControl? pending = _pending;
        if (pending is not { Any: true } && TryEnterPipe())
        {
            try
            {
                TryWriteControl(WebSocketOpcode.Pong, payload);
            }
            catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
            {
                _connection.FailSend(exception.Message);
            }

            ExitPipe();
            return;
        }

        if (pending is null)
        {
            pending = new WebSocketPendingControl();
            _pending = pending;
        }

        pending.Add(payload);
        if (TryEnterPipe())
        {
            // It has become free in between, and whoever freed it may not have seen the Pong.
            ExitPipe();
        }
    }

    /// <summary>Flushes. The caller holds the pipe, and keeps it until the flush has ended: a flush is never cancelled for one sender's sake, since
    /// a stream that is stopped in the middle of a write leaves half a frame behind.</summary>
    public ValueTask<FlushResult> FlushInPipeAsync()
    {
        _hasUnflushed = false;
        _isFlushWanted = false;
        try
        {
            return _output.FlushAsync(CancellationToken.None);
        }
        catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
        {
            return ValueTask.FromException<FlushResult>(exception);
        }
    }

    /// <summary>Flushes what is not, now or as soon as the pipe is free; a flush that has to wait goes on by itself.</summary>
    public void TryFlush()
    {
        if (!Volatile.Read(ref _hasUnflushed))
        {
            return;
        }

        Volatile.Write(ref _isFlushWanted, true);
        if (TryEnterPipe())
        {
            ExitPipe();
        }
    }

    /// <summary>Frees a sender that waits for the peer to read. It may write no more.</summary>
    public void CancelFlush()
    {
        try
        {
            _output.CancelPendingFlush();
        }
        catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
        {
            // It is complete.
        }
    }

    /// <summary>
    /// Completes the output and drops the deflater once the pipe is free. Never before: a stream may still be writing from the output's memory.
    /// </summary>
    /// <param name="reason">What the other end of a pipe in memory sees. A stream is not written to any more where there is one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where the wait was ended first.</returns>
    public async Task<bool> TryCompleteAsync(Exception? reason, CancellationToken cancellationToken)
    {
        try
        {
            if (!TryEnterPipe())
            {
                await _pipe.EnterAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        Stop();
        _deflation?.Dispose();
        try
        {
            Task completing = _isComplete ? Task.CompletedTask : _output.CompleteAsync(reason).AsTask();
            await completing.WaitAsync(cancellationToken).ConfigureAwait(false);
            _isComplete = true;
            return true;
        }
        catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
        {
            // The peer was faster, or takes too long.
            return !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            _pipe.Exit();
        }
    }

    private bool TryWritePending()
    {
        try
        {
            if (!_isClosed)
            {
                _pending?.WriteTo(_writer);
            }

            return true;
        }
        catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
        {
            _connection.FailSend(exception.Message);
            return false;
        }
    }

    private async Task ExitPipeAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            _connection.Accept(await flush.ConfigureAwait(false));
        }
        catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
        {
            _connection.FailSend(exception.Message);
        }

        ExitPipe();
    }
}
