namespace WireProtocols.Buffers;

/// <summary>The writing side of a stream, with its writes counted.</summary>
internal sealed class CountedStream(Stream inner) : Stream
{
    private long _writesBegun;
    private bool _isTorn;

    /// <summary>A write only begins when the one before has ended.</summary>
    public long WritesBegun => Volatile.Read(ref _writesBegun);

    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isTorn)
        {
            throw new IOException("A write was cancelled before it had ended: nobody knows how much of it went out, so nothing can follow it.");
        }

        Interlocked.Increment(ref _writesBegun);
        ValueTask write = inner.WriteAsync(buffer, cancellationToken);
        return write.IsCompletedSuccessfully || !cancellationToken.CanBeCanceled ? write : AwaitAsync(write);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Interlocked.Increment(ref _writesBegun);
        inner.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Interlocked.Increment(ref _writesBegun);
        inner.Write(buffer);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask AwaitAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The writer would write the same bytes again, behind the part of them that went out.
            _isTorn = true;
            throw;
        }
    }
}
