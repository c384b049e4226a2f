using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The field lines of a head and the empty line behind them (RFC 9112 §5): whole lines in one go, as long as they are there and nothing is wrong
/// with them, and an automaton for the rest, which alone says what is wrong.
/// </summary>
internal sealed class Http1FieldLines(Http1HeadCursor cursor, Http1Options options, bool isRequest)
{
    private Http1FieldSlot[] _slots = new Http1FieldSlot[16];
    private int _count;
    private Http1Framing _framing;
    private bool _ignoresFraming;
    private State _state;
    private int _tokenStart;
    private Http1FramingField _field;

    private enum State : byte
    {
        LineStart,
        Name,
        BeforeValue,
        Value,
        LineFeed,
        LastLineFeed,
        Complete,
    }

    /// <summary>Where the fields stand.</summary>
    public ReadOnlySpan<Http1FieldSlot> Slots => _slots.AsSpan(0, _count);

    /// <summary>What the fields say about the length of the message.</summary>
    public ref readonly Http1Framing Framing => ref _framing;

    /// <summary>The fields begin behind the start-line.</summary>
    public void Begin(int minorVersion, bool ignoresFraming)
    {
        _count = 0;
        _framing = new Http1Framing(isRequest, minorVersion);
        _ignoresFraming = ignoresFraming;
        _state = State.LineStart;
        cursor.LimitLines(options.MaxFieldLineLength, Http1ProtocolError.FieldLineTooLong);
    }

    /// <summary>Goes on with the fields.</summary>
    /// <param name="head">The head as far as it is there.</param>
    public OperationStatus Take(ReadOnlySpan<byte> head)
    {
        while (cursor.Next < head.Length)
        {
            if (_state == State.LineStart && !TakeWholeLines(head))
            {
                return OperationStatus.InvalidData;
            }

            if (_state != State.Complete && cursor.Next < head.Length && !Step(head))
            {
                return OperationStatus.InvalidData;
            }

            if (_state == State.Complete)
            {
                return OperationStatus.Done;
            }
        }

        return OperationStatus.NeedMoreData;
    }

    /// <summary>Takes the lines that are whole and well-formed, up to the first one that is not, and the empty line behind them.</summary>
    /// <returns>False when a field breaks a rule of framing, or all of them together do.</returns>
    private bool TakeWholeLines(ReadOnlySpan<byte> head)
    {
        int start = cursor.Next;
        int room;
        int found;
        do
        {
            room = Math.Min(MakeRoom(), options.MaxFieldCount - _count);
            found = Http1WholeLines.Find(head, ref start, options.MaxFieldLineLength, _slots.AsSpan(_count, room));
            if (!TakeFraming(head, _count + found))
            {
                return false;
            }
        }
        while (found == room && _count < options.MaxFieldCount);

        cursor.BeginLineAt(start);
        if (!head[start..].StartsWith("\r\n"u8))
        {
            return true;
        }

        cursor.BeginLineAt(start + 2);
        return TryComplete(start + 1);
    }

    /// <summary>Counts the lines that were found, and looks at the framing fields among them.</summary>
    private bool TakeFraming(ReadOnlySpan<byte> head, int end)
    {
        ReadOnlySpan<Http1FieldSlot> found = _slots.AsSpan(_count..end);
        for (int index = 0; index < found.Length; index++)
        {
            ref readonly Http1FieldSlot slot = ref found[index];
            if (Http1Framing.MayBeField(slot.NameLength)
                && (!TryTakeName(head.Slice(slot.NameStart, slot.NameLength), slot.NameStart)
                    || !TryTakeValue(head.Slice(slot.ValueStart, slot.ValueLength), slot.ValueStart)))
            {
                return false;
            }
        }

        _count = end;
        return true;
    }

    /// <returns>How many more fields there is room for; at least one.</returns>
    private int MakeRoom()
    {
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * _count);
        }

        return _slots.Length - _count;
    }

    /// <summary>A colon has ended the name.</summary>
    private bool TryTakeName(ReadOnlySpan<byte> name, int start)
    {
        _field = _ignoresFraming ? Http1FramingField.None : Http1Framing.Classify(name);
        Http1ProtocolError error = _framing.AddName(_field);
        return error == Http1ProtocolError.None || cursor.Fail(error, start);
    }

    /// <summary>The line is complete; only now is the value of a framing field read (RFC 9112 §5.1).</summary>
    private bool TryTakeValue(ReadOnlySpan<byte> value, int start)
    {
        Http1ProtocolError error = _framing.AddValue(_field, value, start, out int offset);
        return error == Http1ProtocolError.None || cursor.Fail(error, offset);
    }

    private bool Step(ReadOnlySpan<byte> head) => _state switch
    {
        State.LineStart => TakeLineStart(head),
        State.Name => TakeName(head),
        State.BeforeValue => TakeBeforeValue(head),
        State.Value => TakeValue(head),
        State.LineFeed => TakeLineFeed(head),
        _ => TakeLastLineFeed(head),
    };

    private bool Enter(State state)
    {
        _state = state;
        return true;
    }

    private bool TakeLineStart(ReadOnlySpan<byte> head)
    {
        byte value = head[cursor.Next];
        if (value == Http1Grammar.CarriageReturn)
        {
            cursor.TakeCarriageReturn();
            return Enter(State.LastLineFeed);
        }

        if (Http1Grammar.IsWhitespace(value))
        {
            // "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid
            // or consume each whitespace-preceded line without further processing of it" (RFC 9112 §2.2). After a field it is an obs-fold.
            return cursor.Fail(_count == 0 ? Http1ProtocolError.WhitespaceBeforeFirstField : Http1ProtocolError.ObsoleteLineFolding, cursor.Next);
        }

        if (_count == options.MaxFieldCount)
        {
            return cursor.Fail(Http1ProtocolError.TooManyFields, cursor.Next);
        }

        _tokenStart = cursor.Next;
        return Enter(State.Name);
    }

    private bool TakeName(ReadOnlySpan<byte> head)
    {
        int end = Http1Grammar.SkipToken(head, cursor.Next);
        if (!cursor.MoveTo(end) || end == head.Length)
        {
            return cursor.Error == Http1ProtocolError.None;
        }

        byte value = head[end];
        if (value != ':' || end == _tokenStart)
        {
            return cursor.Fail(ClassifyName(value, isEmpty: end == _tokenStart), end);
        }

        MakeRoom();
        _slots[_count] = new Http1FieldSlot { NameStart = _tokenStart, NameLength = end - _tokenStart };
        return TryTakeName(head[_tokenStart..end], _tokenStart) && cursor.Take() && Enter(State.BeforeValue);
    }

    private static Http1ProtocolError ClassifyName(byte value, bool isEmpty) => value switch
    {
        Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
        Http1Grammar.CarriageReturn => Http1ProtocolError.MissingColon,

        // "A server MUST reject ... any received request message that contains whitespace between a header field name and colon." (RFC 9112 §5.1)
        Http1Grammar.Space or Http1Grammar.Tab when !isEmpty => Http1ProtocolError.WhitespaceBeforeColon,
        _ => Http1ProtocolError.InvalidFieldName,
    };

    private bool TakeBeforeValue(ReadOnlySpan<byte> head)
    {
        _tokenStart = Http1Grammar.SkipWhitespace(head, cursor.Next);
        return cursor.MoveTo(_tokenStart) && Enter(_tokenStart < head.Length ? State.Value : State.BeforeValue);
    }

    private bool TakeValue(ReadOnlySpan<byte> head)
    {
        int end = Http1Block.FindControl(head, cursor.Next);
        if (!cursor.MoveTo(end) || end == head.Length)
        {
            return cursor.Error == Http1ProtocolError.None;
        }

        if (head[end] != Http1Grammar.CarriageReturn)
        {
            Http1ProtocolError error = head[end] switch
            {
                Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
                0 => Http1ProtocolError.NulInFieldValue,
                _ => Http1ProtocolError.InvalidFieldValue,
            };
            return cursor.Fail(error, end);
        }

        cursor.TakeCarriageReturn();
        return Enter(State.LineFeed);
    }

    private bool TakeLineFeed(ReadOnlySpan<byte> head)
    {
        int length = Http1Grammar.TrimmedLength(head, _tokenStart, cursor.Next - 1);
        if (!cursor.TryTakeLineFeed(head))
        {
            return false;
        }

        ref Http1FieldSlot slot = ref _slots[_count++];
        (slot.ValueStart, slot.ValueLength) = (_tokenStart, length);
        return TryTakeValue(head.Slice(_tokenStart, length), _tokenStart) && Enter(State.LineStart);
    }

    private bool TakeLastLineFeed(ReadOnlySpan<byte> head)
    {
        int end = cursor.Next;
        if (!cursor.TryTakeLineFeed(head))
        {
            return false;
        }

        return TryComplete(end);
    }

    /// <summary>The empty line is there; the head ends with the byte at <paramref name="end"/>.</summary>
    private bool TryComplete(int end)
    {
        int offset = 0;
        Http1ProtocolError error = _ignoresFraming ? Http1ProtocolError.None : _framing.Complete(options.AllowOtherTransferCodings, end, out offset);
        return error == Http1ProtocolError.None ? Enter(State.Complete) : cursor.Fail(error, offset);
    }
}
