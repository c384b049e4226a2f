namespace WireProtocols.Http1;

/// <content>The size line in front of a chunk, and the end of the body.</content>
public sealed partial class ChunkedWriter
{
    private const int MaxDigits = 8;
    private const int SmallestRoom = 256;

    /// <summary>How much payload the open chunk can still take.</summary>
    private int Room => _open.Length == 0 ? 0 : _open.Length - _prefix - _gathered - LineEnd;

    /// <summary>
    /// Borrows memory from the output: what its current segment still has, if that is worth a chunk, with as many digits in front as a chunk
    /// of that size needs.
    /// </summary>
    private void OpenChunk(int sizeHint)
    {
        ThrowIfCompleted();
        int around = MaxDigits + _extensions.Length + (2 * LineEnd);
        Memory<byte> open = _output.GetMemory(checked(Math.Max(sizeHint, SmallestRoom) + around));
        int room = Math.Min(open.Length - around, Math.Max(sizeHint, _options.ChunkCapacity));
        _prefix = ChunkedDigits.CountHexDigits(room) + _extensions.Length + LineEnd;
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
        int head = ChunkedDigits.CountHexDigits(_gathered) + _extensions.Length + LineEnd;
        if (head < _prefix)
        {
            // The size takes fewer digits than there was room for; leading zeros would be legal and ugly.
            open.Slice(_prefix, _gathered).CopyTo(open[head..]);
        }

        WriteSizeLine(open, _gathered);
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

        ThrowIfCompleted();
        CloseChunk();
        headLength = ChunkedDigits.CountHexDigits(size) + _extensions.Length + LineEnd;
        head = _output.GetSpan(headLength + (dataHint <= _options.ChunkCapacity ? dataHint + LineEnd : 0));
        WriteSizeLine(head, size);
    }

    private void WriteSizeLine(Span<byte> head, long size)
    {
        int digits = ChunkedDigits.CountHexDigits(size);
        for (int index = digits - 1; index >= 0; index--)
        {
            head[index] = "0123456789abcdef"u8[(int)(size & 15)];
            size >>= 4;
        }

        if (_extensions.Length > 0)
        {
            _extensions.Written.CopyTo(head[digits..]);
            digits += _extensions.Length;
            _extensions.Release();
        }

        head[digits] = (byte)'\r';
        head[digits + 1] = (byte)'\n';
    }

    private void WriteLastChunk()
    {
        int length = 1 + _extensions.Length + LineEnd + _trailers.Length + LineEnd;
        Span<byte> end = _output.GetSpan(length);
        int trailers = 1 + _extensions.Length + LineEnd;
        WriteSizeLine(end, 0);
        _trailers.Written.CopyTo(end[trailers..]);
        "\r\n"u8.CopyTo(end[(trailers + _trailers.Length)..]);
        _output.Advance(length);
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The body is complete.");
        }
    }
}
