using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>
/// Checks the headers of a message as they come: each call sees all that is there of them, and goes on where the one before stopped. A rule is found
/// broken as soon as the byte is there that breaks it.
/// </summary>
internal struct EventHeaderScanner(EventMessageOptions options)
{
    private Utf8Validator _text;
    private Phase _phase;
    private EventHeaderType _type;
    private int _length;
    private int _at;
    private int _end;
    private int _header;
    private int _count;
    private ulong _seen;

    private enum Phase : byte
    {
        NameLength,
        Name,
        Type,
        ValueLength,
        Value,
    }

    /// <summary>The rule that is broken.</summary>
    public EventMessageProtocolError Error { get; private set; }

    /// <summary>The offending byte, from the beginning of the headers.</summary>
    public int ErrorIndex { get; private set; }

    /// <summary>Begins with the headers of a message.</summary>
    /// <param name="length">How many bytes they have.</param>
    public void Begin(int length)
    {
        _length = length;
        _phase = Phase.NameLength;
        _at = _count = 0;
        _seen = 0;
        Error = EventMessageProtocolError.None;
        ErrorIndex = 0;
    }

    /// <summary>Goes on to the end of what is there.</summary>
    /// <param name="there">The headers from their beginning, as far as they are there.</param>
    /// <returns>False where a rule is broken. True at the length that was announced means that all are right.</returns>
    public bool Scan(ReadOnlySpan<byte> there)
    {
        while (_at < there.Length || (_at == _end && _phase is Phase.Name or Phase.Value))
        {
            (int at, Phase phase) = (_at, _phase);
            bool isRight = phase switch
            {
                Phase.NameLength => TakeNameLength(there[_at]),
                Phase.Name => TakeName(there),
                Phase.Type => TakeType(there[_at]),
                Phase.ValueLength => TakeValueLength(there),
                _ => TakeValue(there),
            };
            if (!isRight)
            {
                return false;
            }

            // The first of two bytes of a length.
            if (_at == at && _phase == phase)
            {
                return true;
            }
        }

        return true;
    }

    private bool TakeNameLength(byte length)
    {
        if (_count == options.MaxHeaders)
        {
            return Fail(EventMessageProtocolError.TooManyHeaders, _at);
        }

        // A name has a type behind it.
        if (length == 0 || length + 1 > _length - _at - 1)
        {
            return Fail(length == 0 ? EventMessageProtocolError.HeaderNameEmpty : EventMessageProtocolError.HeaderCut, _at);
        }

        _count++;
        _header = _at++;
        _end = _at + length;
        _phase = Phase.Name;
        _text.Reset();
        return true;
    }

    private bool TakeName(ReadOnlySpan<byte> there)
    {
        if (!TakeText(there, EventMessageProtocolError.HeaderNameNotUtf8))
        {
            return false;
        }

        if (_at < _end)
        {
            return true;
        }

        _phase = Phase.Type;
        return !IsRepeated(there) || Fail(EventMessageProtocolError.HeaderRepeated, _header);
    }

    private bool TakeType(byte type)
    {
        if (type >= EventHeaderTypes.Count)
        {
            return Fail(EventMessageProtocolError.HeaderTypeUnknown, _at);
        }

        _type = (EventHeaderType)type;
        bool hasLength = _type.HasLength();
        int size = hasLength ? EventHeaderTypes.LengthSize : _type.GetSize();
        if (size > _length - _at - 1)
        {
            return Fail(EventMessageProtocolError.HeaderCut, _at);
        }

        _at++;
        _end = _at + size;
        _phase = hasLength ? Phase.ValueLength : Phase.Value;
        return true;
    }

    private bool TakeValueLength(ReadOnlySpan<byte> there)
    {
        if (there[_at] > EventMessageLimits.ValueLength >> 8)
        {
            return Fail(EventMessageProtocolError.HeaderValueTooLong, _at);
        }

        if (there.Length - _at < EventHeaderTypes.LengthSize)
        {
            return true;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(there[_at..]);
        if (length == 0 && !options.AllowEmptyValues)
        {
            return Fail(EventMessageProtocolError.HeaderValueEmpty, _at);
        }

        if (length > _length - _at - EventHeaderTypes.LengthSize)
        {
            return Fail(EventMessageProtocolError.HeaderCut, _at);
        }

        _at += EventHeaderTypes.LengthSize;
        _end = _at + length;
        _phase = Phase.Value;
        _text.Reset();
        return true;
    }

    private bool TakeValue(ReadOnlySpan<byte> there)
    {
        if (_type != EventHeaderType.String)
        {
            _at = Math.Min(_end, there.Length);
        }
        else if (!TakeText(there, EventMessageProtocolError.HeaderValueNotUtf8))
        {
            return false;
        }

        if (_at == _end)
        {
            _phase = Phase.NameLength;
        }

        return true;
    }

    /// <summary>Takes in what is there of a text, up to its end.</summary>
    private bool TakeText(ReadOnlySpan<byte> there, EventMessageProtocolError error)
    {
        ReadOnlySpan<byte> piece = there[_at..Math.Min(_end, there.Length)];
        if (!_text.IsComplete || !Ascii.IsValid(piece))
        {
            OperationStatus status = _text.Validate(piece, out int invalid);
            if (status == OperationStatus.InvalidData)
            {
                return Fail(error, _at + invalid);
            }

            if (status == OperationStatus.NeedMoreData && _at + piece.Length == _end)
            {
                return Fail(error, _end);
            }
        }

        _at += piece.Length;
        return true;
    }

    /// <summary>
    /// Whether the name that has just ended was there before. A bit for each combination of length and two characters spares most headers the walk;
    /// the most headers that are allowed bound the others.
    /// </summary>
    private bool IsRepeated(ReadOnlySpan<byte> there)
    {
        ReadOnlySpan<byte> name = there[(_header + 1).._end];
        ulong bit = 1UL << ((name.Length + (name[name.Length / 2] * 3) + (name[^1] * 5)) & 63);
        bool mayBe = (_seen & bit) != 0;
        _seen |= bit;
        return mayBe && new EventHeaders(there[.._header]).TryGet(name, out _);
    }

    private bool Fail(EventMessageProtocolError error, int index)
    {
        Error = error;
        ErrorIndex = index;
        return false;
    }
}
