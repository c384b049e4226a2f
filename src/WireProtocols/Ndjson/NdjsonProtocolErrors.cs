namespace WireProtocols.Ndjson;

/// <summary>The catalogue of <see cref="NdjsonProtocolError"/>: what each rule says and where it stands.</summary>
public static class NdjsonProtocolErrors
{
    /// <summary>The rule that <paramref name="error"/> stands for.</summary>
    public static ProtocolRule GetRule(this NdjsonProtocolError error) => error switch
    {
        NdjsonProtocolError.None => new("No rule was broken", "ndjson-spec §3"),
        NdjsonProtocolError.UnexpectedEnd => new("The input ended inside a record", "ndjson-spec §3.1, RFC 7464 §2.4"),
        NdjsonProtocolError.EmptyLine => new("A line holds a JSON text", "ndjson-spec §3.2"),
        NdjsonProtocolError.EmbeddedCarriageReturn => new("A record holds no carriage return", "ndjson-spec §3.1"),
        NdjsonProtocolError.ByteOrderMark => new("There is no byte order mark", "RFC 8259 §8.1"),
        NdjsonProtocolError.RecordTooLong => new("The record is longer than the limit MaxRecordLength", "RFC 8259 §9"),
        NdjsonProtocolError.InvalidUtf8 => new("A record is UTF-8", "ndjson-spec §3.1, RFC 7464 §2"),
        NdjsonProtocolError.InvalidJson => new("A record is one JSON text", "RFC 8259 §2"),
        NdjsonProtocolError.NestingTooDeep => new("The record is nested deeper than the limit MaxDepth", "RFC 8259 §9"),
        NdjsonProtocolError.InvalidValue => new("The record is not of the type that is read", "RFC 8259 §3"),
        NdjsonProtocolError.MissingRecordSeparator => new("A JSON text sequence begins with a record separator", "RFC 7464 §2.1"),
        NdjsonProtocolError.TruncatedRecord => new("The text was cut short by the next record separator", "RFC 7464 §2.4"),
        NdjsonProtocolError.BytesAfterRecord => new("Only white space stands between a text and the next record separator", "RFC 7464 §2.4"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not a member of the enum."),
    };
}
