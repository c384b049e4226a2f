namespace WireProtocols.EventStreams;

/// <summary>A header of a message that may be kept, and that may be written.</summary>
public sealed class OwnedEventHeader
{
    /// <summary>Creates a header.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8, which is checked where it is written.</param>
    /// <param name="value">The value.</param>
    public OwnedEventHeader(string name, EventHeaderValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Value = value;
    }

    /// <summary>Creates a header whose value is a string.</summary>
    /// <param name="name">1 to 255 bytes of UTF-8, which is checked where it is written.</param>
    /// <param name="value">1 to 32,767 bytes of UTF-8, which is checked where it is written.</param>
    public OwnedEventHeader(string name, string value)
        : this(name, EventHeaderValue.FromString(value))
    {
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The value.</summary>
    public EventHeaderValue Value { get; }
}
