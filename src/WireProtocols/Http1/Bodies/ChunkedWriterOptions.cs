namespace WireProtocols.Http1;

/// <summary>How a <see cref="ChunkedWriter"/> writes.</summary>
public sealed class ChunkedWriterOptions
{
    /// <summary>The defaults.</summary>
    public static ChunkedWriterOptions Default { get; } = new();

    /// <summary>
    /// How much payload in bytes is gathered into one chunk before it is closed without a flush; at least 16. 4095 by default, the most
    /// that three digits say. A single write that is larger becomes a chunk of its own, of its own size.
    /// </summary>
    public int ChunkCapacity { get; init => field = value >= 16 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 4095;

    /// <summary>
    /// Lets <see cref="ChunkedWriter.AddTrailer(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> take fields that must not be sent as trailers
    /// (RFC 9110 §6.5.1). Off by default; for tools that make bad input on purpose.
    /// </summary>
    public bool AllowForbiddenTrailers { get; init; }
}
