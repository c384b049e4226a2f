using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// A stream as a pipe writer with one buffer. Each flush is one write and one flush of the stream, which is what an event that has to
/// arrive now wants. The stream is left open.
/// </summary>
internal sealed class StreamOutput(Stream stream) : PipeWriter
{
    private const int SmallestBuffer = 4096;

    private byte[] _buffer = [];
    private int _length;
    private bool _broken;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length - _length < Math.Max(1, sizeHint))
        {
            Grow(sizeHint);
        }

        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_buffer.Length - _length < Math.Max(1, sizeHint))
        {
            Grow(sizeHint);
        }

        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _length));
        _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_broken)
        {
            throw new InvalidOperationException("An earlier write failed or was cancelled midway: what the other side has is unknown.");
        }

        // Until both are done, the stream may have taken any part of the bytes.
        _broken = true;
        ValueTask write = _length == 0 ? default : stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        if (!write.IsCompletedSuccessfully)
        {
            return FlushAsync(write, cancellationToken);
        }

        write.GetAwaiter().GetResult();
        Task flush = stream.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return FlushAsync(new ValueTask(flush), null);
        }

        return new ValueTask<FlushResult>(Flushed());
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }

    private async ValueTask<FlushResult> FlushAsync(ValueTask pending, CancellationToken? flushAfter)
    {
        await pending.ConfigureAwait(false);
        if (flushAfter is { } cancellationToken)
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return Flushed();
    }

    private FlushResult Flushed()
    {
        _length = 0;
        _broken = false;
        return default;
    }

    private void Grow(int sizeHint)
    {
        byte[] larger
            = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(SmallestBuffer, _length + (long)Math.Max(sizeHint, _length))));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
