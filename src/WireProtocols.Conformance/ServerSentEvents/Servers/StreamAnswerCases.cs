using System.Globalization;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>The head that an event stream begins with.</summary>
internal static class StreamAnswerCases
{
    private static readonly string[] Single = ["Content-Length", "Content-Type", "Date", "Location", "ETag", "Access-Control-Allow-Origin"];

    private static readonly ConformanceRule Grammar = ConformanceRule.Must(
        "RFC 9112 §4",
        "status-line = HTTP-version SP status-code SP [ reason-phrase ]",
        "Write HTTP/1.1, a space, three digits, a space, and a reason or none.");

    private static readonly ConformanceRule Fields = ConformanceRule.Must(
        "RFC 9112 §5", "field-line = field-name \":\" OWS field-value OWS", "Write a name, a colon at once, and a value without control characters.");

    private static readonly ConformanceRule LineEnds = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line "
            + "terminator and ignore any preceding CR.",
        "End each line of the head with CRLF.");

    private static readonly ConformanceRule Once = ConformanceRule.Must(
        "RFC 9110 §5.3",
        "sender MUST NOT generate multiple field lines with the same name in a message (whether in the headers or trailers) or append a field "
            + "line when a field line of the same name already exists in the message, unless that field's definition allows multiple field line "
            + "values to be recombined as a comma-separated list",
        "Set a field, do not add it.");

    private static readonly ConformanceRule Both = ConformanceRule.Must(
        "RFC 9112 §6.2",
        "A sender MUST NOT send a Content-Length header field in any message that contains a Transfer-Encoding header field.",
        "Leave Content-Length away.");

    private static readonly ConformanceRule Length = ConformanceRule.Must(
        "RFC 9112 §8",
        "A message that uses a valid Content-Length is incomplete if the size of the message body received (in octets) is less than the value "
            + "given by Content-Length.",
        "A stream that goes on has no length: send it chunked, or end it by closing.");

    private static readonly ConformanceRule Coding = ConformanceRule.Must(
        "RFC 9112 §6.1",
        "If any transfer coding other than chunked is applied to a response's content, the sender MUST either apply chunked as the final "
            + "transfer coding or terminate the message by closing the connection.",
        "Send Transfer-Encoding: chunked, once, or none at all.");

    private static readonly ConformanceRule Encoding = ConformanceRule.Must(
        "RFC 9110 §8.4",
        "If one or more encodings have been applied to a representation, the sender that applied the encodings MUST generate a "
            + "Content-Encoding header field that lists the content codings in the order in which they were applied.",
        "Say what was applied, and apply what was said.");

    private static readonly ConformanceRule NoStore = ConformanceRule.May(
        "HTML §9.2.2", "Set request's cache mode to \"no-store\".", "Send Cache-Control: no-store (or no-cache): a stream is never to be had again.");

    private static readonly ConformanceRule Layers = ConformanceRule.May(
        "HTML §9.2.7",
        "Authors are also cautioned that HTTP chunking can have unexpected negative effects on the reliability of this protocol, in particular "
            + "if the chunking is done by a different layer unaware of the timing requirements.",
        "Say X-Accel-Buffering: no to the proxies that know it.");

    private static readonly ConformanceRule Date = ConformanceRule.May(
        "RFC 9110 §6.6.1",
        "An origin server with a clock (as defined in Section 5.6.7) MUST generate a Date header field in all 2xx (Successful), 3xx "
            + "(Redirection), and 4xx (Client Error) responses, and MAY generate a Date header field in 1xx (Informational) and 5xx (Server Error) "
            + "responses.",
        "Send Date.");

    private static readonly ConformanceRule AtOnce = ConformanceRule.Should(
        "HTML §9.2.3",
        "When a user agent is to announce the connection, the user agent must queue a task which, if the readyState attribute is set to a value "
            + "other than CLOSED, sets the readyState attribute to OPEN and fires an event named open at the EventSource object.",
        "Flush the head at once: the client is not open before it.");

    public static IEnumerable<ConformanceCase> All =>
    [
        StreamSeenPlay.Of("sse/answer/status", StreamRules.Opens, "200", (_, head)
            => head.Status == 200 ? null
                : head.Status is 301 or 302 or 303 or 307 or 308 && head.All("Location") is [var other]
                    ? Info($"'{head}': examine {other}") : Fail($"'{head}'")),
        StreamSeenPlay.Of("sse/answer/content-type", StreamRules.Opens, "Content-Type: text/event-stream", (_, head) => JudgeType(head)),
        StreamSeenPlay.Of("sse/answer/charset", StreamRules.Utf8, "no charset, or utf-8", (_, head) => JudgeCharset(head)),
        StreamSeenPlay.Of("sse/answer/status-line", Grammar, "HTTP/1.1 200 OK", (_, head) => Fails(head.FindBrokenStatusLine())),
        StreamSeenPlay.Of("sse/answer/line-ends", LineEnds, "CRLF behind each line", (_, head) => Fails(head.FindBareLineEnd())),
        StreamSeenPlay.Of("sse/answer/fields", Fields, "names that are tokens, a colon, values", (_, head) => Fails(head.FindBrokenField())),
        .. Single.Select(name => StreamSeenPlay.Of(
            $"sse/answer/once/{name.ToLowerInvariant()}", Once, "once at most",
            (_, head) => head.All(name) is { Length: > 1 } all ? Fail($"{name} stands {all.Length} times: '{string.Join("' and '", all)}'") : null)),
        StreamSeenPlay.Of("sse/answer/length-and-coding", Both, "one of both, or none", (_, head) => head.All("Transfer-Encoding").Length > 0
            && head.All("Content-Length") is [var length, ..] ? Fail($"Transfer-Encoding and Content-Length: {length}") : null),
        StreamSeenPlay.Of("sse/answer/content-length", Length, "the length of what comes, or none", JudgeLength),
        StreamSeenPlay.Of("sse/answer/transfer-coding", Coding, "chunked, or none", (_, head) => JudgeCoding(head)),
        StreamSeenPlay.Of("sse/answer/version", Coding, "no chunks behind HTTP/1.0", (_, head)
            => head.StatusLine.StartsWith("HTTP/1.0", StringComparison.Ordinal)
                ? head.All("Transfer-Encoding").Length > 0
                    ? Fail("a response of HTTP/1.0 has Transfer-Encoding (RFC 9112 §6.1)")
                    : Info($"'{head}': no chunks and no second request on the connection")
                : null),
        StreamSeenPlay.Of("sse/answer/content-encoding", Encoding, "what the field says", JudgeEncoding),
        StreamSeenPlay.Of("sse/answer/cache", NoStore, "Cache-Control: no-store or no-cache", (_, head) => JudgeCache(head)),
        StreamSeenPlay.Of("sse/answer/proxy-buffering", Layers, "X-Accel-Buffering: no, where proxies stand before it", (_, head)
            => head.All("X-Accel-Buffering") is ["yes"] ? Warn("X-Accel-Buffering: yes holds events back in nginx")
                : head.All("X-Accel-Buffering").Length == 0 ? Info("no X-Accel-Buffering") : null),
        StreamSeenPlay.Of("sse/answer/date", Date, "Date", (_, head) => head.All("Date") is [var date]
            ? DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset _) ? null
                : Warn($"Date: {date}")
            : Info("no Date")),
        StreamSeenPlay.Of("sse/answer/head-at-once", AtOnce, "the head before the first event is due", JudgeHeadAtOnce),
        StreamSeenPlay.Of("sse/answer/cors", StreamCrossOrigin.Rule, "one origin, or *", (_, head) => StreamCrossOrigin.Judge(head, null)),
    ];

    private static ConformanceFinding? Fails(string? broken) => broken is null ? null : Fail(broken);

    private static ConformanceFinding? JudgeType(StreamHead head) => head.All("Content-Type") switch
    {
        [] => Fail("no Content-Type"),
        [var type] when StreamHead.EssenceOf(type) == "text/event-stream" => null,
        [var type] => Fail($"Content-Type: {type}"),
        var all => Fail($"Content-Type stands {all.Length} times"),
    };

    private static ConformanceFinding? JudgeCharset(StreamHead head)
    {
        string[] parameters = head.All("Content-Type") is [var type, ..] ? [.. type.Split(';').Skip(1).Select(p => p.Trim(' ', '\t'))] : [];
        string[][] pairs = [.. parameters.Where(p => p.Length > 0).Select(p => p.Split('=', 2))];
        string[]? other = pairs.FirstOrDefault(p => p[0].Equals("charset", StringComparison.OrdinalIgnoreCase)
            && !(p.Length == 2 && p[1].Trim('"').ToLowerInvariant() is "utf-8" or "utf8" or "us-ascii"));
        return other is not null ? Fail($"the type says {string.Join('=', other)}")
            : pairs.FirstOrDefault(p => !p[0].Equals("charset", StringComparison.OrdinalIgnoreCase)) is { } unknown
                ? Info($"the parameter {string.Join('=', unknown)} has no meaning")
                : null;
    }

    private static ConformanceFinding? JudgeLength(StreamWatch watch, StreamHead head) => head.All("Content-Length") switch
    {
        [] => null,
        [var text, ..] when !text.All(char.IsAsciiDigit) || text.Length == 0 => Fail($"Content-Length: {text}"),
        [var text, ..] when watch.End is StreamWatchEnd.CutOff or StreamWatchEnd.Reset
            => Fail($"Content-Length: {text}, and the connection ended after {watch.Body.Length} bytes"),
        [var text, ..] when watch.Behind > 0 => Fail($"Content-Length: {text}, and more bytes came behind them"),
        [var text, ..] when watch.End == StreamWatchEnd.GoesOn && watch.Framing!.EndsByClosing is false
            => Warn($"Content-Length: {text} of a stream that goes on: it will end there, in the middle of an event"),
        _ => null,
    };

    private static ConformanceFinding? JudgeCoding(StreamHead head) => head.Members("Transfer-Encoding") switch
    {
        [] => null,
        [var one] when one.Equals("chunked", StringComparison.OrdinalIgnoreCase) => null,
        var all => Fail($"Transfer-Encoding: {string.Join(", ", all)}, and the request has no TE"),
    };

    private static ConformanceFinding? JudgeEncoding(StreamWatch watch, StreamHead head)
    {
        string[] codings = head.Members("Content-Encoding");
        bool isPacked = watch.Body is [0x1f, 0x8b, ..];
        return isPacked && codings.Length == 0 ? Fail("the stream is gzip, and no Content-Encoding says so")
            : isPacked ? Fail($"Content-Encoding: {string.Join(", ", codings)}, and that does not undo it")
            : codings is [] ? null
            : codings is ["identity"] ? Warn("Content-Encoding: identity (RFC 9110 §8.4.1: SHOULD NOT be included)")
            : Info($"Content-Encoding: {string.Join(", ", codings)}, to a request that names none");
    }

    private static ConformanceFinding? JudgeCache(StreamHead head)
    {
        string[] directives = [.. head.Members("Cache-Control").Select(d => d.ToLowerInvariant())];
        string? kept = directives.FirstOrDefault(d => d is "public" or "immutable" || ((d.StartsWith("max-age=", StringComparison.Ordinal)
            || d.StartsWith("s-maxage=", StringComparison.Ordinal)) && d.TrimEnd('"')[^1] is var last && (last != '0' || d.TrimEnd('0')[^1] != '=')));
        bool isSafe = directives.Any(d => d is "no-store" or "no-cache" || d.StartsWith("no-cache=", StringComparison.Ordinal));
        return kept is not null && !isSafe ? Warn($"Cache-Control: {string.Join(", ", directives)} lets caches keep it")
            : directives.Length == 0 && head.All("Expires") is [var expires] && DateTimeOffset.TryParseExact(
                expires, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset time) && time > DateTimeOffset.UtcNow
                ? Warn($"Expires: {expires} lets caches keep it")
            : directives.Length == 0 ? Info("no Cache-Control") : null;
    }

    private static ConformanceFinding? JudgeHeadAtOnce(StreamWatch watch, StreamHead head)
    {
        bool isTogether = watch.Arrivals.Count > 0 && (watch.Arrivals[0].At - watch.HeadAt).TotalMilliseconds < 20;
        return head.Status == 200 && isTogether && watch.HeadAt.TotalSeconds >= 0.3 && watch.HeadAt > 5 * watch.Reaction
            ? new ConformanceFinding(ConformanceVerdict.Warn, string.Create(
                CultureInfo.InvariantCulture, $"the head came with the first event, after {watch.HeadAt.TotalSeconds:0.0} s"))
            : null;
    }
}
