namespace WireProtocols.Http1;

/// <summary>Limits and leniencies of reading a chunked body. The defaults are strict and safe for input from anyone.</summary>
/// <remarks>
/// What is budgeted is the bytes of framing that a peer may choose freely (lines, extensions, trailers), never the ratio of framing to
/// payload: a body in chunks of one byte is legal, however long.
/// </remarks>
public sealed class ChunkedOptions
{
    /// <summary>The strict defaults.</summary>
    public static ChunkedOptions Default { get; } = new();

    /// <summary>The longest chunk line (size and extensions) in bytes, without its CRLF; at least 16. 4096 by default.</summary>
    public int MaxLineLength { get; init => field = AtLeast(16, value); } = 4096;

    /// <summary>
    /// How many bytes the chunk extensions of one body may take together, semicolons and white space included. 16384 by default.
    /// </summary>
    /// <remarks>"A server ought to limit the total length of chunk extensions received in a request" (RFC 9112 §7.1.1).</remarks>
    public int MaxExtensionBytes { get; init => field = AtLeast(0, value); } = 16 * 1024;

    /// <summary>How many trailer fields a body may have. 100 by default.</summary>
    public int MaxTrailers { get; init => field = AtLeast(0, value); } = 100;

    /// <summary>How many bytes the trailer fields may take together, without their CRLFs. 16384 by default.</summary>
    public int MaxTrailerBytes { get; init => field = AtLeast(0, value); } = 16 * 1024;

    /// <summary>
    /// The longest body in bytes, decoded. <see cref="long.MaxValue"/> by default, since a body is streamed, never held. A chunk that
    /// announces more than is left is refused at its size, before its data.
    /// </summary>
    public long MaxBodyLength { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = long.MaxValue;

    /// <summary>
    /// Fails with <see cref="ChunkedProtocolError.ForbiddenTrailer"/> on a trailer that <see cref="TrailerFields.IsForbidden"/> names. When
    /// off, as by default, such trailers are handed out with <see cref="ChunkedElement.IsForbidden"/> set.
    /// </summary>
    public bool RejectForbiddenTrailers { get; init; }

    /// <summary>
    /// Accepts a line feed alone where a CRLF ends a line or the data of a chunk. Off by default: whoever stands before or behind may see
    /// other boundaries, which is how requests are smuggled.
    /// </summary>
    public bool AllowBareLineFeed { get; init; }

    /// <summary>
    /// Accepts spaces and tabs before the end of a chunk line, after the size or an extension, as some old senders pad. Off by default.
    /// </summary>
    public bool AllowWhitespaceAfterSize { get; init; }

    private static int AtLeast(int least, int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        return value;
    }
}
