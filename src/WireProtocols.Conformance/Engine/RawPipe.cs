using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Conformance;

/// <summary>
/// A connection that a server lends for an answer. Nothing is closed here: its end is only noted, and whoever lent the connection ends it. After a
/// read the thread is another one, since that of the pipe may be an event loop.
/// </summary>
/// <param name="pipe">The connection.</param>
/// <param name="abort">Drops it with a reset.</param>
internal sealed class RawPipe(IDuplexPipe pipe, Action abort) : IRawTransport
{
    /// <summary>What is sent at a time: a peer that does not read makes nobody keep more.</summary>
    private const int MaxSent = 64 * 1024;

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _receiving = new(1);
    private readonly SemaphoreSlim _sending = new(1);
    private bool _isClosed;

    /// <summary>The answer is complete, or the connection has ended.</summary>
    public Task Over => _over.Task;

    public bool HasSent { get; private set; }

    public bool HasEndedSending { get; private set; }

    /// <summary>The answer is complete, and the connection goes on.</summary>
    public bool IsReleased { get; private set; }

    public bool HasEnded => _isClosed;

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        await _receiving.WaitAsync(stop);
        try
        {
            ThrowIfClosed();
            ReadResult read = await pipe.Input.ReadAsync(stop).AsTask().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            int count = (int)Math.Min(buffer.Length, read.Buffer.Length);
            read.Buffer.Slice(0, count).CopyTo(buffer.Span);
            pipe.Input.AdvanceTo(read.Buffer.GetPosition(count));
            return count;
        }
        finally
        {
            _receiving.Release();
        }
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await _sending.WaitAsync(stop);
        try
        {
            ThrowIfClosed();
            ObjectDisposedException.ThrowIf(HasEndedSending, this);
            bytes = bytes[..Math.Min(bytes.Length, MaxSent)];
            HasSent = true;
            FlushResult flushed = await pipe.Output.WriteAsync(bytes, stop);
            return flushed.IsCompleted ? throw new IOException("The peer is gone.") : bytes.Length;
        }
        finally
        {
            _sending.Release();
        }
    }

    public void EndSending()
    {
        HasEndedSending = true;
        pipe.Output.Complete();
    }

    public void Release()
    {
        IsReleased = true;
        _over.TrySetResult();
    }

    public void Abort()
    {
        abort();
        Dispose();
    }

    public void Dispose()
    {
        _isClosed = true;
        _over.TrySetResult();
    }

    /// <summary>Nothing is read or sent any more, and what was under way is over.</summary>
    public async Task StopAsync()
    {
        _isClosed = true;
        await _receiving.WaitAsync();
        await _sending.WaitAsync();
    }

    /// <summary>Sends an answer in place of the one that did not come about.</summary>
    public ValueTask<FlushResult> RefuseAsync(ReadOnlyMemory<byte> answer, CancellationToken stop) => pipe.Output.WriteAsync(answer, stop);

    /// <summary>Reads and drops what still comes, so that no reset overtakes what was sent.</summary>
    public async Task LingerAsync(CancellationToken stop)
    {
        ReadResult read;
        do
        {
            read = await pipe.Input.ReadAsync(stop);
            pipe.Input.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new IOException("The connection has ended.");
        }
    }
}
