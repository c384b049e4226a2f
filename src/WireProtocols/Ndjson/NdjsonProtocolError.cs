namespace WireProtocols.Ndjson;

/// <summary>The rules of NDJSON (ndjson-spec 1.0) and JSON text sequences (RFC 7464) that input can break.</summary>
public enum NdjsonProtocolError
{
    /// <summary>No rule was broken.</summary>
    None = 0,

    /// <summary>The input ended inside a record: a line without its line feed (ndjson-spec §3.1), or a text that is cut short (RFC 7464 §2.4).</summary>
    UnexpectedEnd,

    /// <summary>A line is empty, and <see cref="NdjsonOptions.IgnoreEmptyLines"/> is off (ndjson-spec §3.2).</summary>
    EmptyLine,

    /// <summary>A line holds a carriage return that is not part of its end (ndjson-spec §3.1).</summary>
    EmbeddedCarriageReturn,

    /// <summary>The input begins with a byte order mark, and <see cref="NdjsonOptions.AllowByteOrderMark"/> is off (RFC 8259 §8.1).</summary>
    ByteOrderMark,

    /// <summary>A record is longer than <see cref="NdjsonOptions.MaxRecordLength"/>.</summary>
    RecordTooLong,

    /// <summary>A record is not UTF-8 (ndjson-spec §3.1, RFC 7464 §2).</summary>
    InvalidUtf8,

    /// <summary>A record is not one JSON text (RFC 8259 §2).</summary>
    InvalidJson,

    /// <summary>A record is nested deeper than <see cref="NdjsonOptions.MaxDepth"/> (RFC 8259 §9).</summary>
    NestingTooDeep,

    /// <summary>A record is JSON, but not of the type that is read; the offset is where the serializer stopped, behind the value.</summary>
    InvalidValue,

    /// <summary>A JSON text sequence begins with something else than a record separator (RFC 7464 §2.1).</summary>
    MissingRecordSeparator,

    /// <summary>A text of a sequence was cut short by the next record separator (RFC 7464 §2.4).</summary>
    TruncatedRecord,

    /// <summary>Something other than white space stands between a text of a sequence and the next record separator (RFC 7464 §2.4).</summary>
    BytesAfterRecord,
}
