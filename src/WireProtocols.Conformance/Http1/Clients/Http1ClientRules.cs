namespace WireProtocols.Conformance;

/// <summary>The sentences that the cases of clients stand on.</summary>
internal static class Http1ClientRules
{
    public static readonly ConformanceRule StatusLine = ConformanceRule.Must(
        "RFC 9112 §4",
        "status-line = HTTP-version SP status-code SP [ reason-phrase ]",
        "Read the version, three digits, and whatever stands behind them.");

    public static readonly ConformanceRule Reason = ConformanceRule.Should(
        "RFC 9112 §4",
        "A client SHOULD ignore the reason-phrase content because it is not a reliable channel for information (it might be translated for a given "
            + "locale, overwritten by intermediaries, or discarded when the message is forwarded via other versions of HTTP).",
        "Take any reason, and none.");

    public static readonly ConformanceRule Classes = ConformanceRule.Must(
        "RFC 9110 §15",
        "However, a client MUST understand the class of any status code, as indicated by the first digit, and treat an unrecognized status code "
            + "as being equivalent to the x00 status code of that class.",
        "Take any status from 200 to 599 as a response.");

    public static readonly ConformanceRule Interim = ConformanceRule.Must(
        "RFC 9110 §15.2",
        "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.",
        "Read past 1xx heads to the final one.");

    public static readonly ConformanceRule NoBody = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code is "
            + "always terminated by the first empty line after the header fields, regardless of the header fields present in the message, and "
            + "thus cannot contain a message body or trailer section.",
        "Read no body behind 204 and 304.");

    public static readonly ConformanceRule UntilClose = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "Otherwise, this is a response message without a declared message body length, so the message body length is determined by the number "
            + "of octets received prior to the server closing the connection.",
        "Without a length read to the end of the connection.");

    public static readonly ConformanceRule InvalidLength = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If it is in a response message received by a user agent, the user agent MUST close the connection to the server and discard the received "
            + "response.",
        "A Content-Length that is no row of digits is an error.");

    public static readonly ConformanceRule Both = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If a message is received with both a Transfer-Encoding and a Content-Length header field, the Transfer-Encoding overrides the "
            + "Content-Length.",
        "Go by Transfer-Encoding, or make it an error.");

    public static readonly ConformanceRule NotChunked = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If a Transfer-Encoding header field is present in a response and the chunked transfer coding is not the final encoding, the message "
            + "body length is determined by reading the connection until it is closed by the server.",
        "What is not chunked at last ends with the connection; an error is right as well.");

    public static readonly ConformanceRule Incomplete = ConformanceRule.Must(
        "RFC 9112 §8",
        "A client that receives an incomplete response message, which can occur when a connection is closed prematurely or when decoding a "
            + "supposedly chunked transfer coding fails, MUST record the message as incomplete.",
        "Make a body that was cut off an error.");

    public static readonly ConformanceRule Fold = ConformanceRule.Must(
        "RFC 9112 §5.2",
        "A user agent that receives an obs-fold in a response message that is not within a \"message/http\" container MUST replace each "
            + "received obs-fold with one or more SP octets prior to interpreting the field value.",
        "Join a line that begins with a space or tab to the one before it.");

    public static readonly ConformanceRule Extra = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "A client MUST NOT process, cache, or forward such extra data as a separate response, since such behavior would be vulnerable to cache "
            + "poisoning.",
        "Drop what stands behind the response, and close.");

    public static readonly ConformanceRule Unasked = ConformanceRule.Should(
        "RFC 9112 §9.2",
        "If a client receives data on a connection that doesn't have outstanding requests, the client MUST NOT consider that data to be a valid "
            + "response; the client SHOULD close the connection, since message delimitation is now ambiguous, unless the data consists only of "
            + "one or more CRLF (which can be discarded per Section 2.2).",
        "Do not use that connection again.");

    public static readonly ConformanceRule Cease = ConformanceRule.Must(
        "RFC 9112 §9.6",
        "A client that receives a \"close\" connection option MUST cease sending requests on that connection and close the connection after "
            + "reading the response message containing the \"close\" connection option; if additional pipelined requests had been sent on the "
            + "connection, the client SHOULD NOT assume that they will be processed by the server.",
        "Open another connection for the next request.");

    public static readonly ConformanceRule OldCloses = ConformanceRule.Must(
        "RFC 9112 §9.3",
        "A client MAY send additional requests on a persistent connection until it sends or receives a \"close\" connection option or receives "
            + "an HTTP/1.0 response without a \"keep-alive\" connection option.",
        "Open another connection for the next request.");

    public static readonly ConformanceRule Streams = ConformanceRule.Security(
        "RFC 9110 §17.5",
        "Because HTTP uses mostly textual, character-delimited fields, parsers are often vulnerable to attacks based on sending very long (or "
            + "very slow) streams of data, particularly where an implementation is expecting a protocol element with no predefined length "
            + "(Section 2.3).",
        "Limit what a server may make you keep.");
}
