using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Conformance;

/// <summary>A connection in memory: its end is that of the pipe.</summary>
/// <param name="pipe">The examiner's end.</param>
internal sealed class OwnedPipe(IDuplexPipe pipe) : IRawTransport
{
    /// <summary>What is sent at a time: a peer that does not read makes nobody keep more.</summary>
    private const int MaxSent = 64 * 1024;

    private readonly SemaphoreSlim _receiving = new(1);
    private readonly SemaphoreSlim _sending = new(1);
    private IOException? _reset;
    private bool _hasEndedSending;
    private bool _isClosed;

    public bool HasEnded => _isClosed;

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        await _receiving.WaitAsync(stop);
        try
        {
            ThrowIfClosed();
            ReadResult read = await pipe.Input.ReadAsync(stop);
            int count = (int)Math.Min(buffer.Length, read.Buffer.Length);
            read.Buffer.Slice(0, count).CopyTo(buffer.Span);
            pipe.Input.AdvanceTo(read.Buffer.GetPosition(count));
            return count;
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException))
        {
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            _receiving.Release();
            CompleteInput();
        }
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await _sending.WaitAsync(stop);
        try
        {
            ThrowIfClosed();
            ObjectDisposedException.ThrowIf(_hasEndedSending, this);
            bytes = bytes[..Math.Min(bytes.Length, MaxSent)];
            FlushResult flushed = await pipe.Output.WriteAsync(bytes, stop);
            return flushed.IsCompleted ? throw new IOException("The peer is gone.") : bytes.Length;
        }
        finally
        {
            _sending.Release();
            CompleteOutput();
        }
    }

    public void EndSending()
    {
        _hasEndedSending = true;
        CompleteOutput();
    }

    public void Abort()
    {
        _reset = new IOException("The peer has reset the connection.");
        Dispose();
    }

    public void Dispose()
    {
        _isClosed = true;
        CompleteInput();
        CompleteOutput();
    }

    /// <summary>Whoever comes last completes it, the call under way or the one that ends the connection.</summary>
    private void CompleteInput()
    {
        if (_isClosed && _receiving.Wait(0))
        {
            pipe.Input.Complete(_reset);
            _receiving.Release();
        }
    }

    private void CompleteOutput()
    {
        if ((_isClosed || _hasEndedSending) && _sending.Wait(0))
        {
            pipe.Output.Complete(_reset);
            _sending.Release();
        }
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new IOException("The connection has ended.");
        }
    }
}
