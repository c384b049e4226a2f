namespace WireProtocols.Http1;

/// <summary>The catalogue of <see cref="Http1ProtocolError"/>.</summary>
public static class Http1ProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="Http1ProtocolError.None"/>.</exception>
    public static ProtocolRule GetRule(this Http1ProtocolError error) => error switch
    {
        Http1ProtocolError.UnexpectedEnd => new("The input ends inside a message head", "RFC 9112 §8"),
        Http1ProtocolError.BareLineFeed => new("A line ends in CRLF, not in LF alone", "RFC 9112 §2.2"),
        Http1ProtocolError.BareCarriageReturn => new("A CR is followed by LF", "RFC 9112 §2.2"),
        Http1ProtocolError.UnexpectedEmptyLine => new("A start-line is expected, not another empty line", "RFC 9112 §2.2"),
        Http1ProtocolError.InvalidRequestLine => new("A request-line is a method, a space, a target, a space and a version", "RFC 9112 §3"),
        Http1ProtocolError.InvalidMethod => new("A method is a token", "RFC 9112 §3.1"),
        Http1ProtocolError.MethodTooLong => new("The method is longer than the limit", "RFC 9112 §3"),
        Http1ProtocolError.InvalidTarget => new("A request-target is a path, a URI, an authority (CONNECT) or an asterisk (OPTIONS)", "RFC 9112 §3.2"),
        Http1ProtocolError.RequestLineTooLong => new("The request-line is longer than the limit", "RFC 9112 §3"),
        Http1ProtocolError.InvalidVersion => new("A version is HTTP/, a digit, a full stop and a digit", "RFC 9112 §2.3"),
        Http1ProtocolError.UnsupportedVersion => new("The major version of the message is not 1", "RFC 9110 §15.6.6"),
        Http1ProtocolError.Http2Preface => new("This is the HTTP/2 connection preface, and HTTP/1.1 is spoken here", "RFC 9113 §3.4"),
        Http1ProtocolError.InvalidStatusLine => new("A status-line is a version, a space, a status code, a space and a reason phrase", "RFC 9112 §4"),
        Http1ProtocolError.InvalidStatusCode => new("A status code is three digits", "RFC 9112 §4"),
        Http1ProtocolError.InvalidReasonPhrase => new("A reason phrase holds no control character", "RFC 9112 §4"),
        Http1ProtocolError.StatusLineTooLong => new("The status-line is longer than the limit", "RFC 9112 §4"),
        Http1ProtocolError.WhitespaceBeforeFirstField => new("No white space stands between the start-line and the first field", "RFC 9112 §2.2"),
        Http1ProtocolError.ObsoleteLineFolding => new("A field value does not go on in the next line", "RFC 9112 §5.2"),
        Http1ProtocolError.InvalidFieldName => new("A field name is a token", "RFC 9110 §5.1"),
        Http1ProtocolError.MissingColon => new("A field line has a colon after the field name", "RFC 9112 §5"),
        Http1ProtocolError.WhitespaceBeforeColon => new("No white space stands between a field name and its colon", "RFC 9112 §5.1"),
        Http1ProtocolError.NulInFieldValue => new("A field value holds no NUL", "RFC 9110 §5.5"),
        Http1ProtocolError.InvalidFieldValue => new("A field value holds no control character", "RFC 9110 §5.5"),
        Http1ProtocolError.FieldLineTooLong => new("The field line is longer than the limit", "RFC 9110 §5.4"),
        Http1ProtocolError.TooManyFields => new("There are more field lines than the limit", "RFC 9110 §5.4"),
        Http1ProtocolError.HeadTooLarge => new("The head is longer than the limit", "RFC 9110 §5.4"),
        Http1ProtocolError.MissingHost => new("An HTTP/1.1 request has a Host field", "RFC 9112 §3.2"),
        Http1ProtocolError.DuplicateHost => new("A request has one Host field", "RFC 9112 §3.2"),
        Http1ProtocolError.InvalidHost => new("Host is a host and an optional port", "RFC 9112 §3.2"),
        Http1ProtocolError.InvalidContentLength => new("Content-Length is one decimal number", "RFC 9112 §6.3"),
        Http1ProtocolError.DuplicateContentLength => new("A head has one Content-Length field", "RFC 9110 §8.6"),
        Http1ProtocolError.ContentLengthTooLarge => new("Content-Length is larger than 2^63 - 1", "RFC 9110 §8.6"),
        Http1ProtocolError.InvalidTransferEncoding => new("Transfer-Encoding is a list of transfer codings", "RFC 9112 §6.1"),
        Http1ProtocolError.ContentLengthWithTransferEncoding => new("Content-Length and Transfer-Encoding do not stand in one head", "RFC 9112 §6.3"),
        Http1ProtocolError.ChunkedNotFinal => new("The last transfer coding of a request is chunked", "RFC 9112 §6.3"),
        Http1ProtocolError.ChunkedTwice => new("The chunked coding is applied once", "RFC 9112 §6.1"),
        Http1ProtocolError.TransferEncodingInHttp10 => new("HTTP/1.0 has no Transfer-Encoding", "RFC 9112 §6.1"),
        Http1ProtocolError.UnsupportedTransferCoding => new("No transfer coding but chunked is understood", "RFC 9112 §6.1"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is no such rule."),
    };

    /// <summary>
    /// The status that a server answers a request with, before it closes the connection: 400, 413, 414, 431, 501 or 505. For what only a
    /// response can break, 502: what a gateway answers that received it.
    /// </summary>
    public static int GetStatusCode(this Http1ProtocolError error) => error switch
    {
        Http1ProtocolError.ContentLengthTooLarge => 413,
        Http1ProtocolError.RequestLineTooLong => 414,
        Http1ProtocolError.FieldLineTooLong or Http1ProtocolError.TooManyFields or Http1ProtocolError.HeadTooLarge => 431,
        Http1ProtocolError.MethodTooLong or Http1ProtocolError.UnsupportedTransferCoding => 501,
        Http1ProtocolError.InvalidStatusLine or Http1ProtocolError.InvalidStatusCode or Http1ProtocolError.InvalidReasonPhrase
            or Http1ProtocolError.StatusLineTooLong => 502,
        Http1ProtocolError.UnsupportedVersion or Http1ProtocolError.Http2Preface => 505,
        _ => 400,
    };
}
