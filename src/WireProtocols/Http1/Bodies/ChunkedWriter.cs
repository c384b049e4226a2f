using System.Buffers;
using System.IO.Pipelines;
using System.Text;
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
public sealed class ChunkedWriter : PipeWriter
{
    private const int LineEnd = ChunkLineWriter.LineEnd;
    private const int MaxDigits = 8;
    private const int SmallestRoom = 256;

    private readonly IBufferWriter<byte> _output;
    private readonly PipeWriter? _pipe;
    private readonly ChunkedWriterOptions _options;
    private ChunkLineWriter _line;
    private PooledBuffer _trailers;

    // The chunk that is being gathered: memory of the output, with room in front for the size line and behind for the CRLF.
    private Memory<byte> _open;
    private int _prefix;
    private int _gathered;
    private bool _completed;

    /// <summary>What is missing of the chunk that <see cref="WriteElement"/> has begun, or -1 where it is complete.</summary>
    private long _missing = -1;

    /// <summary>Creates a writer of one body into a pipe.</summary>
    /// <param name="output">The pipe, behind the header section.</param>
    /// <param name="options">How to write; <see cref="ChunkedWriterOptions.Default"/> when null.</param>
    public ChunkedWriter(PipeWriter output, ChunkedWriterOptions? options = null)
        : this((IBufferWriter<byte>)output, options) => _pipe = output;

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

    /// <summary>How much payload the open chunk can still take.</summary>
    private int Room => _open.Length == 0 ? 0 : _open.Length - _prefix - _gathered - LineEnd;

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

    /// <summary>
    /// Adds payload: to the chunk that is being gathered, or as a chunk of its own when it is larger than what is gathered at once.
    /// </summary>
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

    /// <summary>
    /// Writes an element as it came from a decoder or reader, for a relay: a chunk of the same size with its extensions, its data in the pieces that
    /// come, a trailer. <see cref="ChunkedElementKind.End"/> ends the body; behind a <see cref="ChunkedReader"/>, which does not hand that out,
    /// <see cref="Complete"/> does.
    /// </summary>
    /// <param name="element">The element. A flush between two pieces of a chunk sends what is there of it.</param>
    /// <exception cref="InvalidOperationException">The element is not the next one of the body.</exception>
    /// <exception cref="ArgumentException">The trailer must not be sent, unless
    /// <see cref="ChunkedWriterOptions.AllowForbiddenTrailers"/> allows it.</exception>
    public void WriteElement(scoped ChunkedElement element)
    {
        switch (element.Kind)
        {
            case ChunkedElementKind.Chunk:
                ThrowIfBusy();
                CloseChunk();
                _line.AddRaw(element.Extensions.Raw);

                // The last chunk is written with the trailers.
                if (element.Size > 0)
                {
                    BeginChunk(element.Size, out _, out int headLength, dataHint: 0);
                    _output.Advance(headLength);
                    _missing = element.Size;
                    WritePiece(element);
                }

                break;
            case ChunkedElementKind.Data:
                WritePiece(element);
                break;
            case ChunkedElementKind.Trailer:
                AddTrailer(element.Name, element.Value);
                break;
            default:
                Complete();
                break;
        }
    }

    /// <summary>
    /// Adds an extension to the next chunk (RFC 9112 §7.1.1), which begins here: what was gathered before becomes a chunk without it. When
    /// no payload follows, the last chunk carries it.
    /// </summary>
    /// <param name="name">A token.</param>
    /// <param name="value">The value, in ISO 8859-1 and without control characters other than tab; written as a quoted string where it is no
    /// token. Null for an extension without a value.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be written so that it parses back.</exception>
    public void AddExtension(string name, string? value = null)
    {
        FieldText.CheckName(name, nameof(name));
        FieldText.CheckValue(value ?? "", nameof(value));
        ThrowIfBusy();
        CloseChunk();
        _line.Add(name, value);
    }

    /// <summary>Adds a trailer field, to be written when the body is completed (RFC 9112 §7.1.2).</summary>
    /// <param name="name">A token, and not a field that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>).</param>
    /// <param name="value">The value, in ISO 8859-1, without control characters other than tab and without white space around it.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be sent as a trailer.</exception>
    public void AddTrailer(string name, string value)
    {
        FieldText.CheckName(name, nameof(name));
        FieldText.CheckValue(value, nameof(value));
        AddTrailer(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
    }

    /// <summary>The same from bytes, for instance from a trailer that was read.</summary>
    /// <param name="name">A token, and not a field that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>).</param>
    /// <param name="value">The value, without control characters other than tab and without white space around it.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be sent as a trailer.</exception>
    public void AddTrailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Http1Grammar.IsToken(name))
        {
            throw new ArgumentException("A field name is a token (RFC 9110 §5.1).", nameof(name));
        }

        // "A sender MUST NOT generate a trailer field unless the sender knows the corresponding header field name's definition permits the
        // field to be sent in trailers" (RFC 9110 §6.5.1).
        if (!_options.AllowForbiddenTrailers && TrailerFields.IsForbidden(name))
        {
            throw new ArgumentException("This field must not be sent as a trailer (RFC 9110 §6.5.1).", nameof(name));
        }

        if (!Http1Grammar.IsFieldValue(value))
        {
            throw new ArgumentException("A field value holds no control characters and no white space around it (RFC 9110 §5.5).", nameof(value));
        }

        ThrowIfBusy();
        _trailers.Append(name);
        _trailers.Append(": "u8);
        _trailers.Append(value);
        _trailers.Append("\r\n"u8);
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
            ThrowIfBusy();
            CloseChunk();
            WriteLastChunk();
        }

        _completed = true;
        _open = default;
        (_prefix, _gathered) = (0, 0);
        _line.Release();
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

    /// <summary>
    /// Borrows memory from the output: what its current segment still has, if that is worth a chunk, with as many digits in front as a chunk
    /// of that size needs.
    /// </summary>
    private void OpenChunk(int sizeHint)
    {
        ThrowIfBusy();
        int around = MaxDigits - 1 + _line.GetLength(0) + LineEnd;
        Memory<byte> open = _output.GetMemory(checked(Math.Max(sizeHint, SmallestRoom) + around));
        int room = Math.Min(open.Length - around, Math.Max(sizeHint, _options.ChunkCapacity));
        _prefix = _line.GetLength(room);
        _open = open[..(_prefix + room + LineEnd)];
        _gathered = 0;
    }

    /// <summary>Puts the size line in front of what was gathered, the CRLF behind it, and hands both to the output.</summary>
    private void CloseChunk()
    {
        if (_gathered == 0)
        {
            _open = default;
            return;
        }

        Span<byte> open = _open.Span;
        int head = _line.GetLength(_gathered);
        if (head < _prefix)
        {
            // The size takes fewer digits than there was room for; leading zeros would be legal and ugly.
            open.Slice(_prefix, _gathered).CopyTo(open[head..]);
        }

        _line.Write(open, _gathered);
        "\r\n"u8.CopyTo(open[(head + _gathered)..]);
        _output.Advance(head + _gathered + LineEnd);
        _open = default;
        _gathered = 0;
    }

    /// <summary>Closes the open chunk and writes the size line of one whose size is known.</summary>
    private void BeginChunk(long size, out Span<byte> head, out int headLength, int dataHint)
    {
        if (size == 0)
        {
            throw new ArgumentException("A chunk of no bytes would end the body; Complete does that.");
        }

        ThrowIfBusy();
        CloseChunk();
        headLength = _line.GetLength(size);
        head = _output.GetSpan(headLength + (dataHint <= _options.ChunkCapacity ? dataHint + LineEnd : 0));
        _line.Write(head, size);
    }

    private void WritePiece(scoped ChunkedElement element)
    {
        if (_missing != element.Data.Length + element.Remaining)
        {
            throw new InvalidOperationException("The piece is not the next one of the chunk that was begun.");
        }

        _output.Write(element.Data);
        _missing = element.Remaining;
        if (_missing == 0)
        {
            _output.Write("\r\n"u8);
            _missing = -1;
        }
    }

    private void WriteLastChunk()
    {
        int trailers = _line.GetLength(0);
        int length = trailers + _trailers.Length + LineEnd;
        Span<byte> end = _output.GetSpan(length);
        _line.Write(end, 0);
        _trailers.Written.CopyTo(end[trailers..]);
        "\r\n"u8.CopyTo(end[(trailers + _trailers.Length)..]);
        _output.Advance(length);
    }

    private void ThrowIfBusy()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The body is complete.");
        }

        if (_missing >= 0)
        {
            throw new InvalidOperationException("The chunk that was begun is not complete.");
        }
    }
}
