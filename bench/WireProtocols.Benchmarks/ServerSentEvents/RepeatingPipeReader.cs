using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Benchmarks.ServerSentEvents;

/// <summary>A pipe in memory that gives the same bytes with every read, without end and without an allocation.</summary>
public sealed class RepeatingPipeReader(byte[] bytes) : PipeReader
{
    private readonly ReadOnlySequence<byte> _bytes = new(bytes);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        => new(new ReadResult(_bytes, isCanceled: false, isCompleted: false));

    public override bool TryRead(out ReadResult result)
    {
        result = new ReadResult(_bytes, isCanceled: false, isCompleted: false);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
    }

    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
