using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The sending half of a connection. Messages take turns, so that each goes out whole and in order; control frames only wait until the pipe is
/// free, so they go between the fragments of a message.
/// </summary>
internal sealed class WebSocketSender : IDisposable
{
    private readonly PipeWriter _output;
    private readonly WebSocketFrameWriter _writer;
    private readonly WebSocketRole _role;
    private readonly WebSocketDeflateParameters? _deflate;
    private readonly WebSocketDeflateOptions _deflateOptions;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _pipe = new(1, 1);

    private WebSocketPendingControl? _pending;
    private WebSocketDeflater? _deflater;
    private bool _isCompressing;
    private bool _hasUnflushed;
    private bool _isEnded;
    private long _queuedBytes;

    public WebSocketSender(PipeWriter output, WebSocketRole role, WebSocketDeflateParameters? deflate, WebSocketDeflateOptions? deflateOptions)
    {
        _output = output;
        _role = role;

        // zlib cannot keep to a window of 256 bytes; "an agreed extension may be left unused": such a sender sends its messages as they are.
        _deflate = deflate is not null && deflate.WindowBits(role) >= WebSocketDeflateParameters.MinDeflateWindowBits ? deflate : null;
        _deflateOptions = deflateOptions ?? WebSocketDeflateOptions.Default;
        _writer = new WebSocketFrameWriter(output, role, _deflate is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1);
    }

    /// <summary>Bytes of messages that wait for their turn.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>True where frames have been written that no flush has covered.</summary>
    public bool HasUnflushed => Volatile.Read(ref _hasUnflushed);

    /// <summary>Takes the turn of a message if it is free.</summary>
    public bool TryEnterTurn() => _turn.Wait(0);

    /// <summary>Waits for the turn of a message.</summary>
    /// <param name="length">Bytes that wait with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task EnterTurnAsync(long length, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _queuedBytes, length);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -length);
        }
    }

    /// <summary>Gives the turn to the next message.</summary>
    public void ExitTurn() => _turn.Release();

    /// <summary>Takes the pipe if it is free.</summary>
    public bool TryEnterPipe() => _pipe.Wait(0);

    /// <summary>Waits for the pipe.</summary>
    public Task EnterPipeAsync(CancellationToken cancellationToken) => _pipe.WaitAsync(cancellationToken);

    /// <summary>Gives the pipe free, after what waits in between has been written.</summary>
    public void ExitPipe()
    {
        while (true)
        {
            _pipe.Release();
            if (_isEnded || _pending is not { Any: true } pending || !_pipe.Wait(0))
            {
                return;
            }

            pending.WriteTo(_writer);
            ValueTask<FlushResult> flush = FlushInPipeAsync(CancellationToken.None);
            if (!flush.IsCompletedSuccessfully)
            {
                _ = ExitPipeAfterAsync(flush);
                return;
            }

            _ = flush.Result;
        }
    }

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
            && deflate.WindowBits(_role) == WebSocketDeflateParameters.MaxWindowBits
            && message.Frame.Payload.Length >= _deflateOptions.Threshold;
        if (deflated)
        {
            // What this connection deflated before is no longer what the peer's window ends with.
            DropDeflater();
        }

        _writer.WriteFrame(deflated ? message.Deflated : message.Frame);
        _hasUnflushed = true;
    }

    /// <summary>Writes a Ping or a Close. The caller holds the pipe.</summary>
    public void WriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        _pending?.WriteTo(_writer);
        _writer.WriteFrame(opcode, payload);
        _hasUnflushed = true;
    }

    /// <summary>Answers a Ping: at once into the pipe where that is free, else as soon as it is. Nothing is flushed yet.</summary>
    public void WritePong(ReadOnlySpan<byte> payload)
    {
        WebSocketPendingControl? pending = _pending;
        if (pending is not { Any: true } && TryEnterPipe())
        {
            _writer.WriteFrame(WebSocketOpcode.Pong, payload);
            _hasUnflushed = true;
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

    /// <summary>Flushes. The caller holds the pipe.</summary>
    public ValueTask<FlushResult> FlushInPipeAsync(CancellationToken cancellationToken)
    {
        _hasUnflushed = false;
        return _output.FlushAsync(cancellationToken);
    }

    /// <summary>Flushes what is not, if the pipe is free; a flush that has to wait goes on by itself.</summary>
    public void TryFlush()
    {
        if (!HasUnflushed || !TryEnterPipe())
        {
            return;
        }

        ValueTask<FlushResult> flush = FlushInPipeAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            ExitPipe();
            return;
        }

        _ = ExitPipeAfterAsync(flush);
    }

    /// <summary>Frees a sender that waits for the peer to read.</summary>
    public void CancelFlush() => _output.CancelPendingFlush();

    /// <summary>Gives the deflater back. The caller holds the pipe. The semaphores stay: they own nothing, and somebody may still wait.</summary>
    public void Dispose()
    {
        _isEnded = true;
        DropDeflater();
    }

    private void DropDeflater()
    {
        if (_deflater is { } deflater)
        {
            _deflater = null;
            if (_deflate!.NoContextTakeover(_role))
            {
                WebSocketDeflatePool.Return(deflater, _deflate.WindowBits(_role), _deflateOptions.Level);
            }
            else
            {
                deflater.Dispose();
            }
        }
    }

    private void WriteDeflated(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isLast)
    {
        bool keepsContext = !_deflate!.NoContextTakeover(_role);
        _deflater ??= WebSocketDeflatePool.RentDeflater(_deflate.WindowBits(_role), _deflateOptions.Level);
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
            DropDeflater();
        }
    }

    private async Task ExitPipeAfterAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The transport is gone: the receiver learns it, and every later send.
        }

        ExitPipe();
    }
}
