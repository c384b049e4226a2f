using System.IO.Pipelines;

namespace WireProtocols.Cli.Serve;

/// <summary>The output of a connection: the writer of its queue, with the books kept at every flush.</summary>
internal sealed class ServeOutput(PipeWriter queue, PendingBytes pending) : PipeWriter
{
    /// <summary>True when nothing more will be written.</summary>
    public bool IsCompleted { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => queue.UnflushedBytes;

    public override void Advance(int bytes) => queue.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => queue.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => queue.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        pending.Enter(queue.UnflushedBytes);
        ValueTask<FlushResult> flush = queue.FlushAsync(cancellationToken);
        return pending.HasRoom && !pending.FlushesToPeer ? flush : WaitForRoomAsync(flush, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        queue.CancelPendingFlush();
        pending.StopWaiting();
    }

    /// <summary>Nothing more is written. What has been written is sent whatever the reason: a peer that only stopped sending still reads.</summary>
    public override void Complete(Exception? exception = null)
    {
        IsCompleted = true;
        queue.Complete();
    }

    private async ValueTask<FlushResult> WaitForRoomAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        FlushResult result = await flush;
        if (!result.IsCompleted && !result.IsCanceled)
        {
            await pending.WaitUntilDrainedAsync().WaitAsync(cancellationToken);
        }

        return result;
    }
}
