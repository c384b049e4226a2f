using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>The output of a connection: the writer of its queue, with the books kept at every flush, and shown to whoever watches.</summary>
internal sealed class ServeOutput(PipeWriter queue, PendingBytes pending) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _watched = new(1);
    private Memory<byte> _memory;
    private WireTap? _tap;

    /// <summary>True when nothing more will be written.</summary>
    public bool IsCompleted { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => queue.UnflushedBytes;

    /// <summary>Shows what is written from now on; null for to nobody.</summary>
    public void Watch(WireTap? tap)
    {
        ShowWritten();
        _tap = tap;
    }

    public override void Advance(int bytes)
    {
        if (_tap is not null)
        {
            _watched.Write(_memory.Span[..bytes]);
            _memory = _memory[bytes..];
        }

        queue.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = queue.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ShowWritten();
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
        ShowWritten();
        IsCompleted = true;
        queue.Complete();
    }

    /// <summary>What is flushed together is shown together.</summary>
    private void ShowWritten()
    {
        if (_watched.WrittenCount > 0)
        {
            _tap?.Sent(new ReadOnlySequence<byte>(_watched.WrittenMemory));
            _watched.ResetWrittenCount();
        }
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
