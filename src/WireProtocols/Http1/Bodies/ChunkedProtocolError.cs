namespace WireProtocols.Http1;

/// <summary>The rules of the chunked transfer coding (RFC 9112 §7.1) that a body can break.</summary>
/// <remarks><see cref="ChunkedProtocolErrors.GetStatusCode"/> says what a server answers; either side closes the connection, since it no
/// longer knows where the next message begins.</remarks>
public enum ChunkedProtocolError
{
    /// <summary>No rule was broken.</summary>
    None = 0,

    /// <summary>The input ended before the empty line that ends the body (RFC 9112 §8). Answered with 400.</summary>
    UnexpectedEnd,

    /// <summary>A chunk size is one or more hexadecimal digits and nothing else (RFC 9112 §7.1). Answered with 400.</summary>
    InvalidChunkSize,

    /// <summary>A chunk size has at most 16 digits and is at most 2^63-1 (RFC 9112 §7.1). Answered with 413.</summary>
    ChunkSizeTooLarge,

    /// <summary>The sizes of the chunks add up to more than <see cref="ChunkedOptions.MaxBodyLength"/>. Answered with 413.</summary>
    BodyTooLong,

    /// <summary>A chunk extension is a token, or a token with a token or quoted string as its value (RFC 9112 §7.1.1). Answered with 400.</summary>
    InvalidChunkExtension,

    /// <summary>No white space stands before the end of a chunk line (RFC 9112 §7.1). Answered with 400.</summary>
    WhitespaceBeforeLineEnd,

    /// <summary>A carriage return is followed by a line feed; the offset is that of the byte after it (RFC 9112 §2.2). Answered with 400.</summary>
    BareCarriageReturn,

    /// <summary>A line ends with CRLF, not with a line feed alone (RFC 9112 §7.1). Answered with 400.</summary>
    BareLineFeed,

    /// <summary>CRLF follows the data of a chunk (RFC 9112 §7.1). Answered with 400.</summary>
    MissingDataTerminator,

    /// <summary>A chunk line is longer than <see cref="ChunkedOptions.MaxLineLength"/>. Answered with 400.</summary>
    LineTooLong,

    /// <summary>The chunk extensions of the body are longer than <see cref="ChunkedOptions.MaxExtensionBytes"/> (RFC 9112 §7.1.1). Answered with 400.</summary>
    ExtensionsTooLong,

    /// <summary>The name of a trailer field is a token, directly followed by a colon (RFC 9112 §5.1). Answered with 400.</summary>
    InvalidTrailerName,

    /// <summary>The value of a trailer field holds no control characters (RFC 9110 §5.5). Answered with 400.</summary>
    InvalidTrailerValue,

    /// <summary>A trailer field stands on one line (RFC 9112 §5.2). Answered with 400.</summary>
    FoldedTrailer,

    /// <summary>A field that must be in the header section came as a trailer, and <see cref="ChunkedOptions.RejectForbiddenTrailers"/> is set
    /// (RFC 9110 §6.5.1). Answered with 400.</summary>
    ForbiddenTrailer,

    /// <summary>There are more trailer fields than <see cref="ChunkedOptions.MaxTrailers"/>. Answered with 431.</summary>
    TooManyTrailers,

    /// <summary>The trailer fields are longer than <see cref="ChunkedOptions.MaxTrailerBytes"/>. Answered with 431.</summary>
    TrailersTooLong,
}
