using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>The automaton of a trailer section, <c>*( field-line CRLF ) CRLF</c> (RFC 9112 §7.1.2), a byte at a time, within its budgets.</summary>
internal sealed class TrailerSectionParser(ChunkedOptions options)
{
    private State _state;
    private Scratch _line;
    private long _lineOffset;
    private int _count;
    private int _bytes;
    private int _nameLength;

    private enum State : byte
    {
        LineStart,
        Name,
        Value,
        LineFeed,
        LastLineFeed,
        Complete,
    }

    /// <summary>Whether the empty line that ends the section has been taken.</summary>
    public bool IsComplete => _state == State.Complete;

    /// <summary>The rule that was broken.</summary>
    public ChunkedProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the body.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Another body begins, with all its budgets.</summary>
    public void Reset()
    {
        _line.Release();
        (_state, _count, _bytes, Error) = (State.LineStart, 0, 0, ChunkedProtocolError.None);
    }

    /// <summary>Takes back the trailer that was lent.</summary>
    public void EndLoan() => _line.EndLoan();

    /// <summary>Gives the scratch back.</summary>
    public void Release() => _line.Release();

    /// <summary>Goes on with the section, up to the end of a line.</summary>
    /// <param name="source">Bytes of the body.</param>
    /// <param name="index">The first one to take; afterwards, the one behind those taken.</param>
    /// <param name="position">Where the source begins in the body.</param>
    /// <param name="element">A trailer field, lent until <see cref="EndLoan"/>; nothing when <see cref="IsComplete"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/> behind a field, and behind the section.</returns>
    public OperationStatus Take(ReadOnlySpan<byte> source, scoped ref int index, long position, out ChunkedElement element)
    {
        element = default;
        int kept = index;
        while (index < source.Length)
        {
            bool inName = _state == State.Name;
            ChunkedProtocolError error = Step(source[index], position + index);
            if (error != ChunkedProtocolError.None)
            {
                return Fail(error, position + index);
            }

            if (inName && _state == State.Value && options.RejectForbiddenTrailers && IsForbidden(source[kept..index]))
            {
                return Fail(ChunkedProtocolError.ForbiddenTrailer, _lineOffset);
            }

            index++;
            if (_state == State.Complete)
            {
                _line.Release();
                return OperationStatus.Done;
            }

            if (_state == State.LineStart)
            {
                element = TrailerOf(_line.Lend(source[kept..(index - 1)]));
                return OperationStatus.Done;
            }
        }

        _line.Gather(source[kept..]);
        return OperationStatus.NeedMoreData;
    }

    private OperationStatus Fail(ChunkedProtocolError error, long offset)
    {
        (Error, ErrorOffset) = (error, offset);
        return OperationStatus.InvalidData;
    }

    private ChunkedProtocolError Step(byte value, long offset)
    {
        switch (_state)
        {
            case State.LineStart:
                return StepLineStart(value, offset);

            case State.Name:
                return StepName(value);

            case State.LineFeed or State.LastLineFeed when value != '\n':
                return ChunkedProtocolError.BareCarriageReturn;

            case State.LineFeed:
                _state = State.LineStart;
                return ChunkedProtocolError.None;

            case State.LastLineFeed:
                _state = State.Complete;
                return ChunkedProtocolError.None;

            case var _ when value == '\r':
                _state = State.LineFeed;
                return ChunkedProtocolError.None;

            case var _ when value == '\n':
                _state = State.LineStart;
                return options.AllowBareLineFeed ? ChunkedProtocolError.None : ChunkedProtocolError.BareLineFeed;

            default:
                return Http1Grammar.Controls.Contains(value) ? ChunkedProtocolError.InvalidTrailerValue : CountByte();
        }
    }

    /// <summary>The first byte of a line: the empty line that ends the body, or a field.</summary>
    private ChunkedProtocolError StepLineStart(byte value, long offset)
    {
        _lineOffset = offset;
        _nameLength = 0;
        switch (value)
        {
            case (byte)'\r':
                _state = State.LastLineFeed;
                return ChunkedProtocolError.None;

            case (byte)'\n':
                _state = State.Complete;
                return options.AllowBareLineFeed ? ChunkedProtocolError.None : ChunkedProtocolError.BareLineFeed;

            case (byte)' ' or (byte)'\t':
                return ChunkedProtocolError.FoldedTrailer;

            default:
                _state = State.Name;
                ChunkedProtocolError error = Http1Grammar.Token.Contains(value) ? StepName(value) : ChunkedProtocolError.InvalidTrailerName;
                return error == ChunkedProtocolError.None && _count++ >= options.MaxTrailers ? ChunkedProtocolError.TooManyTrailers : error;
        }
    }

    /// <summary>"No whitespace is allowed between the field name and colon" (RFC 9112 §5.1).</summary>
    private ChunkedProtocolError StepName(byte value)
    {
        if (value == ':')
        {
            _state = State.Value;
        }
        else if (Http1Grammar.Token.Contains(value))
        {
            _nameLength++;
        }
        else
        {
            return ChunkedProtocolError.InvalidTrailerName;
        }

        return CountByte();
    }

    private ChunkedProtocolError CountByte()
        => _bytes++ >= options.MaxTrailerBytes ? ChunkedProtocolError.TrailersTooLong : ChunkedProtocolError.None;

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
        _line.Gathered.CopyTo(name);
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
