using System.IO.Pipelines;
using WireProtocols.Buffers;

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
    private readonly WebSocketDeflateParameters? _deflate;
    private readonly WebSocketDeflateOptions _deflateOptions;
    private readonly WebSocketTurn _turn = new();
    private readonly WebSocketTurn _pipe = new();

    private WebSocketPendingControl? _pending;
    private WebSocketDeflater? _deflater;
    private bool _isCompressing;
    private bool _hasUnflushed;
    private bool _isFlushWanted;
    private bool _isClosed;
    private bool _isComplete;
    private long _queuedBytes;

    public WebSocketSender(WebSocketConnection connection, PipeWriter output, WebSocketDeflateParameters? deflate, WebSocketDeflateOptions? deflateOptions)
    {
        _connection = connection;
        _output = output;
        WebSocketRole role = connection.Role;

        // zlib cannot keep to a window of 256 bytes; "an agreed extension may be left unused": such a sender sends its messages as they are.
        _deflate = deflate is not null && deflate.WindowBits(role) >= WebSocketDeflateParameters.MinDeflateWindowBits ? deflate : null;
        _deflateOptions = deflateOptions ?? WebSocketDeflateOptions.Default;
        _writer = new WebSocketFrameWriter(output, role, _deflate is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1);
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

    /// <summary>Gives the pipe free. What has come in between, Pongs or the wish to flush, is seen to first by whoever gets the pipe next.</summary>
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
        if (isFirst)
        {
            _isCompressing = _deflate is not null && (!isLast || payload.Length >= _deflateOptions.Threshold);
        }

        WebSocketOpcode frameOpcode = isFirst ? opcode : WebSocketOpcode.Continuation;
        if (_isCompressing)
        {
            WriteDeflated(frameOpcode, payload, isLast);
        }
        else
        {
            _writer.WriteFrame(frameOpcode, payload, isLast);
        }

        _hasUnflushed = true;
    }

    /// <summary>Writes a prepared message. The caller holds the turn and the pipe.</summary>
    public void WritePrepared(WebSocketPreparedMessage message)
    {
        bool deflated = _deflate is { } deflate
            && deflate.WindowBits(_connection.Role) == WebSocketDeflateParameters.MaxWindowBits
            && message.Frame.Payload.Length >= _deflateOptions.Threshold;
        if (deflated)
        {
            // What this connection deflated before is no longer what the peer's window ends with.
            _deflater?.Forget();
        }

        _writer.WriteFrame(deflated ? message.Deflated : message.Frame);
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
        DropDeflater();
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

    /// <summary>Only a deflater between two messages is fit for another connection, and without takeover there is none to drop then.</summary>
    private void DropDeflater()
    {
        _deflater?.Dispose();
        _deflater = null;
    }

    private void WriteDeflated(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isLast)
    {
        WebSocketRole role = _connection.Role;
        bool keepsContext = !_deflate!.NoContextTakeover(role);
        _deflater ??= WebSocketDeflatePool.RentDeflater(_deflate.WindowBits(role), _deflateOptions.Level);
        PooledBuffer deflated = default;
        try
        {
            _deflater.Deflate(payload, isLast, keepsContext, ref deflated);
            WebSocketReservedBits reservedBits = opcode == WebSocketOpcode.Continuation ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1;
            _writer.WriteFrame(opcode, deflated.Written, isLast, reservedBits);
        }
        finally
        {
            deflated.Release();
        }

        if (isLast && !keepsContext)
        {
            WebSocketDeflatePool.Return(_deflater, _deflate.WindowBits(role), _deflateOptions.Level);
            _deflater = null;
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
