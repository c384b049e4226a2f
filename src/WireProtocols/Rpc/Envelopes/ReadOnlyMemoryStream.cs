namespace WireProtocols.Rpc;

/// <summary>
/// Bytes in memory as a stream to read from, without a copy of them. The last byte comes by itself, so that one can tell whether it was needed.
/// </summary>
internal sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> rest) : Stream
{
    private ReadOnlyMemory<byte> _rest = rest;

    /// <summary>Whether more was asked for than there is.</summary>
    public bool HasReadPastEnd { get; private set; }

    /// <summary>Whether all bytes have been read.</summary>
    public bool IsAtEnd => _rest.IsEmpty;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        HasReadPastEnd |= _rest.IsEmpty && !buffer.IsEmpty;
        int count = Math.Min(buffer.Length, _rest.Length > 1 ? _rest.Length - 1 : _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
