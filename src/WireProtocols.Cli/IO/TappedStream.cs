namespace WireProtocols.Cli.IO;

/// <summary>Sees the bytes of a connection on their way.</summary>
internal interface IByteTap
{
    /// <summary>Bytes have come.</summary>
    void Received(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes are about to be sent.</summary>
    void Sent(ReadOnlySpan<byte> bytes);

    /// <summary>The peer sends nothing more.</summary>
    void ReceivedEnd();
}

/// <summary>A stream whose bytes can be seen.</summary>
internal sealed class TappedStream(Stream inner, IByteTap tap) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        See(buffer[..count], buffer.Length);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        See(buffer.Span[..count], buffer.Length);
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        tap.Sent(buffer);
        inner.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        tap.Sent(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <param name="bytes">What was read.</param>
    /// <param name="room">How much there was room for: a read of nothing waits only.</param>
    private void See(ReadOnlySpan<byte> bytes, int room)
    {
        if (!bytes.IsEmpty)
        {
            tap.Received(bytes);
        }
        else if (room > 0)
        {
            tap.ReceivedEnd();
        }
    }
}
