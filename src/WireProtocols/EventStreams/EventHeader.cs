using System.Text;

namespace WireProtocols.EventStreams;

/// <summary>A header of a message: a name and a value of one of ten types (amazon-eventstream §Headers Format). Its slices are lent.</summary>
public readonly ref struct EventHeader
{
    internal EventHeader(ReadOnlySpan<byte> name, EventHeaderType type, ReadOnlySpan<byte> value)
    {
        Name = name;
        Type = type;
        Value = value;
    }

    /// <summary>The name, 1 to 255 bytes of UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The type of the value.</summary>
    public EventHeaderType Type { get; }

    /// <summary>The bytes of the value: the text of a string, big-endian numbers, nothing for true and false.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Reads an integer of any size, or the milliseconds of a timestamp.</summary>
    /// <returns>False for values of other types.</returns>
    public bool TryGetInteger(out long value)
    {
        value = Type.IsInteger() ? Type.ReadInteger(Value) : 0;
        return Type.IsInteger();
    }

    /// <summary>A copy that may be kept.</summary>
    public OwnedEventHeader ToOwned() => new(Encoding.UTF8.GetString(Name), EventHeaderValue.Read(Type, Value));
}
