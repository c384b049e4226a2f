using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The output of a connection: what may be done to it by whoever holds it. One at a time does; a flush keeps it until the flush has ended, so whoever
/// waits for it waits for the peer to read.
/// </summary>
internal sealed class WebSocketOutput
{
    private readonly WebSocketFrameWriter _writer;
    private readonly WebSocketMessageDeflation? _deflation;

    private WebSocketTurn _turn;
    private WebSocketPendingPongs? _pongs;
    private bool _hasUnflushed;
    private bool _isFlushWanted;
    private bool _isClosed;
    private bool _isComplete;

    public WebSocketOutput(IDuplexPipe transport, WebSocketRole role, WebSocketMessageDeflation? deflation)
    {
        Transport = transport;
        _deflation = deflation;
        _writer = new WebSocketFrameWriter(transport.Output, role, deflation is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1);
    }

    /// <summary>The transport whose output this is.</summary>
    public IDuplexPipe Transport { get; }

    /// <summary>True where something is left to do that only needs the output to be free. Nothing goes out behind a Close.</summary>
    public bool HasLeftovers => !Volatile.Read(ref _isClosed)
        && (_pongs is { Any: true } || (Volatile.Read(ref _isFlushWanted) && Volatile.Read(ref _hasUnflushed)));

    /// <summary>True where a Ping has been answered by a Pong that still waits for the output.</summary>
    public bool HasPongs => _pongs is { Any: true };

    /// <summary>Grows while a flush goes out, where the transport can tell.</summary>
    public long Progress => Transport is IWireTransport transport ? transport.WritesBegun : 0;

    /// <summary>Takes the output if it is free.</summary>
    public bool TryEnter() => _turn.TryEnter();

    /// <summary>Waits for the output.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _turn.EnterAsync(this, cancellationToken);

    /// <summary>Gives the output to whoever has waited longest, or free.</summary>
    public void Exit() => _turn.Exit(this);

    /// <summary>Writes a message, or a piece of one, compressed where that was agreed. The caller holds the output.</summary>
    public void WriteMessage(WebSocketOpcode opcode, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
    {
        if (_deflation is null || !_deflation.TryWrite(_writer, opcode, payload, isFirst, isLast))
        {
            _writer.WriteFrame(isFirst ? opcode : WebSocketOpcode.Continuation, payload, isLast);
        }

        _hasUnflushed = true;
    }

    /// <summary>Writes a prepared message. The caller holds the output.</summary>
    public void WritePrepared(WebSocketPreparedMessage message)
    {
        if (_deflation is null || !_deflation.TryWrite(_writer, message))
        {
            _writer.WriteFrame(message.Frame);
        }

        _hasUnflushed = true;
    }

    /// <summary>Writes a Ping, Pong or Close, after the Pongs that wait. The caller holds the output.</summary>
    /// <returns>False behind a Close: nothing may follow it.</returns>
    public bool TryWriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_isClosed)
        {
            return false;
        }

        WritePongs();
        _writer.WriteFrame(opcode, payload);
        _hasUnflushed = true;
        _isClosed = opcode == WebSocketOpcode.Close;
        return true;
    }

    /// <summary>Writes the Pongs that wait. The caller holds the output.</summary>
    public void WritePongs()
    {
        if (!_isClosed)
        {
            _pongs?.WriteTo(_writer);
        }
    }

    /// <summary>Keeps a Pong until the output is free. The receiver calls it, alone.</summary>
    public void AddPong(ReadOnlySpan<byte> payload)
    {
        WebSocketPendingPongs? pongs = _pongs;
        if (pongs is null)
        {
            pongs = new WebSocketPendingPongs();
            _pongs = pongs;
        }

        pongs.Add(payload);
    }

    /// <summary>Asks whoever frees the output to flush before. False where there is nothing to flush.</summary>
    public bool WantFlush()
    {
        if (!Volatile.Read(ref _hasUnflushed))
        {
            return false;
        }

        Volatile.Write(ref _isFlushWanted, true);
        return true;
    }

    /// <summary>
    /// Flushes. The caller holds the output, and keeps it until the flush has ended. A flush is never cancelled for one sender's sake: a stream
    /// that is stopped in the middle of a write leaves half a frame behind.
    /// </summary>
    public ValueTask<FlushResult> FlushAsync()
    {
        _hasUnflushed = false;
        _isFlushWanted = false;
        try
        {
            return _writer.Pipe.FlushAsync(CancellationToken.None);
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            return ValueTask.FromException<FlushResult>(exception);
        }
    }

    /// <summary>Nothing goes out any more: a send did not go through.</summary>
    public void Stop() => Volatile.Write(ref _isClosed, true);

    /// <summary>Frees a sender that waits for the peer to read. It may write no more.</summary>
    public void CancelFlush()
    {
        try
        {
            _writer.Pipe.CancelPendingFlush();
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // The output is complete already.
        }
    }

    /// <summary>
    /// Completes the output and drops the deflater once nobody holds it. Never before: a stream may still be writing from the output's memory.
    /// </summary>
    /// <param name="reason">What the other end of a pipe in memory sees. A stream is not written to any more where there is one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False where the wait was ended first.</returns>
    public async Task<bool> TryCompleteAsync(Exception? reason, CancellationToken cancellationToken)
    {
        try
        {
            if (!TryEnter())
            {
                await EnterAsync(cancellationToken).ConfigureAwait(false);
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
            Task completing = _isComplete ? Task.CompletedTask : _writer.Pipe.CompleteAsync(reason).AsTask();
            await completing.WaitAsync(cancellationToken).ConfigureAwait(false);
            _isComplete = true;
            return true;
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // The peer was faster, or takes too long.
            return !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            Exit();
        }
    }
}
