using System.Buffers;

namespace WireProtocols.Http1;

/// <content>The chunk line: <c>chunk-size [ chunk-ext ] CRLF</c>.</content>
public sealed partial class ChunkedDecoder
{
    private const int MaxDigits = 16;

    /// <summary>Takes the chunk line byte by byte and, at its end, answers with the chunk and the data that follows it.</summary>
    private OperationStatus TakeChunkLine(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        element = default;
        int kept = _state == State.Size ? -1 : index;
        while (index < source.Length)
        {
            byte value = source[index];
            ChunkedProtocolError error = _state == State.Size ? StepSize(value, index) : StepAfterSize(value);
            if (error != ChunkedProtocolError.None)
            {
                return Fail(error, Position + index);
            }

            if (kept < 0 && _state != State.Size)
            {
                kept = index;
            }

            index++;
            if (_state == State.Data)
            {
                element = BeginChunk(source, KeptLine(source, kept, index - 1), ref index);
                return OperationStatus.Done;
            }
        }

        if (kept >= 0)
        {
            _line.Append(source[kept..]);
        }

        return OperationStatus.NeedMoreData;
    }

    /// <summary>
    /// A digit of the size, or the end of it. "Recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors
    /// due to integer conversion overflows" (RFC 9112 §7.1).
    /// </summary>
    private ChunkedProtocolError StepSize(byte value, int index)
    {
        int digit = ChunkedDigits.HexValues[value];
        if (digit > 15)
        {
            if (_digits == 0)
            {
                return ChunkedProtocolError.InvalidChunkSize;
            }

            _state = State.AfterSize;
            _lineLength = _digits;
            _endsBlank = false;
            return StepAfterSize(value);
        }

        if (_digits == 0)
        {
            _lineOffset = Position + index;
            _size = 0;
        }

        if (_digits == MaxDigits || _size > long.MaxValue >> 4)
        {
            return ChunkedProtocolError.ChunkSizeTooLarge;
        }

        _digits++;
        _size = (_size << 4) | (long)digit;
        return _size > _bodyLeft ? ChunkedProtocolError.BodyTooLong : ChunkedProtocolError.None;
    }

    /// <summary>A byte after the size: within the budgets, and then as the grammar says.</summary>
    private ChunkedProtocolError StepAfterSize(byte value)
    {
        if (value is (byte)'\r' or (byte)'\n' || _state == State.LineFeed)
        {
            return StepLineEnd(value);
        }

        ChunkedProtocolError error = StepExtension(value);
        if (error != ChunkedProtocolError.None)
        {
            return error;
        }

        if (_lineLength++ >= _options.MaxLineLength)
        {
            return ChunkedProtocolError.LineTooLong;
        }

        return _extensionBytes++ >= _options.MaxExtensionBytes ? ChunkedProtocolError.ExtensionsTooLong : ChunkedProtocolError.None;
    }

    /// <summary>
    /// <c>chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )</c>; white space is in the grammar around the
    /// semicolon and the equals sign, and nowhere else.
    /// </summary>
    private ChunkedProtocolError StepExtension(byte value)
    {
        bool blank = Http1Grammar.IsWhitespace(value);
        State? next = _state switch
        {
            State.AfterSize when blank => State.AfterSize,
            State.AfterSize when value == ';' => State.BeforeExtensionName,
            State.BeforeExtensionName when blank => State.BeforeExtensionName,
            State.BeforeExtensionName or State.ExtensionName when Http1Grammar.Token.Contains(value) => State.ExtensionName,
            State.ExtensionName or State.AfterExtensionName when blank => State.AfterExtensionName,
            State.ExtensionName or State.AfterExtensionName when value == '=' => State.BeforeExtensionValue,
            State.ExtensionName or State.AfterExtensionName when value == ';' => State.BeforeExtensionName,
            State.BeforeExtensionValue when blank => State.BeforeExtensionValue,
            State.BeforeExtensionValue when value == '"' => State.ExtensionQuoted,
            State.BeforeExtensionValue or State.ExtensionToken when Http1Grammar.Token.Contains(value) => State.ExtensionToken,
            State.ExtensionToken or State.AfterExtensionValue when blank => State.AfterExtensionValue,
            State.ExtensionToken or State.AfterExtensionValue when value == ';' => State.BeforeExtensionName,
            State.ExtensionQuoted when value == '"' => State.AfterExtensionValue,
            State.ExtensionQuoted when value == '\\' => State.ExtensionEscape,
            State.ExtensionQuoted or State.ExtensionEscape when !Http1Grammar.Controls.Contains(value) => State.ExtensionQuoted,
            _ => null,
        };
        if (next is null)
        {
            return _state == State.AfterSize && _lineLength == _digits
                ? ChunkedProtocolError.InvalidChunkSize
                : ChunkedProtocolError.InvalidChunkExtension;
        }

        _state = next.Value;
        _endsBlank = blank;
        return ChunkedProtocolError.None;
    }

    /// <summary>CR and LF: where the grammar lets the line end, and as a pair.</summary>
    private ChunkedProtocolError StepLineEnd(byte value)
    {
        if (_state == State.LineFeed)
        {
            _state = State.Data;
            return value == '\n' ? ChunkedProtocolError.None : ChunkedProtocolError.BareCarriageReturn;
        }

        if (_state is State.BeforeExtensionName or State.BeforeExtensionValue or State.ExtensionQuoted or State.ExtensionEscape)
        {
            return ChunkedProtocolError.InvalidChunkExtension;
        }

        if (!_options.AllowWhitespaceAfterSize && _endsBlank)
        {
            return ChunkedProtocolError.WhitespaceBeforeLineEnd;
        }

        _state = value == '\r' ? State.LineFeed : State.Data;
        return value == '\n' && !_options.AllowBareLineFeed ? ChunkedProtocolError.BareLineFeed : ChunkedProtocolError.None;
    }

    /// <summary>The line after the size, up to its line feed: a slice of the source, or the scratch where it began in an earlier piece.</summary>
    private ReadOnlySpan<byte> KeptLine(ReadOnlySpan<byte> source, int kept, int lineFeed)
    {
        ReadOnlySpan<byte> last = kept < 0 ? default : source[kept..lineFeed];
        if (_line.Length == 0)
        {
            return last;
        }

        _line.Append(last);
        _lineTaken = true;
        return _line.Written;
    }

    private ChunkedElement BeginChunk(ReadOnlySpan<byte> source, ReadOnlySpan<byte> line, scoped ref int index)
    {
        ReadOnlySpan<byte> extensions = line.Trim(" \t\r"u8);
        extensions = extensions.IsEmpty ? default : extensions[1..].TrimStart(" \t"u8);
        _digits = 0;
        if (_size == 0)
        {
            _state = State.TrailerStart;
            return ChunkedElement.Chunk(_lineOffset, 0, 0, default, extensions);
        }

        _bodyLeft -= _size;
        _remaining = _size;
        ReadOnlySpan<byte> data = SliceData(source, ref index);
        return ChunkedElement.Chunk(_lineOffset, _size, _remaining, data, extensions);
    }
}
