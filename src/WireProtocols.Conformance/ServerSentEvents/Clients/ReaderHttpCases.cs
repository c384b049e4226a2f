using System.Globalization;
using System.Text;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>Responses of HTTP/1.1 of every legal shape, and some that are not whole.</summary>
internal static class ReaderHttpCases
{
    private static readonly byte[] Stream = Bytes("id: 1\ndata: a\n\nevent: tick\ndata: b\ndata: c\n\n");

    /// <summary>What comes before a cut is read by then: streams of many platforms throw away what they hold when they fail.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(60);

    private static readonly ConformanceRule Chunks = ConformanceRule.Must(
        "RFC 9112 §7.1", "A recipient MUST be able to parse and decode the chunked transfer coding.",
        "Chunks are none of the stream's business: they cut it anywhere.");

    private static readonly ConformanceRule Extensions = ConformanceRule.Must(
        "RFC 9112 §7.1.1", "A recipient MUST ignore unrecognized chunk extensions.", "Pass over what stands behind the size.");

    private static readonly ConformanceRule Large = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors due to integer conversion overflows or "
            + "precision loss due to integer representation.",
        "Fail on a size that you cannot hold.");

    private static readonly ConformanceRule Body = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "A client MUST NOT process, cache, or forward such extra data as a separate response, since such behavior would be vulnerable to cache "
            + "poisoning.",
        "The body ends where its framing says; what stands behind it is no event.");

    private static readonly ConformanceRule Heads = ConformanceRule.Must(
        "RFC 9110 §5.1", "Field names are case-insensitive", "Look fields up without regard to case, order and space around values.");

    private static readonly ConformanceRule Interim = ConformanceRule.Must(
        "RFC 9110 §15.2",
        "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.",
        "Pass over 1xx, and read on.");

    private static readonly ConformanceRule Types = ConformanceRule.Must(
        "RFC 9110 §8.3.1", "The type and subtype tokens are case-insensitive.",
        "Compare the type without its parameters and without regard to case; no parameter changes anything.");

    private static readonly ConformanceRule Decoding = ConformanceRule.Must(
        "HTML §9.2.6", "Streams must be decoded using the UTF-8 decode algorithm.", "Read UTF-8, whatever charset is said.");

    private static readonly ConformanceRule CutOff = ConformanceRule.Must(
        "HTML §9.2.6",
        "Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of an event, before the final "
            + "empty line, the incomplete event is not dispatched.)",
        "Events that were whole count; the one in which the connection ended does not.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Framed("framing/one-chunk", Chunks, r => r),
        Framed("framing/chunk-a-byte", Chunks, r => r with { Pieces = [.. r.Pieces.SelectMany(p => p.Chunk(1))] }),
        Framed("framing/chunks-of-three", Chunks, r => r with { Pieces = [.. r.Pieces.SelectMany(p => p.Chunk(3))] }),
        Framed("framing/chunks-in-one-write", Chunks, r => r with
        {
            Framing = ReaderFraming.Raw, Fields = [.. r.Fields, "Transfer-Encoding: chunked"],
            Pieces = [[.. r.Pieces.SelectMany(p => p.Chunk(4)).SelectMany(c => ReaderReply.ChunkOf(c, "")), .. "0\r\n\r\n"u8]],
        }),
        Framed("framing/size-upper-case", Chunks, r => r with { Chunk = bytes => ChunkAs(bytes, "X"),
            Pieces = [.. r.Pieces.SelectMany(p => p.Chunk(13))] }),
        Framed("framing/size-lower-case", Chunks, r => r with { Pieces = [.. r.Pieces.SelectMany(p => p.Chunk(13))] }),
        Framed("framing/size-leading-zeros", Chunks, r => r with { Chunk = bytes => ChunkAs(bytes, "x8") }),
        Framed("framing/size-many-zeros", Chunks, r => r with { Chunk = bytes => ChunkAs(bytes, "x40") }),
        Framed("framing/extension", Extensions, r => r with { Chunk = bytes => ReaderReply.ChunkOf(bytes, ";a=b") }),
        Framed("framing/extension-quoted", Extensions, r => r with { Chunk = bytes => ReaderReply.ChunkOf(bytes, ";a=\"b; c\";d") }),
        Framed("framing/extension-spaced", Extensions, r => r with { Chunk = bytes => ReaderReply.ChunkOf(bytes, " ; a = b") },
            verdict: ConformanceVerdict.Info),
        Framed("framing/trailers", Chunks, r => r with { LastChunk = "0\r\nX-Trailer: 1\r\nX-Other: data: x\r\n\r\n" }),
        Framed("framing/last-chunk-zeros", Chunks, r => r with { LastChunk = "0000;a\r\n\r\n" }),
        Framed("framing/coding-upper-case", Chunks, r => r with
        {
            Framing = ReaderFraming.Raw, Fields = [.. r.Fields, "Transfer-Encoding: CHUNKED"],
            Pieces = [.. r.Pieces.Select(p => ReaderReply.ChunkOf(p, "")), "0\r\n\r\n"u8.ToArray()],
        }),
        Framed("framing/chunk-cut-in-pieces", Chunks, r => r with
        {
            Framing = ReaderFraming.Raw, Fields = [.. r.Fields, "Transfer-Encoding: chunked"], Pause = TimeSpan.FromMilliseconds(2),
            Pieces = [.. ((byte[])[.. r.Pieces.SelectMany(p => ReaderReply.ChunkOf(p, "")), .. "0\r\n\r\n"u8]).Chunk(9)],
        }),
        Framed("framing/length", Body, r => r with { Framing = ReaderFraming.Length }),
        Framed("framing/length-cut-in-pieces", Body, r => r with
        {
            Framing = ReaderFraming.Length, Pause = TimeSpan.FromMilliseconds(2), Pieces = [.. r.Pieces.SelectMany(p => p.Chunk(9))],
        }),
        Framed("framing/closing", Body, r => r with { Framing = ReaderFraming.Closing }),
        Framed("framing/closing-without-saying", Body, r => r with { Framing = ReaderFraming.Raw, Ending = ReaderEnding.Close }),
        Framed("framing/http-1.0", Body, r => r with { StatusLine = "HTTP/1.0 200 OK", Framing = ReaderFraming.Closing }),
        Behind("framing/behind-last-chunk", r => r),
        Behind("framing/behind-length", r => r with { Framing = ReaderFraming.Length }),
        Behind("framing/behind-last-chunk-trailers", r => r with { LastChunk = "0\r\nX-Trailer: 1\r\n\r\n" }),

        Framed("head/in-pieces", Heads, r => r with { HeadCut = 1, Pause = TimeSpan.FromMilliseconds(1) }),
        Framed("head/lower-case", Heads, r => r with { Fields = ["content-type: text/event-stream", "cache-control: no-store"] }),
        Framed("head/upper-case", Heads, r => r with { Fields = ["CONTENT-TYPE: text/event-stream"] }),
        Framed("head/no-space", Heads, r => r with { Fields = ["Content-Type:text/event-stream"] }),
        Framed("head/much-space", Heads, r => r with { Fields = ["Content-Type: \t  text/event-stream \t "] }),
        Framed("head/many-fields", Heads, r => r with { Fields = [.. Enumerable.Range(0, 60).Select(i => $"X-Field-{i}: {i}"), .. r.Fields] }),
        Framed("head/long-field", Heads, r => r with { Fields = ["X-Long: " + new string('x', 4000), .. r.Fields] }),
        Framed("head/type-last", Heads, r => r with { Fields = ["Date: Mon, 30 Nov 2026 00:00:00 GMT", "X-Type: text/plain",
            .. r.Fields.Reverse()] }),
        Framed("head/no-reason", Heads, r => r with { StatusLine = "HTTP/1.1 200 " }),
        Framed("head/other-reason", Heads, r => r with { StatusLine = "HTTP/1.1 200 404 Not Found" }),
        Framed("head/cookies", Heads, r => r with { Fields = ["Set-Cookie: a=b", "Set-Cookie: c=d", .. r.Fields] }),
        Framed("head/early-hints", Interim, r => r with { Interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" }),
        Framed("head/continue", Interim, r => r with { Interim = "HTTP/1.1 100 Continue\r\n\r\n" }),
        Framed("head/two-interim", Interim, r => r with { Interim = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" }),

        .. new[]
        {
            ("upper-case", "TEXT/EVENT-STREAM"), ("mixed-case", "Text/Event-Stream"), ("charset", "text/event-stream; charset=utf-8"),
            ("charset-tight", "text/event-stream;charset=UTF-8"),
            ("charset-quoted", "text/event-stream; charset=\"utf-8\""), ("space-before-parameter", "text/event-stream ; charset=utf-8"),
            ("parameter", "text/event-stream; v=1"),
            ("semicolon", "text/event-stream;"), ("boundary", "text/event-stream; boundary=x; charset=utf-8"),
        }.Select(t => Framed($"content-type/{t.Item1}", Types, r => r with { Fields = [$"Content-Type: {t.Item2}"] }, Bytes("data: größe 日本\n\n"))),
        .. new[] { ("latin-1", "iso-8859-1"), ("utf-16", "utf-16"), ("unknown", "x-none") }.Select(c => OfCharset(c.Item1, c.Item2)),

        CutBody("cut-off/in-chunk", r => r with { Chunk = bytes => [.. Encoding.ASCII.GetBytes($"{bytes.Length + 50:x}\r\n"), .. bytes],
            Ending = ReaderEnding.Close }),
        CutBody("cut-off/behind-chunk", r => r with { Ending = ReaderEnding.Close }),
        CutBody("cut-off/length", r => r with { Framing = ReaderFraming.Length, Missing = 50, Ending = ReaderEnding.Close }),
        CutBody("cut-off/in-size", r => r with { Behind = "5"u8.ToArray(), Ending = ReaderEnding.Close }),
        CutBody("cut-off/in-last-chunk", r => r with { Behind = "0\r\n"u8.ToArray(), Ending = ReaderEnding.Close }),
        Broken("broken/size-no-hex", Chunks, "zz\r\ndata: x\n\n\r\n0\r\n\r\n"),
        Broken("broken/size-negative", Chunks, "-9\r\ndata: x\n\n\r\n0\r\n\r\n"),
        Broken("broken/size-empty", Chunks, "\r\n9\r\ndata: x\n\n\r\n0\r\n\r\n"),
        Broken("broken/size-too-large-for-32-bits", Large, "100000006\r\ndata: \r\n3\r\nx\n\n\r\n0\r\n\r\n"),
        Broken("broken/size-too-large-for-64-bits", Large, "10000000000000006\r\ndata: \r\n3\r\nx\n\n\r\n0\r\n\r\n"),
        Broken("broken/size-prefixed", Chunks, "0x9\r\ndata: x\n\n\r\n0\r\n\r\n"),
        Broken("broken/no-line-end-behind-data", Chunks, "1\r\n:abc\r\n9\r\ndata: x\n\n\r\n0\r\n\r\n"),
    ];

    private static byte[] ChunkAs(byte[] bytes, string format)
        => [.. Encoding.ASCII.GetBytes(bytes.Length.ToString(format, CultureInfo.InvariantCulture) + "\r\n"), .. bytes, .. "\r\n"u8];

    private static ConformanceCase Framed(
        string id,
        ConformanceRule rule,
        Func<ReaderReply, ReaderReply> frame,
        byte[]? stream = null,
        ConformanceVerdict verdict = ConformanceVerdict.Fail)
    {
        byte[] all = [.. stream ?? Stream, .. End];
        return SeesReply(id, rule, all, frame(ReaderReply.Of(all)), verdict);
    }

    /// <summary>No sentence says that such a response is taken; who takes it reads UTF-8.</summary>
    private static ConformanceCase OfCharset(string id, string charset)
    {
        byte[] all = [.. Bytes("data: größe 日本\n\n"), .. End];
        ReaderReply reply = ReaderReply.Of(all) with { Fields = [$"Content-Type: text/event-stream; charset={charset}"] };
        return SeesReply($"content-type/charset-{id}", Decoding, all, reply, mayRefuse: true);
    }

    /// <summary>More of the same behind the end of the body, which is no part of it.</summary>
    private static ConformanceCase Behind(string id, Func<ReaderReply, ReaderReply> frame)
    {
        byte[] all = [.. Stream, .. End];
        return SeesReply(
            id, Body, all, frame(ReaderReply.Of(all)) with { Behind = Bytes("data: behind\n\n"), IsWhole = true, Ending = ReaderEnding.Close },
            isTail: true).Broken();
    }

    /// <summary>The connection ends inside an event, and inside the framing.</summary>
    private static ConformanceCase CutBody(string id, Func<ReaderReply, ReaderReply> frame)
        => SeesUnfinished(id, CutOff, Bytes("data: cut\n"), frame(new ReaderReply { Pause = Moment })).Broken();

    /// <summary>A chunk that is none, behind some that are: what a client makes of it is no event.</summary>
    private static ConformanceCase Broken(string id, ConformanceRule rule, string chunk)
        => ClientCase.Of($"sse-client/{id}", rule, "an error, or no event 'x' at least", async context =>
        {
            ReaderTalk talk = new(context);
            ReaderReply reply = ReaderReply.Of([.. Stream, .. End]) with { Behind = Bytes(chunk), Ending = ReaderEnding.Close, Pause = Moment };
            await talk.RunAsync((arrival, number) => (number == 0 ? reply : ReaderReply.Stop).SendAsync(arrival),
                () => talk.HasReported || context.Ended is not null, Patience(talk));
            await talk.RunAsync((arrival, _) => ReaderReply.Stop.SendAsync(arrival),
                () => talk.Events.Any(e => e.Data == "x") || context.Ended is not null, Moment);
            await talk.EndAsync();
            return talk.Requests.Count == 0 ? NothingSaid(talk)!
                : talk.Events.Any(e => e.Data == "x")
                    ? new ConformanceFinding(
                        rule == Large ? ConformanceVerdict.Fail : ConformanceVerdict.Warn, "the event 'x' was read behind a chunk that is none")
                : talk.HasReported ? ConformanceFinding.Pass(talk.HasError ? "an error was reported" : "no such event")
                : NothingSaid(talk)!;
        }).Broken();
}
