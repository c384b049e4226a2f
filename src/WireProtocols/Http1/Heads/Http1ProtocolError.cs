namespace WireProtocols.Http1;

/// <summary>
/// The rules of an HTTP/1.1 message head that bytes can break, RFC 9112 and RFC 9110. <see cref="Http1ProtocolErrors.GetRule"/> gives the
/// sentence and section, <see cref="Http1ProtocolErrors.GetStatusCode"/> the status that a server answers with.
/// </summary>
public enum Http1ProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends inside a head; RFC 9112 §8. Status 400.</summary>
    UnexpectedEnd,

    /// <summary>A line ends in LF without CR; RFC 9112 §2.2. Status 400.</summary>
    BareLineFeed,

    /// <summary>A CR is not followed by LF; the offset is that of the byte after the CR. RFC 9112 §2.2. Status 400.</summary>
    BareCarriageReturn,

    /// <summary>More empty lines come before the start-line than the options allow; RFC 9112 §2.2. Status 400.</summary>
    UnexpectedEmptyLine,

    /// <summary>The request-line is not method, one space, target, one space, version; RFC 9112 §3. Status 400.</summary>
    InvalidRequestLine,

    /// <summary>The method holds a byte that no token may hold; RFC 9112 §3.1. Status 400.</summary>
    InvalidMethod,

    /// <summary>The method is longer than the limit; RFC 9112 §3. Status 501.</summary>
    MethodTooLong,

    /// <summary>The request-target has none of the four forms, or not the one that its method demands; RFC 9112 §3.2. Status 400.</summary>
    InvalidTarget,

    /// <summary>The request-line is longer than the limit; RFC 9112 §3. Status 414.</summary>
    RequestLineTooLong,

    /// <summary>The version is not <c>HTTP/</c>, a digit, a full stop and a digit; RFC 9112 §2.3. Status 400.</summary>
    InvalidVersion,

    /// <summary>The major version is not 1; RFC 9110 §15.6.6. Status 505.</summary>
    UnsupportedVersion,

    /// <summary>The input is the HTTP/2 connection preface; RFC 9113 §3.4. Status 505.</summary>
    Http2Preface,

    /// <summary>The status-line is not version, one space, status code, one space, reason; RFC 9112 §4.</summary>
    InvalidStatusLine,

    /// <summary>The status code is not three digits; RFC 9112 §4.</summary>
    InvalidStatusCode,

    /// <summary>The reason phrase holds a control character; RFC 9112 §4.</summary>
    InvalidReasonPhrase,

    /// <summary>The status-line is longer than the limit; RFC 9112 §4.</summary>
    StatusLineTooLong,

    /// <summary>White space stands between the start-line and the first field; RFC 9112 §2.2. Status 400.</summary>
    WhitespaceBeforeFirstField,

    /// <summary>A field value goes on in the next line (obs-fold); RFC 9112 §5.2. Status 400.</summary>
    ObsoleteLineFolding,

    /// <summary>A field name is empty or holds a byte that no token may hold; RFC 9110 §5.1. Status 400.</summary>
    InvalidFieldName,

    /// <summary>A field line ends before its colon; RFC 9112 §5. Status 400.</summary>
    MissingColon,

    /// <summary>White space stands between a field name and its colon; RFC 9112 §5.1. Status 400.</summary>
    WhitespaceBeforeColon,

    /// <summary>A field value holds NUL; RFC 9110 §5.5. Status 400.</summary>
    NulInFieldValue,

    /// <summary>A field value holds a control character other than HTAB; RFC 9110 §5.5. Status 400.</summary>
    InvalidFieldValue,

    /// <summary>A field line is longer than the limit; RFC 9110 §5.4. Status 431.</summary>
    FieldLineTooLong,

    /// <summary>There are more field lines than the limit; RFC 9110 §5.4. Status 431.</summary>
    TooManyFields,

    /// <summary>The head is longer than the limit; RFC 9110 §5.4. Status 431.</summary>
    HeadTooLarge,

    /// <summary>An HTTP/1.1 request has no Host field; the offset is that of the head's last byte. RFC 9112 §3.2. Status 400.</summary>
    MissingHost,

    /// <summary>A request has a second Host field; RFC 9112 §3.2. Status 400.</summary>
    DuplicateHost,

    /// <summary>The Host field is not a host with an optional port; RFC 9112 §3.2. Status 400.</summary>
    InvalidHost,

    /// <summary>Content-Length is not one decimal number; RFC 9112 §6.3. Status 400.</summary>
    InvalidContentLength,

    /// <summary>There is a second Content-Length field, whatever its value; RFC 9110 §8.6. Status 400.</summary>
    DuplicateContentLength,

    /// <summary>Content-Length is above 2^63 - 1; RFC 9110 §8.6. Status 413.</summary>
    ContentLengthTooLarge,

    /// <summary>Transfer-Encoding is not a list of transfer codings; RFC 9112 §6.1. Status 400.</summary>
    InvalidTransferEncoding,

    /// <summary>Content-Length and Transfer-Encoding stand in one head; the offset is that of the later field. RFC 9112 §6.3. Status 400.</summary>
    ContentLengthWithTransferEncoding,

    /// <summary>The chunked coding is not the last one of a request; RFC 9112 §6.3. Status 400.</summary>
    ChunkedNotFinal,

    /// <summary>The chunked coding is applied more than once; RFC 9112 §6.1. Status 400.</summary>
    ChunkedTwice,

    /// <summary>A head of HTTP/1.0 has a Transfer-Encoding field; RFC 9112 §6.1. Status 400.</summary>
    TransferEncodingInHttp10,

    /// <summary>A transfer coding other than chunked is applied, and the options do not allow that; RFC 9112 §6.1. Status 501.</summary>
    UnsupportedTransferCoding,
}
