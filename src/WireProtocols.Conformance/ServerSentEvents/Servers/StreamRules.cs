namespace WireProtocols.Conformance;

/// <summary>The sentences that cases of event stream servers share.</summary>
internal static class StreamRules
{
    public static readonly ConformanceRule Opens = ConformanceRule.Must(
        "HTML §9.2.2",
        "Otherwise, if res's status is not 200, or if res's `Content-Type` is not `text/event-stream`, then fail the connection.",
        "Answer with status 200 and Content-Type: text/event-stream.");

    public static readonly ConformanceRule Format = ConformanceRule.Must(
        "HTML §9.2.5",
        "The event stream format is as described by the stream production of the following ABNF, the character set for which is Unicode.",
        "Write each event as lines of fields and an empty line behind them.");

    public static readonly ConformanceRule Utf8 = ConformanceRule.Must(
        "HTML §9.2.5", "Event streams in this format must always be encoded as UTF-8.", "Encode the text as UTF-8, whole characters only.");

    public static readonly ConformanceRule LastEventId = ConformanceRule.Must(
        "HTML §9.2.4",
        "The Last-Event-ID` HTTP request header reports an EventSource object's last event ID string to the server when the user agent is to "
            + "reestablish the connection.",
        "Go on behind the event with that id: the next one first, none twice, none left out.");

    public static readonly ConformanceRule AnyId = ConformanceRule.Security(
        "HTML §9.2.4",
        "It is essentially any UTF-8 encoded string, that does not contain U+0000 NULL, U+000A LF, or U+000D CR.",
        "Take an id that is none of yours as unknown: begin anew, or answer 4xx. It comes from outside.");

    public static readonly ConformanceRule Framing = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "The chunk-size field is a string of hex digits indicating the size of the chunk-data in octets. The chunked transfer coding is "
            + "complete when a chunk with a chunk-size of zero is received, possibly followed by a trailer section, and finally terminated by "
            + "an empty line.",
        "Write the size in hex, count bytes and not characters, and end with 0 CRLF CRLF.");
}
