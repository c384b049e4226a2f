using static WireProtocols.Conformance.ConformanceFinding;
using static WireProtocols.Conformance.StreamAnswer;

namespace WireProtocols.Conformance;

/// <summary>Requests for the stream as clients, polyfills and intermediaries send them.</summary>
internal static class StreamRequestCases
{
    private const string Browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    private static readonly ConformanceRule Accept = ConformanceRule.Must(
        "RFC 9110 §12.5.1",
        "Each media-range might be followed by optional applicable media type parameters (e.g., charset), followed by an optional \"q\" parameter "
            + "for indicating a relative weight (Section 12.4.2).",
        "Read Accept as a list with weights, or do not read it at all.");

    private static readonly ConformanceRule NoAccept = ConformanceRule.Must(
        "HTML §9.2.2",
        "User agents may set (`Accept`, `text/event-stream`) in request's header list.",
        "Send the stream to who accepts anything, or says nothing about it.");

    private static readonly ConformanceRule Case = ConformanceRule.Must(
        "RFC 9110 §8.3.1", "The type and subtype tokens are case-insensitive.", "Compare media types without regard to case.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 9110 §5.1", "Field names are case-insensitive", "Compare field names without regard to case.");

    private static readonly ConformanceRule Order = ConformanceRule.Must(
        "RFC 9110 §5.3", "The order in which field lines with differing field names are received in a section is not significant.",
        "Look fields up by name.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Must(
        "RFC 9110 §5.1", "Other recipients SHOULD ignore unrecognized header and trailer fields.", "Pass over fields that you do not know.");

    private static readonly ConformanceRule Pieces = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "The normal procedure for parsing an HTTP message is to read the start-line into a structure, read each header field line into a hash "
            + "table by field name until the empty line",
        "Go on reading until the empty line, however the bytes arrive.");

    private static readonly ConformanceRule Absolute = ConformanceRule.Must(
        "RFC 9112 §3.2.2",
        "A server MUST accept the absolute-form in requests even though most HTTP/1.1 clients will only send the absolute-form to a proxy.",
        "Take the path and query out of an absolute http: URI.");

    private static readonly ConformanceRule Old = ConformanceRule.Must(
        "RFC 9112 §6.1",
        "A server MUST NOT send a response containing Transfer-Encoding unless the corresponding request indicates HTTP/1.1 (or later minor "
            + "revisions).",
        "Send the stream as it is to a client of HTTP/1.0, and close at its end.");

    private static readonly ConformanceRule Values = ConformanceRule.Must(
        "RFC 9110 §15.6",
        "The 5xx (Server Error) class of status code indicates that the server is aware that it has erred or is incapable of performing the "
            + "requested method.",
        "Answer parameters that mean nothing with 400, or pass over them.");

    private static readonly ConformanceRule Space = ConformanceRule.Must(
        "RFC 9110 §5.5",
        "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST exclude such "
            + "whitespace prior to evaluating the field value.",
        "Trim spaces and tabs from both ends of a value.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Accepts("event-stream", "text/event-stream"),
        .. Accepts("weighted", "text/event-stream;q=0.5"),
        .. Accepts("first-of-list", "text/event-stream, */*;q=0.1"),
        .. Accepts("last-of-list", "application/json;q=0.1, text/html;q=0.2, text/event-stream"),
        .. Accepts("tight-list", "application/json;q=0.1,text/event-stream"),
        .. Accepts("weight-in-space", "text/event-stream ; q=1.000 , application/json ; q=0.001"),
        .. Accepts("parameter", "text/event-stream;charset=utf-8"),
        Ask("accept/two-lines", Accept, r => r.With("Accept", "application/json;q=0.1").Add("Accept", "text/event-stream")),
        Ask("accept/upper-case", Case, r => r.With("Accept", "TEXT/EVENT-STREAM")),
        Ask("accept/mixed-case", Case, r => r.With("Accept", "Text/Event-Stream")),
        Any("accept/any", r => r.With("Accept", "*/*")),
        Any("accept/any-weighted", r => r.With("Accept", "application/xml;q=0.9, */*;q=0.8")),
        Any("accept/any-text", r => r.With("Accept", "text/*")),
        Any("accept/missing", r => r.Without("Accept")),
        Any("accept/empty", r => r.With("Accept", "")),
        StreamRequestPlay.Of("sse/request/accept/other", Accept, Anything, r => r.With("Accept", "application/json")),
        StreamRequestPlay.Of("sse/request/accept/excluded", Accept, Anything, r => r.With("Accept", "text/event-stream;q=0")),
        StreamRequestPlay.Of("sse/request/accept/malformed", Accept, Anything, r => r.With("Accept", ";;q=,text/,/,*")),

        Ask("fields/lower-case", Names, r => r.Rename(n => n.ToLowerInvariant())),
        Ask("fields/upper-case", Names, r => r.Rename(n => n.ToUpperInvariant())),
        Ask("fields/reversed", Order, r => r.Reverse()),
        Ask("fields/no-space", Space, r => r.Rewrite = head => head.Replace(": ", ":", StringComparison.Ordinal)),
        Ask("fields/much-space", Space, r => r.Rewrite = head => head.Replace("text/event-stream\r\n", "  \t text/event-stream \t \r\n",
            StringComparison.Ordinal)),
        Ask("fields/minimal", Unknown, r => r.Without("Cache-Control")),
        Ask("fields/browser", Unknown, r => r.Add("User-Agent", Browser).Add("Connection", "keep-alive").Add("Accept-Language", "de,en;q=0.5")
            .Add("Accept-Encoding", "identity").Add("Sec-Fetch-Site", "same-origin").Add("Sec-Fetch-Mode", "cors").Add("Sec-Fetch-Dest", "empty")
            .Add("Referer", $"http://{r.Authority}/").Add("Pragma", "no-cache")),
        Ask("fields/unknown", Unknown, r => r.Add("X-Unknown", "a: b, c").Add("X-Empty", "").Add("DNT", "1").Add("Priority", "u=1, i")),
        Ask("fields/user-agent-empty", Unknown, r => r.Add("User-Agent", "")),
        Ask("fields/cookie", Unknown, r => r.Add("Cookie", "a=b; c=\"d\"; e=%20")),
        Ask("fields/no-cache", Unknown, r => r.With("Cache-Control", "no-cache").Add("Pragma", "no-cache")),
        Ask("fields/te", Unknown, r => r.Add("TE", "trailers").Add("Connection", "TE, keep-alive")),
        Ask("fields/length-0", Unknown, r => r.Add("Content-Length", "0"), StreamOrRefusal),
        Ask("fields/cookie-4k", Unknown, r => r.Add("Cookie", "a=" + new string('x', 4000)), StreamOrRefusal),
        Ask("fields/fifty", Unknown, r => Enumerable.Range(0, 50).ToList().ForEach(i => r.Add($"X-Field-{i}", "value")), StreamOrRefusal),
        Ask("fields/if-none-match", Unknown, r => r.Add("If-None-Match", "\"a\""), StreamOrRemark),
        Ask("fields/if-modified-since", Unknown, r => r.Add("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"), StreamOrRemark),
        Ask("fields/range", Unknown, r => r.Add("Range", "bytes=0-"), StreamOrRemark),
        Ask("fields/upgrade", Unknown, r => r.Add("Connection", "Upgrade, HTTP2-Settings").Add("Upgrade", "h2c").Add("HTTP2-Settings", "AAMAAABk"),
            StreamOrRemark),
        Ask("origin/own", StreamCrossOrigin.Rule, r => r.Add("Origin", $"http://{r.Authority}"), StreamOrRefusal),
        Ask("origin/null", StreamCrossOrigin.Rule, r => r.Add("Origin", "null"), StreamOrRefusal),
        StreamCrossOrigin.Asked,

        Ask("target/query", Unknown, r => r.Ask("wire=1&x=%20"), StreamOrRefusal),
        Ask("target/cache-buster", Unknown, r => r.Ask("_=1767225600000"), StreamOrRefusal),
        Ask("target/bad-escape", Unknown, r => r.Ask("wire=%zz%f"), StreamOrRefusal),
        Ask("target/bad-utf-8", Unknown, r => r.Ask("wire=%ff%fe"), StreamOrRefusal),
        .. new[] { ("word", "garbage"), ("negative", "-1"), ("huge", "99999999999999999999"), ("fraction", "1.5"),
            ("empty", "") }.Select(v => StreamRequestPlay.Of(
            $"sse/request/target/own-{v.Item1}", Values, Anything, r => Replace(r, v.Item2))),
        StreamRequestPlay.Of("sse/request/target/own-twice", Values, Anything, r => r.Ask(r.Target.Split('?') is [_, var own] ? own : "")),
        Ask("target/absolute", Absolute, r => r.Target = $"http://{r.Authority}{r.Target}"),
        StreamRequestPlay.Of("sse/request/pieces/bytes", Pieces, StreamAnswer.Stream, _ => { }, cut: 1),
        StreamRequestPlay.Of("sse/request/pieces/seven", Pieces, StreamAnswer.Stream, _ => { }, cut: 7),
        StreamRequestPlay.Of("sse/request/pieces/thirty", Pieces, StreamAnswer.Stream, _ => { }, cut: 30),
        StreamRequestPlay.Of("sse/request/http-1.0", Old, StreamOrRefusal, r => r.Version = "HTTP/1.0", check: CheckOldAsync),
        StreamRequestPlay.Of("sse/request/http-1.0-without-host", Old, StreamOrRefusal, r =>
        {
            r.Version = "HTTP/1.0";
            r.Without("Host");
        }, check: CheckOldAsync),
    ];

    /// <summary>The URL's own parameters with other values.</summary>
    private static void Replace(StreamRequest request, string value)
    {
        if (request.Target.Split('?') is [var path, var query])
        {
            request.Target = $"{path}?{string.Join('&', query.Split('&').Select(p => $"{p.Split('=')[0]}={value}"))}";
        }
    }

    private static ConformanceCase[] Accepts(string name, string accept) => [Ask($"accept/{name}", Accept, r => r.With("Accept", accept))];

    private static ConformanceCase Ask(string id, ConformanceRule rule, Action<StreamRequest> edit, StreamAnswer answer = StreamAnswer.Stream)
        => StreamRequestPlay.Of($"sse/request/{id}", rule, answer, edit);

    /// <summary>Who accepts anything may get something else, but not be told that there is nothing acceptable.</summary>
    private static ConformanceCase Any(string id, Action<StreamRequest> edit)
        => new($"sse/request/{id}", NoAccept, "an event stream", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.AskAsync(context, edit);
            return peer.Head is { Status: 406 or 415 or 400 } head ? Fail($"'{head}', though the request accepts it")
                : StreamRequestPlay.Judge(peer, StreamOrRemark);
        });

    private static async Task<ConformanceFinding?> CheckOldAsync(StreamPeer peer)
    {
        if (peer.Head!.All("Transfer-Encoding") is [var coding, ..])
        {
            return Fail($"Transfer-Encoding: {coding} to a request of HTTP/1.0");
        }

        StreamWatch watch = await StreamWatch.GetAsync(peer.Context);
        if (watch.End != StreamWatchEnd.Complete || !peer.Framing!.EndsByClosing)
        {
            return null;
        }

        await peer.ReadUntilAsync(_ => false, watch.Duration + peer.Context.Options.Timeout);
        return peer.Last == FillResult.Silence ? Late("the stream ends, and the connection is not closed: a client of HTTP/1.0 sees no end") : null;
    }
}
