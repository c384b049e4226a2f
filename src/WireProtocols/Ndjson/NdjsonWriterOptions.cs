namespace WireProtocols.Ndjson;

/// <summary>How an <see cref="NdjsonWriter"/> writes.</summary>
public sealed class NdjsonWriterOptions
{
    /// <summary>The defaults, for lines.</summary>
    public static NdjsonWriterOptions Default { get; } = new();

    /// <summary>How records are told apart.</summary>
    public NdjsonFormat Format { get; init; }

    /// <summary>
    /// Whether <see cref="NdjsonWriter.WriteRaw"/> checks that a record is one JSON text in UTF-8. On by default: "when the JSON text sequence
    /// encoder accepts already-encoded JSON texts, the JSON text sequence encoder ought to parse them" (RFC 7464 §2.2). That it stays one
    /// record is always checked.
    /// </summary>
    public bool ValidateRaw { get; init; } = true;

    /// <summary>The deepest nesting that the check takes; at least 1. 64 by default.</summary>
    public int MaxDepth { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 64;

    /// <summary>
    /// How many bytes may wait before the asynchronous methods flush. 0 by default: each record is sent at once. A larger value sends many
    /// records together; <see cref="NdjsonWriter.FlushAsync"/> sends what is left.
    /// </summary>
    public int FlushThreshold { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); }
}
