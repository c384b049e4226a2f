using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Frames what is written into it as a chunked body (RFC 9112 §7.1). It is a <see cref="PipeWriter"/>, so whatever writes into a pipe can
/// write into a chunked body.
/// </summary>
/// <remarks>
/// <para>Small writes are gathered into one chunk, whose size is put in front of it when it is closed: by a flush, when it is full, or by
/// <see cref="WriteChunk(ReadOnlySpan{byte})"/>. A flush with nothing new to send writes no chunk, since an empty chunk would end the body.</para>
/// <para><see cref="Complete"/> writes the last chunk and the trailers. With an exception it writes nothing, so that the receiver sees that
/// the body is cut short. The pipe beneath is never completed: the next message follows in it.</para>
/// <para>Extensions and trailers cannot be used to inject anything: what does not parse back to the same element throws
/// <see cref="ArgumentException"/> before a byte is written.</para>
/// </remarks>
public sealed partial class ChunkedWriter : PipeWriter
{
    private const int LineEnd = 2;

    private readonly IBufferWriter<byte> _output;
    private readonly PipeWriter? _pipe;
    private readonly ChunkedWriterOptions _options;
    private PooledBuffer _extensions;
    private PooledBuffer _trailers;

    // The chunk that is being gathered: memory of the output, with room in front for the size line and behind for the CRLF.
    private Memory<byte> _open;
    private int _prefix;
    private int _gathered;
    private bool _completed;

    /// <summary>Creates a writer of one body into a pipe.</summary>
    /// <param name="pipe">The pipe, behind the header section.</param>
    /// <param name="options">How to write; <see cref="ChunkedWriterOptions.Default"/> when null.</param>
    public ChunkedWriter(PipeWriter pipe, ChunkedWriterOptions? options = null)
        : this((IBufferWriter<byte>)pipe, options) => _pipe = pipe;

    /// <summary>Creates a writer of one body into a buffer. Flushing closes the chunk, and nothing else.</summary>
    /// <param name="output">Where the body goes.</param>
    /// <param name="options">How to write; <see cref="ChunkedWriterOptions.Default"/> when null.</param>
    public ChunkedWriter(IBufferWriter<byte> output, ChunkedWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _options = options ?? ChunkedWriterOptions.Default;
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => _pipe is null || _pipe.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => _gathered + (_pipe?.UnflushedBytes ?? 0);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (Room < Math.Max(1, sizeHint))
        {
            CloseChunk();
            OpenChunk(sizeHint);
        }

        return _open.Slice(_prefix + _gathered, Room);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > Room)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "More than the memory that was lent.");
        }

        _gathered += bytes;
    }

    /// <summary>Adds payload: to the chunk that is being gathered, or as a chunk of its own when it is larger than what is gathered at once.</summary>
    public void Write(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > Room && payload.Length >= _options.ChunkCapacity)
        {
            WriteChunk(payload);
            return;
        }

        while (!payload.IsEmpty)
        {
            Span<byte> room = GetMemory().Span;
            int count = Math.Min(room.Length, payload.Length);
            payload[..count].CopyTo(room);
            _gathered += count;
            payload = payload[count..];
        }
    }

    /// <summary>Closes the chunk that is being gathered and writes <paramref name="payload"/> as one chunk of exactly its size.</summary>
    /// <param name="payload">The data, at least one byte: "the chunked transfer coding is complete when a chunk with a chunk-size of zero is
    /// received" (RFC 9112 §7.1), which is what <see cref="Complete"/> writes.</param>
    public void WriteChunk(ReadOnlySpan<byte> payload)
    {
        BeginChunk(payload.Length, out Span<byte> head, out int headLength, payload.Length);
        if (head.Length >= headLength + payload.Length + LineEnd)
        {
            payload.CopyTo(head[headLength..]);
            "\r\n"u8.CopyTo(head[(headLength + payload.Length)..]);
            _output.Advance(headLength + payload.Length + LineEnd);
            return;
        }

        _output.Advance(headLength);
        _output.Write(payload);
        _output.Write("\r\n"u8);
    }

    /// <summary>The same for payload in several segments.</summary>
    /// <param name="payload">The data, at least one byte.</param>
    public void WriteChunk(in ReadOnlySequence<byte> payload)
    {
        BeginChunk(payload.Length, out _, out int headLength, dataHint: 0);
        _output.Advance(headLength);
        foreach (ReadOnlyMemory<byte> segment in payload)
        {
            _output.Write(segment.Span);
        }

        _output.Write("\r\n"u8);
    }

    /// <summary>Closes the chunk and flushes the pipe beneath.</summary>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        CloseChunk();
        return _pipe is null ? default : _pipe.FlushAsync(cancellationToken);
    }

    /// <summary>Adds payload, closes the chunk and flushes the pipe beneath.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _pipe?.CancelPendingFlush();

    /// <summary>Ends the body: writes what is gathered, the last chunk and the trailers. Does not flush, nor complete the pipe beneath.</summary>
    /// <param name="exception">When not null, nothing is written: what is gathered is dropped and the body stays cut short.</param>
    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        if (exception is null)
        {
            CloseChunk();
            WriteLastChunk();
        }

        _completed = true;
        _open = default;
        (_prefix, _gathered) = (0, 0);
        _extensions.Release();
        _trailers.Release();
    }

    /// <summary>Ends the body as <see cref="Complete"/> does, and flushes the pipe beneath.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        Complete(exception);
        if (_pipe is not null)
        {
            await _pipe.FlushAsync().ConfigureAwait(false);
        }
    }
}
