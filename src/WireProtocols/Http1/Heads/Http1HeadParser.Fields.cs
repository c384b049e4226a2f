namespace WireProtocols.Http1;

internal sealed partial class Http1HeadParser
{
    private Http1FramingField _field;

    private bool Step(ReadOnlySpan<byte> head) => _state switch
    {
        State.StartLineFeed => TakeStartLineFeed(head),
        State.FieldStart => TakeFieldStart(head),
        State.FieldName => TakeFieldName(head),
        State.BeforeValue => TakeBeforeValue(head),
        State.Value => TakeValue(head),
        State.FieldLineFeed => TakeFieldLineFeed(head),
        State.EndLineFeed => TakeEndLineFeed(head),
        _ => StepStartLine(head),
    };

    private bool TakeStartLineFeed(ReadOnlySpan<byte> head)
    {
        _layout.Framing = new Http1Framing(isRequest, _layout.MinorVersion);
        _maxLine = options.MaxFieldLineLength;
        _lineError = Http1ProtocolError.FieldLineTooLong;
        return TryTakeLineFeed(head);
    }

    private bool TakeFieldStart(ReadOnlySpan<byte> head)
    {
        byte value = head[_next];
        if (value == Http1Grammar.CarriageReturn)
        {
            _next++;
            _state = State.EndLineFeed;
            return true;
        }

        if (Http1Grammar.IsWhitespace(value))
        {
            // "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as
            // invalid or consume each whitespace-preceded line without further processing of it." After a field it is an obs-fold.
            return Fail(_fieldCount == 0 ? Http1ProtocolError.WhitespaceBeforeFirstField : Http1ProtocolError.ObsoleteLineFolding, _next);
        }

        if (_fieldCount == options.MaxFieldCount)
        {
            return Fail(Http1ProtocolError.TooManyFields, _next);
        }

        _tokenStart = _next;
        _state = State.FieldName;
        return true;
    }

    private bool TakeFieldName(ReadOnlySpan<byte> head)
    {
        if (!TrySkipExcept(head, Http1Grammar.Token))
        {
            return Error == Http1ProtocolError.None;
        }

        byte value = head[_next];
        if (value != ':' || _next == _tokenStart)
        {
            return Fail(ClassifyName(value, isEmpty: _next == _tokenStart), _next);
        }

        ReadOnlySpan<byte> name = head[_tokenStart.._next];
        _field = Http1Framing.Classify(name);
        Http1ProtocolError error = _layout.Framing.AddName(_field);
        if (error != Http1ProtocolError.None)
        {
            return Fail(error, _tokenStart);
        }

        if (_fieldCount == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * _fieldCount);
        }

        _slots[_fieldCount] = new Http1FieldSlot { NameStart = _tokenStart, NameLength = name.Length };
        _next++;
        _state = State.BeforeValue;
        return true;
    }

    private static Http1ProtocolError ClassifyName(byte value, bool isEmpty) => value switch
    {
        Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
        Http1Grammar.CarriageReturn => Http1ProtocolError.MissingColon,

        // "A server MUST reject ... any received request message that contains whitespace between a header field name and colon."
        Http1Grammar.Space or Http1Grammar.Tab when !isEmpty => Http1ProtocolError.WhitespaceBeforeColon,
        _ => Http1ProtocolError.InvalidFieldName,
    };

    private bool TakeBeforeValue(ReadOnlySpan<byte> head)
    {
        _next = Http1Grammar.SkipWhitespace(head, _next);
        _tokenStart = _next;
        _state = _next < head.Length ? State.Value : State.BeforeValue;
        return true;
    }

    private bool TakeValue(ReadOnlySpan<byte> head)
    {
        if (!TrySkipTo(head, Http1Grammar.Controls))
        {
            return Error == Http1ProtocolError.None;
        }

        byte value = head[_next];
        if (value != Http1Grammar.CarriageReturn)
        {
            Http1ProtocolError error = value switch
            {
                Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
                0 => Http1ProtocolError.NulInFieldValue,
                _ => Http1ProtocolError.InvalidFieldValue,
            };
            return Fail(error, _next);
        }

        ref Http1FieldSlot slot = ref _slots[_fieldCount];
        slot.ValueStart = _tokenStart;
        slot.ValueLength = head[_tokenStart.._next].TrimEnd(" \t"u8).Length;
        _next++;
        _state = State.FieldLineFeed;
        return true;
    }

    /// <summary>The line is complete; only now is the value of a framing field read (RFC 9112 §5.1).</summary>
    private bool TakeFieldLineFeed(ReadOnlySpan<byte> head)
    {
        Http1FieldSlot slot = _slots[_fieldCount];
        if (!TryTakeLineFeed(head))
        {
            return false;
        }

        _fieldCount++;
        if (_field == Http1FramingField.None)
        {
            return true;
        }

        Http1ProtocolError error = _layout.Framing.AddValue(_field, head.Slice(slot.ValueStart, slot.ValueLength), slot.ValueStart, out int offset);
        return error == Http1ProtocolError.None || Fail(error, offset);
    }

    private bool TakeEndLineFeed(ReadOnlySpan<byte> head)
    {
        if (!TryTakeLineFeed(head))
        {
            return false;
        }

        Http1ProtocolError error = _layout.Framing.Complete(options.AllowOtherTransferCodings, _next - 1, out int offset);
        _state = State.Finished;
        return error == Http1ProtocolError.None || Fail(error, offset);
    }

    private bool TryTakeLineFeed(ReadOnlySpan<byte> head)
    {
        if (head[_next] != Http1Grammar.LineFeed)
        {
            return Fail(Http1ProtocolError.BareCarriageReturn, _next);
        }

        _next++;
        _lineStart = _next;
        _state = State.FieldStart;
        return true;
    }
}
