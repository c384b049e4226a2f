using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Cli.IO;

/// <summary>A writer whose bytes can be seen as they are written.</summary>
internal sealed class TappedWriter(PipeWriter inner) : PipeWriter
{
    private Memory<byte> _memory;

    /// <summary>Who sees the bytes from now on; null for nobody.</summary>
    public ByteTap? Tap { get; set; }

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Tap?.Invoke(new ReadOnlySequence<byte>(_memory[..bytes]));
        _memory = _memory[bytes..];
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
