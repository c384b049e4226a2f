using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>A writer whose bytes are shown. What is flushed together is shown together.</summary>
internal sealed class WatchedWriter(PipeWriter inner) : PipeWriter
{
    private ArrayBufferWriter<byte>? _written;
    private Memory<byte> _memory;
    private WatchedConnection? _watched;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <summary>Shows what is written from now on; null for to nobody.</summary>
    public void Watch(WatchedConnection? watched)
    {
        Show();
        _watched = watched;
        _written = watched is null ? null : new ArrayBufferWriter<byte>();
    }

    public override void Advance(int bytes)
    {
        if (_written is not null)
        {
            _written.Write(_memory.Span[..bytes]);
            _memory = _memory[bytes..];
        }

        inner.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _watched is null ? inner.GetMemory(sizeHint) : _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _watched is null ? inner.GetSpan(sizeHint) : GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Show();
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Show();
        inner.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Show();
        return inner.CompleteAsync(exception);
    }

    private void Show()
    {
        if (_written is { WrittenCount: > 0 })
        {
            _watched?.Sent(new ReadOnlySequence<byte>(_written.WrittenMemory));
            _written.ResetWrittenCount();
        }
    }
}
