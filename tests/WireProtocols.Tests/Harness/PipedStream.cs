using System.IO.Pipelines;

namespace WireProtocols.Tests.Harness;

/// <summary>One end of a connection in memory, as a stream that cannot half-close.</summary>
public class PipedStream(IDuplexPipe pipe) : AsyncStream
{
    private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true);
    private readonly Stream _output = pipe.Output.AsStream(leaveOpen: true);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => _output.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        pipe.Output.Complete();
        pipe.Input.Complete();
        base.Dispose(disposing);
    }
}
