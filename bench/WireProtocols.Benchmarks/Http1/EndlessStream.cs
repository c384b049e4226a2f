namespace WireProtocols.Benchmarks.Http1;

/// <summary>Gives a head once and then the same bytes without end, or waits forever where there are none; takes whatever is written.</summary>
internal sealed class EndlessStream(byte[] head, byte[] bytes) : Stream
{
    private int _headAt;
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_headAt < head.Length)
        {
            int count = Math.Min(buffer.Length, head.Length - _headAt);
            head.AsSpan(_headAt, count).CopyTo(buffer);
            _headAt += count;
            return count;
        }

        int copied = Math.Min(buffer.Length, bytes.Length - _at);
        bytes.AsSpan(_at, copied).CopyTo(buffer);
        _at = (_at + copied) % bytes.Length;
        return copied;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => bytes.Length == 0 ? new ValueTask<int>(new TaskCompletionSource<int>().Task) : new ValueTask<int>(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
