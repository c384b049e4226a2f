using System.IO.Pipelines;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A transport whose output breaks when a test says so, in the way that it says; its input goes on.</summary>
public sealed class BreakableTransport : IDuplexPipe
{
    private readonly Writer _output;

    public BreakableTransport(IDuplexPipe inner)
    {
        Input = inner.Input;
        _output = new Writer(inner.Output);
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _output;

    /// <summary>Every flush from now on ends so.</summary>
    public void BreakFlush(Func<ValueTask<FlushResult>> flush) => _output.Flush = flush;

    /// <summary>Every write from now on ends so.</summary>
    public void BreakMemory(Exception exception) => _output.NoMemory = exception;

    private sealed class Writer(PipeWriter inner) : PipeWriter
    {
        public Func<ValueTask<FlushResult>>? Flush { get; set; }

        public Exception? NoMemory { get; set; }

        public override Memory<byte> GetMemory(int sizeHint = 0) => NoMemory is null ? inner.GetMemory(sizeHint) : throw NoMemory;

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            => Flush is null ? inner.FlushAsync(cancellationToken) : Flush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
