namespace WireProtocols.Http1;

/// <summary>
/// The rules of the chunked transfer coding (RFC 9112 §7.1) that a body can break: sentence, section and the status that a server answers with.
/// <see cref="ChunkedProtocolErrors"/> gives them.
/// </summary>
/// <remarks>Either side closes the connection, since it no longer knows where the next message begins.</remarks>
public enum ChunkedProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only after the empty line that ends the body (RFC 9112 §8; 400).</summary>
    UnexpectedEnd,

    /// <summary>A chunk size is one or more hexadecimal digits and nothing else (RFC 9112 §7.1; 400).</summary>
    InvalidChunkSize,

    /// <summary>A chunk size has at most 16 digits and is at most 2^63-1 (RFC 9112 §7.1; 413).</summary>
    ChunkSizeTooLarge,

    /// <summary>The sizes of the chunks add up to no more than MaxBodyLength (RFC 9112 §7.1; 413).</summary>
    /// <remarks>The limit is <see cref="ChunkedOptions.MaxBodyLength"/>.</remarks>
    BodyTooLong,

    /// <summary>A chunk extension is a token, or a token with a token or quoted string as its value (RFC 9112 §7.1.1; 400).</summary>
    InvalidChunkExtension,

    /// <summary>No white space stands before the end of a chunk line (RFC 9112 §7.1; 400).</summary>
    WhitespaceBeforeLineEnd,

    /// <summary>A carriage return is followed by a line feed (RFC 9112 §2.2; 400).</summary>
    /// <remarks>The offset is that of the byte after the carriage return.</remarks>
    BareCarriageReturn,

    /// <summary>A line ends with CRLF, not with a line feed alone (RFC 9112 §7.1; 400).</summary>
    BareLineFeed,

    /// <summary>CRLF follows the data of a chunk (RFC 9112 §7.1; 400).</summary>
    MissingDataTerminator,

    /// <summary>A chunk line is no longer than MaxLineLength (RFC 9112 §7.1.1; 400).</summary>
    /// <remarks>The limit is <see cref="ChunkedOptions.MaxLineLength"/>.</remarks>
    LineTooLong,

    /// <summary>The chunk extensions of a body are together no longer than MaxExtensionBytes (RFC 9112 §7.1.1; 400).</summary>
    /// <remarks>The limit is <see cref="ChunkedOptions.MaxExtensionBytes"/>.</remarks>
    ExtensionsTooLong,

    /// <summary>The name of a trailer field is a token, directly followed by a colon (RFC 9112 §5.1; 400).</summary>
    InvalidTrailerName,

    /// <summary>The value of a trailer field holds no control characters (RFC 9110 §5.5; 400).</summary>
    InvalidTrailerValue,

    /// <summary>A trailer field stands on one line, without white space before its name (RFC 9112 §5.2; 400).</summary>
    FoldedTrailer,

    /// <summary>Fields of framing, routing, authentication and content do not come as trailers (RFC 9110 §6.5.1; 400).</summary>
    /// <remarks>Said while <see cref="ChunkedOptions.RejectForbiddenTrailers"/> is set.</remarks>
    ForbiddenTrailer,

    /// <summary>There are no more trailer fields than MaxTrailers (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="ChunkedOptions.MaxTrailers"/>.</remarks>
    TooManyTrailers,

    /// <summary>The trailer fields are together no longer than MaxTrailerBytes (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="ChunkedOptions.MaxTrailerBytes"/>.</remarks>
    TrailersTooLong,
}
