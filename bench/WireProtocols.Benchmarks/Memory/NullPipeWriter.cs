using System.IO.Pipelines;

namespace WireProtocols.Benchmarks.Memory;

/// <summary>A pipe that forgets what is written to it when it is flushed; its memory is one block, as a reader that keeps up leaves it.</summary>
public sealed class NullPipeWriter(int size = 128 * 1024) : PipeWriter
{
    private readonly byte[] _block = new byte[size];
    private int _used;

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Span<byte> free = _block.AsSpan(_used);
        return free.Length >= sizeHint ? free : throw new InvalidOperationException("The block is too small for the case.");
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _block.AsMemory(_used);

    public override void Advance(int bytes) => _used += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _used = 0;
        return default;
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
