using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// A connection as a stream: what is read is the payload of one message after the other, every write is a message. The end of the stream is the
/// peer's Close; disposing it closes the connection.
/// </summary>
internal sealed class WebSocketMessageStream(WebSocketConnection connection, WebSocketOpcode opcode) : Stream
{
    private PooledBuffer _rest;
    private int _restConsumed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        do
        {
            int count = ReadBuffered(buffer.Span);
            if (count > 0)
            {
                return count;
            }
        }
        while (await connection.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        => connection.SendAsync(opcode, buffer, flush: true, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        _rest.Release();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Abort();
        }

        base.Dispose(disposing);
    }

    private int ReadBuffered(Span<byte> destination)
    {
        if (_restConsumed == _rest.Length && !TryReadPart(destination, out int direct))
        {
            return direct;
        }

        Span<byte> rest = _rest.Written[_restConsumed..];
        int count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        _restConsumed += count;
        if (_restConsumed == _rest.Length)
        {
            _rest.Release();
            _restConsumed = 0;
        }

        return count;
    }

    /// <summary>Reads the next piece, straight into the destination where it fits.</summary>
    /// <returns>True where it did not fit and is kept.</returns>
    private bool TryReadPart(Span<byte> destination, out int direct)
    {
        direct = 0;
        while (connection.TryRead(out WebSocketMessagePart part))
        {
            if (part.Opcode.IsControl() || part.Payload.IsEmpty)
            {
                continue;
            }

            if (part.Payload.Length <= destination.Length)
            {
                part.Payload.CopyTo(destination);
                direct = part.Payload.Length;
                return false;
            }

            _rest.Append(part.Payload);
            return true;
        }

        return false;
    }
}
