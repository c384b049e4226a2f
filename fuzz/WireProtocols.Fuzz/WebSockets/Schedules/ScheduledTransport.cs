using System.IO.Pipelines;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>One end of a connection in memory that goes wrong at a flush that the schedule has chosen: it fails, hangs until it is freed, or is
/// cancelled.</summary>
public sealed class ScheduledTransport(IDuplexPipe inner, int faultyFlush, ScheduledFault fault) : IDuplexPipe
{
    public PipeReader Input => inner.Input;

    public PipeWriter Output { get; } = new FaultyWriter(inner.Output, faultyFlush, fault);

    private sealed class FaultyWriter(PipeWriter inner, int faultyFlush, ScheduledFault fault) : PipeWriter
    {
        private readonly TaskCompletionSource<FlushResult> _hanging = new();
        private int _flushes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override void CancelPendingFlush()
        {
            _hanging.TrySetResult(new FlushResult(isCanceled: true, isCompleted: false));
            inner.CancelPendingFlush();
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (_flushes++ != faultyFlush)
            {
                return inner.FlushAsync(cancellationToken);
            }

            switch (fault)
            {
                case ScheduledFault.Throws:
                    throw new IOException("The schedule says so.");
                case ScheduledFault.Fails:
                    return ValueTask.FromException<FlushResult>(new IOException("The schedule says so."));
                case ScheduledFault.IsReadNoMore:
                    return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
                default:
                    return new ValueTask<FlushResult>(_hanging.Task);
            }
        }
    }
}

/// <summary>How a flush goes wrong.</summary>
public enum ScheduledFault
{
    Throws,
    Fails,
    IsReadNoMore,
    Hangs,
}
