using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>How the body of the response is framed, and how it ends.</summary>
internal static class StreamFramingCases
{
    private static readonly ConformanceRule Incomplete = ConformanceRule.Must(
        "RFC 9112 §8",
        "A message body that uses the chunked transfer coding is incomplete if the zero-sized chunk that terminates the encoding has not been "
            + "received.",
        "End the stream with 0 CRLF CRLF.");

    private static readonly ConformanceRule Extra = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If the final response to the last request on a connection has been completely received and there remains additional data to read, a "
            + "user agent MAY discard the remaining data or attempt to determine if that data belongs as part of the prior message body, which might "
            + "be the case if the prior message's Content-Length value is incorrect.",
        "Send nothing behind the end of a response.");

    private static readonly ConformanceRule Reset = ConformanceRule.Should(
        "RFC 9112 §9.6",
        "If a server performs an immediate close of a TCP connection, there is a significant risk that the client will not be able to read the "
            + "last HTTP response.",
        "Shut down the sending side, and read until the client has closed.");

    private static readonly ConformanceRule Trailer = ConformanceRule.May(
        "RFC 9112 §7.1.2",
        "A trailer section allows the sender to include additional fields at the end of a chunked message in order to supply metadata that might "
            + "be dynamically generated while the content is sent",
        "No client of event streams reads trailers.");

    public static IEnumerable<ConformanceCase> All =>
    [
        StreamSeenPlay.Of("sse/framing/chunks", StreamRules.Framing, "chunk-size CRLF chunk-data CRLF", (watch, _)
            => watch.Framing!.Broken is { } broken ? Fail(broken)
                : watch.Framing.Chunks > 0 ? Pass($"{watch.Framing.Chunks} chunks") : Info("not chunked")),
        StreamSeenPlay.Of("sse/framing/end", Incomplete, "a whole body, when the stream ends", (watch, head) => watch.End switch
        {
            StreamWatchEnd.CutOff when head.IsChunked => Fail("the connection ended without the last chunk"),
            StreamWatchEnd.CutOff => Fail("the connection ended inside the body"),
            StreamWatchEnd.Reset when head.IsChunked => Fail("the connection was reset without the last chunk"),
            StreamWatchEnd.GoesOn => Info("the stream went on while it was watched"),
            _ => null,
        }),
        StreamSeenPlay.Of("sse/framing/behind-the-end", Extra, "nothing behind the end", (watch, _)
            => watch.Behind > 0 ? Fail($"{watch.Behind} bytes came behind the end of the response") : null),
        StreamSeenPlay.Of("sse/framing/reset", Reset, "an orderly end", (watch, head)
            => watch.End == StreamWatchEnd.Reset && !head.IsChunked ? Warn("the connection was reset") : null),
        StreamSeenPlay.Of("sse/framing/trailers", Trailer, "none", (watch, _)
            => watch.Framing!.Trailers > 0 ? Info($"{watch.Framing.Trailers} trailer fields") : null),
    ];
}
