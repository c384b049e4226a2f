namespace WireProtocols.ServerSentEvents;

/// <summary>What a line of an event stream is.</summary>
public enum EventStreamFieldKind
{
    /// <summary>A blank line, which dispatches the event.</summary>
    Blank = 0,

    /// <summary>A line that starts with a colon.</summary>
    Comment,

    /// <summary><c>data</c>: a line of the event's data.</summary>
    Data,

    /// <summary><c>event</c>: the event's type.</summary>
    Event,

    /// <summary><c>id</c>: the last event ID from the next blank line on.</summary>
    Id,

    /// <summary><c>retry</c>: the reconnection time.</summary>
    Retry,

    /// <summary>Any other name: "The field is ignored."</summary>
    Unknown,
}

/// <summary>One line of an event stream, taken apart (HTML §9.2.6). Every line has a meaning, so this never fails.</summary>
public readonly ref struct EventStreamField
{
    private EventStreamField(EventStreamFieldKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Name = name;
        Value = value;
    }

    /// <summary>What the line is.</summary>
    public EventStreamFieldKind Kind { get; }

    /// <summary>The characters before the first colon, or the whole line where there is none.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The characters after the first colon, one leading space removed.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Takes a line apart.</summary>
    /// <param name="line">The line without its end.</param>
    public static EventStreamField Parse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return default;
        }

        // "Collect the characters on the line before the first U+003A COLON character (:), and let field be that string."
        int colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            return new(KindOf(line), line, default);
        }

        // "If value starts with a U+0020 SPACE character, remove it from value."
        ReadOnlySpan<byte> value = line[(colon + 1)..];
        value = !value.IsEmpty && value[0] == ' ' ? value[1..] : value;
        return colon == 0 ? new(EventStreamFieldKind.Comment, default, value) : new(KindOf(line[..colon]), line[..colon], value);
    }

    /// <summary>Reads the value of a <c>retry</c> field.</summary>
    /// <param name="value">The value.</param>
    /// <param name="milliseconds">The reconnection time; <see cref="long.MaxValue"/> for a number that does not fit.</param>
    /// <returns>False when the field has to be ignored.</returns>
    public static bool TryParseRetry(ReadOnlySpan<byte> value, out long milliseconds)
    {
        // "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten": an empty value is no integer.
        milliseconds = 0;
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (byte digit in value)
        {
            int next = digit - '0';
            milliseconds = milliseconds > (long.MaxValue - next) / 10 ? long.MaxValue : (milliseconds * 10) + next;
        }

        return true;
    }

    // "Field names must be compared literally, with no case folding performed."
    private static EventStreamFieldKind KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => EventStreamFieldKind.Id,
        4 when name.SequenceEqual("data"u8) => EventStreamFieldKind.Data,
        5 when name.SequenceEqual("event"u8) => EventStreamFieldKind.Event,
        5 when name.SequenceEqual("retry"u8) => EventStreamFieldKind.Retry,
        _ => EventStreamFieldKind.Unknown,
    };
}
