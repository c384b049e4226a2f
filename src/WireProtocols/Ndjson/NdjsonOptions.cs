namespace WireProtocols.Ndjson;

/// <summary>Limits and leniencies of reading NDJSON or a JSON text sequence. The defaults are strict and safe for input from anyone.</summary>
public sealed class NdjsonOptions
{
    /// <summary>The strict defaults, for lines.</summary>
    public static NdjsonOptions Default { get; } = new();

    /// <summary>How records are told apart.</summary>
    public NdjsonFormat Format { get; init; }

    /// <summary>The longest record in bytes, without its line end or separator; at least 1. 1 MiB by default.</summary>
    public int MaxRecordLength { get; init => field = AtLeast(1, value); } = 1024 * 1024;

    /// <summary>The deepest nesting of objects and arrays that validation and the JSON reader take; at least 1. 64 by default.</summary>
    public int MaxDepth { get; init => field = AtLeast(1, value); } = 64;

    /// <summary>
    /// Whether each record is checked to be one JSON text in UTF-8 without a carriage return inside. On by default; off, records are told
    /// apart and not looked into.
    /// </summary>
    public bool Validate { get; init; } = true;

    /// <summary>
    /// Goes on with the next record after a bad one, which is then handed out with its <see cref="NdjsonRecord.Error"/>. Off by default: the
    /// first violation ends the input. Typed reading always goes on.
    /// </summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Skips empty lines. Off by default.</summary>
    /// <remarks>"The parser MAY silently ignore empty lines, e.g. \n\n. This behavior MUST be documented and SHOULD be configurable by the user
    /// of the parser" (ndjson-spec §3.2). A line of white space is not empty.</remarks>
    public bool IgnoreEmptyLines { get; init; }

    /// <summary>Skips a byte order mark at the start of the input. Off by default:
    /// "Implementations MUST NOT add a byte order mark" (RFC 8259 §8.1).</summary>
    public bool AllowByteOrderMark { get; init; }

    /// <summary>
    /// Takes what stands behind the last line feed, where that is something, as a record. Off by default, since a stream that is cut short
    /// looks the same. Of a text sequence this concerns nothing: there, whether a text is whole shows in the text (RFC 7464 §2.4).
    /// </summary>
    public bool AllowUnterminatedLastRecord { get; init; }

    private static int AtLeast(int least, int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }
}
