namespace WireProtocols.Http1;

/// <summary>
/// The rules of an HTTP/1.1 message head that bytes can break, RFC 9112 and RFC 9110: sentence, section and the status that a server answers
/// with. For what only a response can break that is 502: what a gateway answers that received it. <see cref="Http1ProtocolErrors"/> gives them.
/// </summary>
public enum Http1ProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only after a whole message head (RFC 9112 §8; 400).</summary>
    UnexpectedEnd,

    /// <summary>A line ends in CRLF, not in LF alone (RFC 9112 §2.2; 400).</summary>
    BareLineFeed,

    /// <summary>A CR is followed by LF (RFC 9112 §2.2; 400).</summary>
    /// <remarks>The offset is that of the byte after the CR.</remarks>
    BareCarriageReturn,

    /// <summary>No more empty lines come before the start-line than MaxLeadingEmptyLines (RFC 9112 §2.2; 400).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxLeadingEmptyLines"/>.</remarks>
    UnexpectedEmptyLine,

    /// <summary>A request-line is a method, one space, a target, one space and a version (RFC 9112 §3; 400).</summary>
    InvalidRequestLine,

    /// <summary>A method is a token (RFC 9112 §3.1; 400).</summary>
    InvalidMethod,

    /// <summary>A method is no longer than MaxMethodLength (RFC 9112 §3; 501).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxMethodLength"/>.</remarks>
    MethodTooLong,

    /// <summary>A request-target is a path, a URI, an authority (CONNECT) or an asterisk (OPTIONS) (RFC 9112 §3.2; 400).</summary>
    InvalidTarget,

    /// <summary>A request-line is no longer than MaxStartLineLength (RFC 9112 §3; 414).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxStartLineLength"/>.</remarks>
    RequestLineTooLong,

    /// <summary>A version is HTTP/, a digit, a full stop and a digit (RFC 9112 §2.3; 400).</summary>
    InvalidVersion,

    /// <summary>The major version of a message is 1 (RFC 9110 §15.6.6; 505).</summary>
    UnsupportedVersion,

    /// <summary>HTTP/1.1 is spoken here, and the input is not the HTTP/2 connection preface (RFC 9113 §3.4; 505).</summary>
    Http2Preface,

    /// <summary>A status-line is a version, one space, a status code, one space and a reason phrase (RFC 9112 §4; 502).</summary>
    InvalidStatusLine,

    /// <summary>A status code is three digits (RFC 9112 §4; 502).</summary>
    InvalidStatusCode,

    /// <summary>A reason phrase holds no control character (RFC 9112 §4; 502).</summary>
    InvalidReasonPhrase,

    /// <summary>A status-line is no longer than MaxStartLineLength (RFC 9112 §4; 502).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxStartLineLength"/>.</remarks>
    StatusLineTooLong,

    /// <summary>No white space stands between the start-line and the first field (RFC 9112 §2.2; 400).</summary>
    WhitespaceBeforeFirstField,

    /// <summary>A field value does not go on in the next line (RFC 9112 §5.2; 400).</summary>
    /// <remarks>This is obs-fold.</remarks>
    ObsoleteLineFolding,

    /// <summary>A field name is a token (RFC 9110 §5.1; 400).</summary>
    InvalidFieldName,

    /// <summary>A field line has a colon after the field name (RFC 9112 §5; 400).</summary>
    MissingColon,

    /// <summary>No white space stands between a field name and its colon (RFC 9112 §5.1; 400).</summary>
    WhitespaceBeforeColon,

    /// <summary>A field value holds no NUL (RFC 9110 §5.5; 400).</summary>
    NulInFieldValue,

    /// <summary>A field value holds no control character but HTAB (RFC 9110 §5.5; 400).</summary>
    InvalidFieldValue,

    /// <summary>A field line is no longer than MaxFieldLineLength (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxFieldLineLength"/>.</remarks>
    FieldLineTooLong,

    /// <summary>There are no more field lines than MaxFieldCount (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxFieldCount"/>.</remarks>
    TooManyFields,

    /// <summary>A head is no longer than MaxHeadLength (RFC 9110 §5.4; 431).</summary>
    /// <remarks>The limit is <see cref="Http1Options.MaxHeadLength"/>.</remarks>
    HeadTooLarge,

    /// <summary>An HTTP/1.1 request has a Host field (RFC 9112 §3.2; 400).</summary>
    /// <remarks>The offset is that of the last byte of the head.</remarks>
    MissingHost,

    /// <summary>A request has one Host field (RFC 9112 §3.2; 400).</summary>
    DuplicateHost,

    /// <summary>Host is a host and an optional port (RFC 9112 §3.2; 400).</summary>
    InvalidHost,

    /// <summary>Content-Length is one decimal number (RFC 9112 §6.3; 400).</summary>
    InvalidContentLength,

    /// <summary>A head has one Content-Length field (RFC 9110 §8.6; 400).</summary>
    /// <remarks>A second one is an error whatever its value.</remarks>
    DuplicateContentLength,

    /// <summary>Content-Length is at most 2^63-1 (RFC 9110 §8.6; 413).</summary>
    ContentLengthTooLarge,

    /// <summary>Transfer-Encoding is a list of transfer codings (RFC 9112 §6.1; 400).</summary>
    InvalidTransferEncoding,

    /// <summary>Content-Length and Transfer-Encoding do not stand in one head (RFC 9112 §6.3; 400).</summary>
    /// <remarks>The offset is that of the later field.</remarks>
    ContentLengthWithTransferEncoding,

    /// <summary>The last transfer coding of a request is chunked (RFC 9112 §6.3; 400).</summary>
    ChunkedNotFinal,

    /// <summary>The chunked coding is applied once (RFC 9112 §6.1; 400).</summary>
    ChunkedTwice,

    /// <summary>HTTP/1.0 has no Transfer-Encoding (RFC 9112 §6.1; 400).</summary>
    TransferEncodingInHttp10,

    /// <summary>No transfer coding but chunked is applied (RFC 9112 §6.1; 501).</summary>
    /// <remarks><see cref="Http1Options.AllowOtherTransferCodings"/> lets others pass.</remarks>
    UnsupportedTransferCoding,

    /// <summary>Nothing comes on a connection that has no outstanding request (RFC 9112 §9.2; 502).</summary>
    /// <remarks>"If a client receives data on a connection that doesn't have outstanding requests, the client MUST NOT consider that data to be
    /// a valid response."</remarks>
    UnrequestedData,
}
