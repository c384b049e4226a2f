namespace WireProtocols.Conformance;

/// <summary>The sentences that more than one table of cases stands on.</summary>
internal static class Http1Rules
{
    public static readonly ConformanceRule Grammar = ConformanceRule.Should(
        "RFC 9112 §2.2",
        "When a server listening only for HTTP request messages, or processing what appears from the start-line to be an HTTP request message, "
            + "receives a sequence of octets that does not match the HTTP-message grammar aside from the robustness exceptions listed above, "
            + "the server SHOULD respond with a 400 (Bad Request) response and close the connection.",
        "Answer what is outside the grammar with 400, and close.");

    public static readonly ConformanceRule Methods = ConformanceRule.Must(
        "RFC 9110 §9.1",
        "All general-purpose servers MUST support the methods GET and HEAD.",
        "Answer GET and HEAD; this suite also needs a POST that echoes its body.");

    public static readonly ConformanceRule Host = ConformanceRule.Must(
        "RFC 9112 §3.2",
        "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host header field and to any "
            + "request message that contains more than one Host header field line or a Host header field with an invalid field value.",
        "Count the Host lines and check the value before anything else.");

    public static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 9112 §5",
        "Each field line consists of a case-insensitive field name followed by a colon (\":\"), optional leading whitespace, the "
            + "field line value, and optional trailing whitespace.",
        "Compare field names without regard to case.");

    public static readonly ConformanceRule Whitespace = ConformanceRule.Must(
        "RFC 9110 §5.5",
        "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST "
            + "exclude such whitespace prior to evaluating the field value.",
        "Trim spaces and tabs on both sides of a value.");

    public static readonly ConformanceRule Length = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If a valid Content-Length header field is present without Transfer-Encoding, its decimal value defines the expected "
            + "message body length in octets.",
        "Read exactly so many bytes; what follows is the next request.");

    public static readonly ConformanceRule InvalidLength = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If the unrecoverable error is in a request message, the server MUST respond with a 400 (Bad Request) status code and "
            + "then close the connection.",
        "Take a Content-Length of digits alone, no sign, no space, no fraction; refuse all else with 400 and close.");

    public static readonly ConformanceRule Overflow = ConformanceRule.Must(
        "RFC 9110 §8.6",
        "Since there is no predefined limit to the length of content, a recipient MUST anticipate potentially large decimal numerals and "
            + "prevent parsing errors due to integer conversion overflows or precision loss due to integer conversion (Section 17.5).",
        "Check for overflow at each digit; refuse what is too large with 400 or 413.");

    public static readonly ConformanceRule Chunked = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "A recipient MUST be able to parse and decode the chunked transfer coding.",
        "Decode chunk by chunk, to the empty line behind the last one.");

    public static readonly ConformanceRule CodingNames = ConformanceRule.Must(
        "RFC 9112 §7",
        "All transfer-coding names are case-insensitive and ought to be registered within the HTTP Transfer Coding registry, as "
            + "defined in Section 7.3.",
        "Compare the name 'chunked' without regard to case.");

    public static readonly ConformanceRule ChunkedLast = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If a Transfer-Encoding header field is present in a request and the chunked transfer coding is not the final encoding, the message "
            + "body length cannot be determined reliably; the server MUST respond with the 400 (Bad Request) status code and then close the "
            + "connection.",
        "Refuse whatever does not end in chunked, and close; never guess a length.");

    public static readonly ConformanceRule LengthAndChunked = ConformanceRule.Must(
        "RFC 9112 §6.1",
        "A server MAY reject a request that contains both Content-Length and Transfer-Encoding or process such a request in accordance with the "
            + "Transfer-Encoding alone. Regardless, the server MUST close the connection after responding to such a request to avoid the "
            + "potential attacks.",
        "Refuse it, or go by Transfer-Encoding; close in either case.");

    public static readonly ConformanceRule Old = ConformanceRule.Must(
        "RFC 9112 §6.1",
        "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST treat the message as if the "
            + "framing is faulty, even if a Content-Length is present, and close the connection after processing the message.",
        "Refuse Transfer-Encoding in HTTP/1.0, or close behind it.");

    public static readonly ConformanceRule ReadOrClose = ConformanceRule.Must(
        "RFC 9112 §9.3",
        "A server MUST read the entire request message body or close the connection after sending its response; otherwise, the "
            + "remaining data on a persistent connection would be misinterpreted as the next request.",
        "Whatever you answer, read the body to its end or close.");

    public static readonly ConformanceRule Framing = ConformanceRule.Must(
        "RFC 9112 §6",
        "The presence of a message body in a request is signaled by a Content-Length or Transfer-Encoding header field. Request "
            + "message framing is independent of method semantics.",
        "Read the body that is announced, whatever the method.");

    public static readonly ConformanceRule ObsoleteFold = ConformanceRule.Must(
        "RFC 9112 §5.2",
        "A server that receives an obs-fold in a request message that is not within a \"message/http\" container MUST either reject the message "
            + "by sending a 400 (Bad Request), preferably with a representation explaining that obsolete line folding is unacceptable, or "
            + "replace each received obs-fold with one or more SP octets prior to interpreting the field value or forwarding the message "
            + "downstream.",
        "Refuse a line that begins with a space or tab.");

    public static readonly ConformanceRule BareReturn = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with SP before processing "
            + "the element or forwarding the message.",
        "A CR without LF ends no line; refuse it.");

    public static readonly ConformanceRule Incomplete = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If the sender closes the connection or the recipient times out before the indicated number of octets are received, the "
            + "recipient MUST consider the message to be incomplete and close the connection.",
        "Do not answer a body that was cut off as if it were whole.");

    public static readonly ConformanceRule ChunkOverflow = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "Therefore, recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors due to integer "
            + "conversion overflows or precision loss due to integer representation.",
        "Check for overflow at each digit of a chunk size.");
}
