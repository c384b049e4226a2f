using System.IO.Pipelines;

namespace WireProtocols.Tests.Harness;

/// <summary>
/// Counts every byte that a pipe offers to its consumer. A consumer that leaves bytes unconsumed is offered them again, which is how a reader
/// becomes quadratic.
/// </summary>
public sealed class CountingPipeReader(PipeReader inner, Work work) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result = await inner.ReadAsync(cancellationToken);
        work.Add(result.Buffer.Length);
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        bool isThere = inner.TryRead(out result);
        work.Add(isThere ? result.Buffer.Length : 0);
        return isThere;
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
