using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>
/// Writes the text form of gRPC-Web: a <see cref="PipeWriter"/> over the body, for an <see cref="RpcWriter"/>. What is written between two
/// flushes is one padded piece of base64. Completing it completes the pipe below.
/// </summary>
/// <param name="output">The body, in base64.</param>
public sealed class GrpcWebTextPipeWriter(PipeWriter output) : PipeWriter
{
    private readonly PipeWriter _output = output ?? throw new ArgumentNullException(nameof(output));
    private readonly ArrayBufferWriter<byte> _pending = new();

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _pending.WrittenCount;

    /// <inheritdoc/>
    public override void Advance(int bytes) => _pending.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _pending.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _pending.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Encode();
        return _output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Encode();
        _output.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Encode();
        return _output.CompleteAsync(exception);
    }

    private void Encode()
    {
        GrpcWebTextEncoder.Encode(_pending.WrittenSpan, _output);
        _pending.ResetWrittenCount();
    }
}
