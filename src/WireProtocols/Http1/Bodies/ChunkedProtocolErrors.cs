namespace WireProtocols.Http1;

/// <summary>The catalogue of <see cref="ChunkedProtocolError"/>: what each rule says, where it stands, and how a server answers.</summary>
public static class ChunkedProtocolErrors
{
    /// <summary>The rule that <paramref name="error"/> stands for.</summary>
    public static ProtocolRule GetRule(this ChunkedProtocolError error) => error switch
    {
        ChunkedProtocolError.None => new("No rule was broken", "RFC 9112 §7.1"),
        ChunkedProtocolError.UnexpectedEnd => new("The input ended inside a chunked body", "RFC 9112 §8"),
        ChunkedProtocolError.InvalidChunkSize => new("A chunk size is hexadecimal digits and nothing else", "RFC 9112 §7.1"),
        ChunkedProtocolError.ChunkSizeTooLarge => new("A chunk size has at most 16 digits and is at most 2^63-1", "RFC 9112 §7.1"),
        ChunkedProtocolError.BodyTooLong => new("The body is longer than the limit MaxBodyLength", "RFC 9112 §7.1"),
        ChunkedProtocolError.InvalidChunkExtension => new("A chunk extension is token [ \"=\" ( token / quoted-string ) ]", "RFC 9112 §7.1.1"),
        ChunkedProtocolError.WhitespaceBeforeLineEnd => new("No white space stands before the end of a chunk line", "RFC 9112 §7.1"),
        ChunkedProtocolError.BareCarriageReturn => new("A carriage return is followed by a line feed", "RFC 9112 §2.2"),
        ChunkedProtocolError.BareLineFeed => new("A line ends with CRLF, not with a line feed alone", "RFC 9112 §7.1"),
        ChunkedProtocolError.MissingDataTerminator => new("CRLF follows the data of a chunk", "RFC 9112 §7.1"),
        ChunkedProtocolError.LineTooLong => new("A chunk line is longer than the limit MaxLineLength", "RFC 9112 §7.1.1"),
        ChunkedProtocolError.ExtensionsTooLong => new("The chunk extensions of the body are longer than the limit MaxExtensionBytes", "RFC 9112 §7.1.1"),
        ChunkedProtocolError.InvalidTrailerName => new("The name of a trailer field is a token, directly followed by a colon", "RFC 9112 §5.1"),
        ChunkedProtocolError.InvalidTrailerValue => new("The value of a trailer field holds no control characters", "RFC 9110 §5.5"),
        ChunkedProtocolError.FoldedTrailer => new("A trailer field stands on one line, without white space before its name", "RFC 9112 §5.2"),
        ChunkedProtocolError.ForbiddenTrailer => new("Fields of framing, routing, authentication and content do not come as trailers", "RFC 9110 §6.5.1"),
        ChunkedProtocolError.TooManyTrailers => new("There are more trailer fields than the limit MaxTrailers", "RFC 9110 §5.4"),
        ChunkedProtocolError.TrailersTooLong => new("The trailer fields are longer than the limit MaxTrailerBytes", "RFC 9110 §5.4"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not a member of the enum."),
    };

    /// <summary>The status code with which a server answers a request that breaks the rule; it closes the connection then.</summary>
    public static int GetStatusCode(this ChunkedProtocolError error) => error switch
    {
        ChunkedProtocolError.None => 200,
        ChunkedProtocolError.ChunkSizeTooLarge or ChunkedProtocolError.BodyTooLong => 413,
        ChunkedProtocolError.TooManyTrailers or ChunkedProtocolError.TrailersTooLong => 431,
        _ => 400,
    };
}
