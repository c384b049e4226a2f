using System.Buffers;

namespace WireProtocols.Http1;

/// <content>The trailer section: <c>*( field-line CRLF ) CRLF</c>.</content>
public sealed partial class ChunkedDecoder
{
    private OperationStatus TakeTrailerSection(ReadOnlySpan<byte> source, scoped ref int index, out ChunkedElement element)
    {
        element = default;
        int kept = index;
        while (index < source.Length)
        {
            bool inName = _state == State.TrailerName;
            ChunkedProtocolError error = StepTrailer(source[index], index);
            if (error != ChunkedProtocolError.None)
            {
                return Fail(error, Position + index);
            }

            if (inName && _state == State.TrailerValue && _options.RejectForbiddenTrailers && IsForbidden(source[kept..index]))
            {
                return Fail(ChunkedProtocolError.ForbiddenTrailer, _lineOffset);
            }

            index++;
            if (_state == State.Complete)
            {
                return CompleteBody(Position + index, out element);
            }

            if (_state == State.TrailerStart)
            {
                element = TrailerOf(KeptLine(source, kept, index - 1));
                return OperationStatus.Done;
            }
        }

        _line.Append(source[kept..]);
        return OperationStatus.NeedMoreData;
    }

    private ChunkedProtocolError StepTrailer(byte value, int index)
    {
        switch (_state)
        {
            case State.TrailerStart:
                return StepTrailerStart(value, index);

            case State.TrailerName:
                return StepTrailerName(value);

            case State.TrailerLineFeed or State.FinalLineFeed when value != '\n':
                return ChunkedProtocolError.BareCarriageReturn;

            case State.TrailerLineFeed:
                _state = State.TrailerStart;
                return ChunkedProtocolError.None;

            case State.FinalLineFeed:
                _state = State.Complete;
                return ChunkedProtocolError.None;

            case var _ when value == '\r':
                _state = State.TrailerLineFeed;
                return ChunkedProtocolError.None;

            case var _ when value == '\n':
                _state = State.TrailerStart;
                return _options.AllowBareLineFeed ? ChunkedProtocolError.None : ChunkedProtocolError.BareLineFeed;

            default:
                return Http1Grammar.Controls.Contains(value) ? ChunkedProtocolError.InvalidTrailerValue : CountTrailerByte();
        }
    }

    /// <summary>The first byte of a line: the empty line that ends the body, or a field.</summary>
    private ChunkedProtocolError StepTrailerStart(byte value, int index)
    {
        _lineOffset = Position + index;
        _nameLength = 0;
        switch (value)
        {
            case (byte)'\r':
                _state = State.FinalLineFeed;
                return ChunkedProtocolError.None;

            case (byte)'\n':
                _state = State.Complete;
                return _options.AllowBareLineFeed ? ChunkedProtocolError.None : ChunkedProtocolError.BareLineFeed;

            case (byte)' ' or (byte)'\t':
                return ChunkedProtocolError.FoldedTrailer;

            default:
                _state = State.TrailerName;
                ChunkedProtocolError error = Http1Grammar.Token.Contains(value) ? StepTrailerName(value) : ChunkedProtocolError.InvalidTrailerName;
                return error == ChunkedProtocolError.None && _trailers++ >= _options.MaxTrailers ? ChunkedProtocolError.TooManyTrailers : error;
        }
    }

    /// <summary>"No whitespace is allowed between the field name and colon" (RFC 9112 §5.1).</summary>
    private ChunkedProtocolError StepTrailerName(byte value)
    {
        if (value == ':')
        {
            _state = State.TrailerValue;
        }
        else if (Http1Grammar.Token.Contains(value))
        {
            _nameLength++;
        }
        else
        {
            return ChunkedProtocolError.InvalidTrailerName;
        }

        return CountTrailerByte();
    }

    private ChunkedProtocolError CountTrailerByte()
        => _trailerBytes++ >= _options.MaxTrailerBytes ? ChunkedProtocolError.TrailersTooLong : ChunkedProtocolError.None;

    /// <summary>Whether the name that a colon just ended is forbidden. It may have begun in the scratch.</summary>
    private bool IsForbidden(ReadOnlySpan<byte> rest)
    {
        if (_line.Length == 0)
        {
            return TrailerFields.IsForbidden(rest);
        }

        if (_nameLength > TrailerFields.LongestName)
        {
            return false;
        }

        Span<byte> name = stackalloc byte[TrailerFields.LongestName];
        _line.Written.CopyTo(name);
        rest.CopyTo(name[_line.Length..]);
        return TrailerFields.IsForbidden(name[.._nameLength]);
    }

    private ChunkedElement TrailerOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> name = line[.._nameLength];

        // "OWS occurring before the first non-whitespace octet of the field line value, or after the last non-whitespace octet of the field
        // line value, is excluded by parsers" (RFC 9112 §5.1).
        ReadOnlySpan<byte> value = line[(_nameLength + 1)..].Trim(" \t\r"u8);
        return ChunkedElement.Trailer(_lineOffset, name, value, TrailerFields.IsForbidden(name));
    }
}
