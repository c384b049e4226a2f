using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace WireProtocols.EventStreams;

/// <summary>The value of a header, of one of ten types, that may be kept (amazon-eventstream §Headers Format). Immutable.</summary>
public readonly struct EventHeaderValue
{
    private readonly long _number;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string? _text;

    private EventHeaderValue(EventHeaderType type, long number = 0, ReadOnlyMemory<byte> bytes = default, string? text = null)
    {
        Type = type;
        _number = number;
        _bytes = bytes;
        _text = text;
    }

    /// <summary>The type of the value.</summary>
    public EventHeaderType Type { get; }

    /// <summary>True or false.</summary>
    public static EventHeaderValue FromBoolean(bool value) => new(value ? EventHeaderType.True : EventHeaderType.False);

    /// <summary>A signed integer of one byte.</summary>
    public static EventHeaderValue FromByte(sbyte value) => new(EventHeaderType.Byte, value);

    /// <summary>A signed integer of two bytes.</summary>
    public static EventHeaderValue FromShort(short value) => new(EventHeaderType.Short, value);

    /// <summary>A signed integer of four bytes.</summary>
    public static EventHeaderValue FromInteger(int value) => new(EventHeaderType.Integer, value);

    /// <summary>A signed integer of eight bytes.</summary>
    public static EventHeaderValue FromLong(long value) => new(EventHeaderType.Long, value);

    /// <summary>1 to 32,767 bytes, which are not copied.</summary>
    public static EventHeaderValue FromBytes(ReadOnlyMemory<byte> value) => new(EventHeaderType.ByteArray, bytes: value);

    /// <summary>Text of 1 to 32,767 bytes of UTF-8.</summary>
    public static EventHeaderValue FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(EventHeaderType.String, text: value);
    }

    /// <summary>A time; what is less than a millisecond is lost.</summary>
    public static EventHeaderValue FromTimestamp(DateTimeOffset value) => FromMilliseconds(value.ToUnixTimeMilliseconds());

    /// <summary>A time as milliseconds since the beginning of 1970 (UTC).</summary>
    public static EventHeaderValue FromMilliseconds(long value) => new(EventHeaderType.Timestamp, value);

    /// <summary>A UUID.</summary>
    public static EventHeaderValue FromUuid(Guid value) => new(EventHeaderType.Uuid, bytes: value.ToByteArray(bigEndian: true));

    /// <summary>Reads true or false.</summary>
    /// <returns>False for values of other types.</returns>
    public bool TryGetBoolean(out bool value)
    {
        value = Type == EventHeaderType.True;
        return Type <= EventHeaderType.False;
    }

    /// <summary>Reads an integer of any size, or the milliseconds of a timestamp.</summary>
    /// <returns>False for values of other types.</returns>
    public bool TryGetInteger(out long value)
    {
        value = _number;
        return Type.IsInteger();
    }

    /// <summary>Reads the bytes of a byte array.</summary>
    /// <returns>False for values of other types.</returns>
    public bool TryGetBytes(out ReadOnlyMemory<byte> value)
    {
        value = Type == EventHeaderType.ByteArray ? _bytes : default;
        return Type == EventHeaderType.ByteArray;
    }

    /// <summary>Reads a string.</summary>
    /// <param name="value">The string; empty for values of other types.</param>
    /// <returns>False for values of other types.</returns>
    public bool TryGetString(out string value)
    {
        value = _text ?? "";
        return Type == EventHeaderType.String;
    }

    /// <summary>Reads a timestamp.</summary>
    /// <returns>False for values of other types, and for times before the year 1 and behind the year 9999.</returns>
    public bool TryGetTimestamp(out DateTimeOffset value)
    {
        bool isRight = Type == EventHeaderType.Timestamp && _number >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && _number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        value = isRight ? DateTimeOffset.FromUnixTimeMilliseconds(_number) : default;
        return isRight;
    }

    /// <summary>Reads a UUID.</summary>
    /// <returns>False for values of other types.</returns>
    public bool TryGetUuid(out Guid value)
    {
        value = Type == EventHeaderType.Uuid ? new Guid(_bytes.Span, bigEndian: true) : default;
        return Type == EventHeaderType.Uuid;
    }

    /// <summary>The value as text: true, -1, 0A0B, a string as it is, milliseconds, a UUID.</summary>
    public override string ToString() => Type switch
    {
        EventHeaderType.True => "true",
        EventHeaderType.False => "false",
        EventHeaderType.ByteArray => Convert.ToHexString(_bytes.Span),
        EventHeaderType.String => _text!,
        EventHeaderType.Uuid => new Guid(_bytes.Span, bigEndian: true).ToString(),
        _ => _number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The value of a header that has been checked.</summary>
    internal static EventHeaderValue Read(EventHeaderType type, ReadOnlySpan<byte> value) => type switch
    {
        EventHeaderType.ByteArray or EventHeaderType.Uuid => new(type, bytes: value.ToArray()),
        EventHeaderType.String => new(type, text: Encoding.UTF8.GetString(value)),
        _ => new(type, type.IsInteger() ? type.ReadInteger(value) : 0),
    };

    /// <summary>How many bytes the value has, without the length before a string or byte array.</summary>
    /// <exception cref="EncoderFallbackException">A string has surrogates that are no pairs.</exception>
    internal int Measure(Encoding strictUtf8) => Type switch
    {
        EventHeaderType.ByteArray => _bytes.Length,
        EventHeaderType.String => strictUtf8.GetByteCount(_text!),
        _ => Type.GetSize(),
    };

    /// <summary>Writes the value, with the length before a string or byte array.</summary>
    /// <returns>How many bytes were written.</returns>
    internal int Write(Span<byte> destination)
    {
        switch (Type)
        {
            case EventHeaderType.True or EventHeaderType.False:
                return 0;

            case EventHeaderType.Uuid:
                _bytes.Span.CopyTo(destination);
                return _bytes.Length;

            case EventHeaderType.ByteArray:
                _bytes.Span.CopyTo(destination[EventHeaderTypes.LengthSize..]);
                return WriteLength(destination, _bytes.Length);

            case EventHeaderType.String:
                return WriteLength(destination, Encoding.UTF8.GetBytes(_text, destination[EventHeaderTypes.LengthSize..]));

            default:
                Span<byte> number = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(number, _number);
                number[^Type.GetSize()..].CopyTo(destination);
                return Type.GetSize();
        }
    }

    private static int WriteLength(Span<byte> destination, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)length);
        return EventHeaderTypes.LengthSize + length;
    }
}
