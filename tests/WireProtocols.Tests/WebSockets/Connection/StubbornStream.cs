using System.IO.Pipelines;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A stream that reads as a pipe does, and whose writes never end by themselves: by being cancelled, or only when it is disposed.</summary>
public sealed class StubbornStream(PipeReader input, bool canCancel) : AsyncStream
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What disposing it throws.</summary>
    public Exception? Last { get; init; }

    /// <summary>True while a write is under way.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>True where the memory of a write was other memory, or memory of somebody else, when the write ended.</summary>
    public bool WasOverwritten { get; private set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        IsWriting = true;
        byte[] before = buffer.ToArray();
        try
        {
            await _disposed.Task.WaitAsync(canCancel ? cancellationToken : default);
        }
        finally
        {
            WasOverwritten |= !buffer.Span.SequenceEqual(before);
            IsWriting = false;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => input.AsStream(leaveOpen: true).ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _disposed.TrySetException(new ObjectDisposedException(nameof(StubbornStream)));
        base.Dispose(disposing);
        if (Last is not null)
        {
            throw Last;
        }
    }
}
