namespace WireProtocols.Ndjson;

/// <summary>
/// The rules of NDJSON (ndjson-spec 1.0) and JSON text sequences (RFC 7464) that input can break: sentence and section, which
/// <see cref="NdjsonProtocolErrors"/> gives.
/// </summary>
public enum NdjsonProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only after a whole record (ndjson-spec §3.1, RFC 7464 §2.4).</summary>
    /// <remarks>A line has its line feed; a text of a sequence is not cut short.</remarks>
    UnexpectedEnd,

    /// <summary>A line holds a JSON text (ndjson-spec §3.2).</summary>
    /// <remarks><see cref="NdjsonOptions.IgnoreEmptyLines"/> lets empty lines pass.</remarks>
    EmptyLine,

    /// <summary>A line holds no carriage return but the one of its end (ndjson-spec §3.1).</summary>
    EmbeddedCarriageReturn,

    /// <summary>There is no byte order mark (RFC 8259 §8.1).</summary>
    /// <remarks><see cref="NdjsonOptions.AllowByteOrderMark"/> lets one pass.</remarks>
    ByteOrderMark,

    /// <summary>A record is no longer than MaxRecordLength (RFC 8259 §9).</summary>
    /// <remarks>The limit is <see cref="NdjsonOptions.MaxRecordLength"/>.</remarks>
    RecordTooLong,

    /// <summary>A record is UTF-8 (ndjson-spec §3.1, RFC 7464 §2).</summary>
    InvalidUtf8,

    /// <summary>A record is one JSON text (RFC 8259 §2).</summary>
    InvalidJson,

    /// <summary>A record is nested no deeper than MaxDepth (RFC 8259 §9).</summary>
    /// <remarks>The limit is <see cref="NdjsonOptions.MaxDepth"/>.</remarks>
    NestingTooDeep,

    /// <summary>A record is of the type that is read (RFC 8259 §3).</summary>
    /// <remarks>The record is JSON; the offset is where the serializer stopped, behind the value.</remarks>
    InvalidValue,

    /// <summary>A JSON text sequence begins with a record separator (RFC 7464 §2.1).</summary>
    MissingRecordSeparator,

    /// <summary>A text is not cut short by the next record separator (RFC 7464 §2.4).</summary>
    TruncatedRecord,

    /// <summary>Only white space stands between a text and the next record separator (RFC 7464 §2.4).</summary>
    BytesAfterRecord,
}
