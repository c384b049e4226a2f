using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Cli.IO;

/// <summary>Sees bytes on their way.</summary>
internal delegate void ByteTap(ReadOnlySequence<byte> bytes);

/// <summary>A reader whose bytes can be seen as they are consumed.</summary>
internal sealed class TappedReader(PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    /// <summary>Who sees the bytes from now on; null for nobody.</summary>
    public ByteTap? Tap { get; set; }

    public override bool TryRead(out ReadResult result)
    {
        bool read = inner.TryRead(out result);
        _buffer = read ? result.Buffer : default;
        return read;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Keep(read.Result)) : KeepAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (Tap is { } tap && _buffer.Slice(0, consumed) is { IsEmpty: false } bytes)
        {
            tap(bytes);
        }

        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> KeepAsync(ValueTask<ReadResult> read) => Keep(await read);

    private ReadResult Keep(ReadResult result)
    {
        _buffer = result.Buffer;
        return result;
    }
}
