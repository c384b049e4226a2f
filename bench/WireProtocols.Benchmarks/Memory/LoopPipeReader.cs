using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Benchmarks.Memory;

/// <summary>A pipe that always has the same bytes, in one segment.</summary>
public sealed class LoopPipeReader(ReadOnlyMemory<byte> bytes) : PipeReader
{
    private readonly ReadOnlySequence<byte> _buffer = new(bytes);

    public override bool TryRead(out ReadResult result)
    {
        result = new ReadResult(_buffer, isCanceled: false, isCompleted: false);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        => new(new ReadResult(_buffer, isCanceled: false, isCompleted: false));

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!consumed.Equals(_buffer.End))
        {
            throw new InvalidOperationException("A case has to read all there is.");
        }
    }

    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
