using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The output of an endpoint. A peer that reads nothing for too long while a flush waits for it loses the connection, so that no handler waits for
/// ever.
/// </summary>
internal sealed class Http1BoundedOutput(IDuplexPipe transport, TimeSpan timeout, TimeProvider time) : PipeWriter
{
    private readonly PipeWriter _output = transport.Output;
    private bool _isDropped;

    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    public override long UnflushedBytes => _output.UnflushedBytes;

    private long Progress => transport is IWireTransport counted ? counted.WritesBegun : 0;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _output.GetSpan(sizeHint);

    public override void Advance(int bytes) => _output.Advance(bytes);

    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">The peer read nothing for too long. The transport has been dropped.</exception>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isDropped)
        {
            return ValueTask.FromException<FlushResult>(CreateException());
        }

        ValueTask<FlushResult> flush = _output.FlushAsync(cancellationToken);
        return flush.IsCompleted || timeout == Timeout.InfiniteTimeSpan ? flush : WatchAsync(flush.AsTask());
    }

    public override void Complete(Exception? exception = null) => _output.Complete(exception);

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">The peer read nothing for too long of what was left. The transport has been dropped.</exception>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        ValueTask completing = _output.CompleteAsync(exception);
        return completing.IsCompleted || timeout == Timeout.InfiniteTimeSpan ? completing : new ValueTask(WaitAsync(completing.AsTask()));
    }

    private TimeoutException CreateException() => new($"The peer read nothing for {timeout.TotalSeconds} s.");

    private async ValueTask<FlushResult> WatchAsync(Task<FlushResult> flush)
    {
        await WaitAsync(flush).ConfigureAwait(false);
        return await flush.ConfigureAwait(false);
    }

    private async Task WaitAsync(Task sending)
    {
        while (true)
        {
            long progress = Progress;
            try
            {
                await sending.WaitAsync(timeout, time).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (!sending.IsCompleted)
            {
                if (Progress == progress)
                {
                    await DropAsync(sending).ConfigureAwait(false);
                    throw CreateException();
                }
            }
        }
    }

    /// <summary>Ends the sending. Whoever holds the output's memory has let go of it then.</summary>
    private async Task DropAsync(Task sending)
    {
        _isDropped = true;
        if (transport is IWireTransport connected)
        {
            connected.Abort();
        }
        else
        {
            _output.CancelPendingFlush();
        }

        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
