using static WireProtocols.Conformance.Http1ClientProbe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Bodies of responses: where they end, and what is no whole one.</summary>
internal static class Http1ClientBodyCases
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string HelloChunked = "5\r\nhello\r\n0\r\n\r\n";

    private static readonly ConformanceRule Extensions = ConformanceRule.Must(
        "RFC 9112 §7.1.1", "A recipient MUST ignore unrecognized chunk extensions.",
        "Read past what stands between the size and the end of the line.");

    private static readonly ConformanceRule Lines = ConformanceRule.Security(
        "RFC 9112 §11.1",
        "Response splitting exploits a vulnerability in servers (usually within an application server) where an attacker can send encoded data "
            + "within some parameter of the request that is later decoded and echoed within any of the response header fields of the response.",
        "A chunk line ends in CRLF and has only what the grammar allows.");

    private static readonly ConformanceRule Trailers = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "The chunked transfer coding is complete when a chunk with a chunk-size of zero is received, possibly followed by a trailer section, "
            + "and finally terminated by an empty line.",
        "Read the trailer lines up to the empty one.");

    private static readonly ConformanceRule Merged = ConformanceRule.Must(
        "RFC 9112 §7.1.2",
        "A recipient MUST NOT merge a received trailer field into the header section unless its corresponding header field definition "
            + "explicitly permits and instructs how the trailer field value can be safely merged.",
        "Keep trailers apart from the head.");

    private static readonly ConformanceRule OldCoding = ConformanceRule.Must(
        "RFC 9112 §6.1",
        "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST treat the message as if the "
            + "framing is faulty, even if a Content-Length is present, and close the connection after processing the message.",
        "Make it an error, or use the connection no more.");

    private static readonly ConformanceRule SameLengths = ConformanceRule.May(
        "RFC 9110 §8.6",
        "MAY either reject the message as invalid or replace that invalid field value with a single instance of the decimal value, since this "
            + "likely indicates that a duplicate was generated or combined by an upstream message processor.",
        "Take the one value, or make it an error.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Length("zero", ""), Length("one", "a"), Length("five", Hello), Length("like-chunks", HelloChunked),
        Length("line-ends", "\r\n\r\n\r\n0\r\n\r\n\0"),
        Length("like-a-response", "HTTP/1.1 404 Not Found\r\n\r\n"), Length("all-bytes", Http1FramingCases.AllBytes),
        Length("utf-8", "caf\u00c3\u00a9 \u00e2\u0082\u00ac"),
        Length("4096", Http1FramingCases.Pattern(4096)), Length("65535", Http1FramingCases.Pattern(65535)),
        Length("65536", Http1FramingCases.Pattern(65536)),
        Length("1m", Http1FramingCases.Pattern(1024 * 1024)),
        IsRight("framing/length/leading-zeros", Http1Rules.Length, "HTTP/1.1 200 OK\r\nContent-Length: 0005\r\n\r\nhello", Hello,
            ConformanceVerdict.Warn).ToCase(),
        IsRight("framing/length/leading-zeros-as-octal", Http1Rules.Length, "HTTP/1.1 200 OK\r\nContent-Length: 010\r\n\r\n0123456789", "0123456789",
            ConformanceVerdict.Warn).ToCase(),
        .. Http1FramingCases.InvalidLengths.Select(l => IsError($"framing/length/invalid/{l.Id}", Http1ClientRules.InvalidLength,
            $"HTTP/1.1 200 OK\r\nContent-Length: {l.Value}\r\n\r\nhello").ToCase()),
        IsError("framing/length/two-different", Http1ClientRules.InvalidLength,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!").ToCase(),
        IsError("framing/length/two-different-first", Http1ClientRules.InvalidLength,
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\nhello!").ToCase(),
        IsError("framing/length/two-and-zero", Http1ClientRules.InvalidLength,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Test: 1\r\nContent-Length: 0\r\n\r\nhello").ToCase(),
        IsEither("framing/length/two-same", SameLengths, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", Hello).ToCase(),
        IsEither("framing/length/list-same", SameLengths, "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", Hello).ToCase(),
        .. new (string Id, string Value)[] { ("32-bits", "4294967301"), ("64-bits", "18446744073709551621"),
            ("thirty-digits", "100000000000000000000000000005") }
            .Select(o => IsError($"framing/length/overflow/{o.Id}", Http1Rules.Overflow,
                $"HTTP/1.1 200 OK\r\nContent-Length: {o.Value}\r\n\r\nhello").ToCase()),
        .. Ends(),
        .. Codings(),
        .. CutsOff(),
        .. Chunks(),
        .. TrailerCases(),
        .. Pieces(),
    ];

    private static IEnumerable<ConformanceCase> Ends() =>
    [
        .. new (string Id, string Head)[] { ("no-length", "HTTP/1.1 200 OK\r\n\r\n"),
            ("with-fields", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"),
            ("old-version", "HTTP/1.0 200 OK\r\n\r\n"), }.Select(h => UntilEnd(h.Id, h.Head, Hello)),
        UntilEnd("empty", "HTTP/1.1 200 OK\r\n\r\n", ""), UntilEnd("100k", "HTTP/1.1 200 OK\r\n\r\n", Http1FramingCases.Pattern(100_000)),
        UntilEnd("in-pieces", "HTTP/1.1 200 OK\r\n\r\n", $"he{Pause}l{Pause}lo"), UntilEnd("like-chunks", "HTTP/1.1 200 OK\r\n\r\n", HelloChunked),
        UntilEnd("body-later", $"HTTP/1.1 200 OK\r\n\r\n{Pause}", Hello),
        UntilEnd("keep-alive", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", Hello),
        NoBody("204", 204, ""), NoBody("204-with-length", 204, "Content-Length: 5\r\n"),
        NoBody("204-chunked", 204, "Transfer-Encoding: chunked\r\n"), NoBody("304", 304, "ETag: \"1\"\r\n"),
        NoBody("304-with-length", 304, "Content-Length: 5\r\n"), NoBody("304-chunked", 304, "Transfer-Encoding: chunked\r\n"),
    ];

    private static IEnumerable<ConformanceCase> Codings() =>
    [
        .. new (string Id, string Line)[] { ("chunked", "Transfer-Encoding: chunked"), ("upper-case", "Transfer-Encoding: CHUNKED"),
            ("first-letter", "Transfer-Encoding: Chunked") }
            .Select(c => IsRight($"framing/coding/{c.Id}", c.Id == "chunked" ? Http1Rules.Chunked : Http1Rules.CodingNames,
                $"HTTP/1.1 200 OK\r\n{c.Line}\r\n\r\n{HelloChunked}", Hello)
                .ToCase()),
        IsEither("framing/coding/comma-before", Http1Rules.CodingNames, $"HTTP/1.1 200 OK\r\nTransfer-Encoding: , chunked\r\n\r\n{HelloChunked}",
            Hello).ToCase(),
        IsEither("framing/coding/comma-behind", Http1Rules.CodingNames, $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked,\r\n\r\n{HelloChunked}",
            Hello).ToCase(),
        .. Http1FramingCases.NotChunked.Select(c => IsEither($"framing/coding/not-chunked/{c.Id}", Http1ClientRules.NotChunked,
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: {c.Value}\r\n\r\n{HelloChunked}", HelloChunked).ToCase()),
        IsEither("framing/coding/not-chunked/with-length", Http1ClientRules.NotChunked,
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\n{HelloChunked}",
            HelloChunked).ToCase(),
        .. new (string Id, string Lines)[]
        {
            ("short-length", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
            ("short-length-last", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
            ("zero-length", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
            ("whole-length", "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n"),
            ("length-of-data", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            ("long-length", "Content-Length: 1000\r\nTransfer-Encoding: chunked\r\n"),
            ("invalid-length", "Content-Length: x\r\nTransfer-Encoding: chunked\r\n"),
        }.Select(b => IsEither($"framing/length-and-chunked/{b.Id}", Http1ClientRules.Both, $"HTTP/1.1 200 OK\r\n{b.Lines}\r\n{HelloChunked}",
            Hello).ToCase()),
        IsEither("framing/coding/old-version", OldCoding, $"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{HelloChunked}", null).ToCase(),
    ];

    private static IEnumerable<ConformanceCase> CutsOff() =>
    [
        .. new (string Id, string Response)[]
        {
            ("length-no-byte", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), ("length-some", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"),
            ("length-all-but-one", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"),
            ("length-of-error", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhel"),
            ("length-of-old-version", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhel"),
            ("length-with-close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhel"),
            ("length-of-large", $"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{Http1FramingCases.Pattern(99_999)}"),
            ("chunked-nothing", Chunked), ("chunked-in-size", Chunked + "5"), ("chunked-behind-size", Chunked + "5\r\n"),
            ("chunked-in-data", Chunked + "5\r\nhel"),
            ("chunked-behind-data", Chunked + "5\r\nhello"), ("chunked-behind-chunk", Chunked + "5\r\nhello\r\n"),
            ("chunked-in-last", Chunked + "5\r\nhello\r\n0"),
            ("chunked-with-close", "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        }.Select(c => IsError($"cut-off/{c.Id}", Http1ClientRules.Incomplete, c.Response).ToCase()),
        IsError("cut-off/chunked-behind-last", Http1ClientRules.Incomplete, Chunked + "5\r\nhello\r\n0\r\n", ConformanceVerdict.Warn).ToCase(),
        IsError("cut-off/chunked-in-trailers", Http1ClientRules.Incomplete, Chunked + "5\r\nhello\r\n0\r\nX-Test: 1\r\n",
            ConformanceVerdict.Warn).ToCase(),
    ];

    private static IEnumerable<ConformanceCase> Chunks() =>
    [
        .. Http1ChunkCases.Right.Select(r => IsRight($"chunked/{r.Id}", Http1Rules.Chunked, Chunked + r.Body, r.Echo).ToCase()),
        .. Enumerable.Range(1, 18).Select(n => IsRight($"chunked/size/{n}", Http1Rules.Chunked,
            $"{Chunked}{n:x}\r\n{Http1FramingCases.Pattern(n)}\r\n0\r\n\r\n",
            Http1FramingCases.Pattern(n)).ToCase()),
        IsRight("chunked/of-64k", Http1Rules.Chunked, $"{Chunked}10000\r\n{Http1FramingCases.Pattern(65536)}\r\n0\r\n\r\n",
            Http1FramingCases.Pattern(65536)).ToCase(),
        IsRight("chunked/of-70010-upper-case", Http1Rules.Chunked, $"{Chunked}1117A\r\n{Http1FramingCases.Pattern(70010)}\r\n0\r\n\r\n",
            Http1FramingCases.Pattern(70010)).ToCase(),
        IsRight("chunked/thousand", Http1Rules.Chunked, Chunked + string.Concat(Enumerable.Range(0, 1000).Select(i => $"4\r\n{i:000} \r\n"))
            + "0\r\n\r\n",
            string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:000} "))).ToCase(),
        IsRight("chunked/all-bytes", Http1Rules.Chunked, $"{Chunked}100\r\n{Http1FramingCases.AllBytes}\r\n0\r\n\r\n",
            Http1FramingCases.AllBytes).ToCase(),
        IsRight("chunked/utf-8-cut-in-two", Http1Rules.Chunked, $"{Chunked}4\r\ncaf\u00c3\r\n1\r\n\u00a9\r\n0\r\n\r\n", "caf\u00c3\u00a9").ToCase(),
        .. Http1ChunkCases.RightExtensions.Select(e => IsRight($"chunked/extension/{e.Id}", Extensions,
            $"{Chunked}5{e.Extension}\r\nhello\r\n0\r\n\r\n", Hello).ToCase()),
        IsRight("chunked/extension/on-last", Extensions, Chunked + "5\r\nhello\r\n0;a=b\r\n\r\n", Hello).ToCase(),
        IsRight("chunked/extension/spaces", Http1ChunkCases.Blanks, Chunked + "5 ; a = b\r\nhello\r\n0\r\n\r\n", Hello, ConformanceVerdict.Warn)
            .ToCase()
            .Broken(),
        .. Http1ChunkCases.BadSizes.Select(s => IsError($"chunked/bad-size/{s.Id}", Http1ClientRules.Incomplete,
            $"{Chunked}{s.Line}\r\nhello\r\n0\r\n\r\n").ToCase()),
        .. Http1ChunkCases.Overflows.Select(o => IsError($"chunked/overflow/{o.Id}", Http1Rules.ChunkOverflow,
            $"{Chunked}{o.Size}\r\nhello\r\n0\r\n\r\n").ToCase()),
        .. Http1ChunkCases.BadEnds.Select(e => IsError($"chunked/data-end/{e.Id}", Http1ClientRules.Incomplete, Chunked + e.Body).ToCase()),
        IsError("chunked/data-end/one-byte-less", Lines, Chunked + Http1ChunkCases.OneByteLess, ConformanceVerdict.Warn).ToCase(),
        .. Http1ChunkCases.BadLines.Select(l => IsError($"chunked/lines/{l.Id}", Lines, Chunked + l.Body, ConformanceVerdict.Warn).ToCase()),
        IsError("chunked/bad-size/last-empty", Http1ClientRules.Incomplete, Chunked + "5\r\nhello\r\n\r\n\r\n").ToCase(),
        IsError("chunked/bad-size/second", Http1ClientRules.Incomplete, Chunked + "3\r\nhel\r\n0x2\r\nlo\r\n0\r\n\r\n").ToCase(),
    ];

    private static IEnumerable<ConformanceCase> TrailerCases() =>
    [
        Trailer("one", "X-Test: 1\r\n", [("X-Test", "1")]), Trailer("two", "X-Test: 1\r\nX-Other: 2\r\n", [("X-Test", "1"), ("X-Other", "2")]),
        Trailer("empty-value", "X-Test:\r\n", [("X-Test", "")]),
        Trailer("spaces", "X-Test: \t a b \t\r\n", [("X-Test", "a b")]),
        Trailer("twice", "X-Test: 1\r\nX-Test: 2\r\n", [("X-Test", "1"), ("X-Test", "2"), ("X-Test", "1, 2")]),
        Trailer("digest", "Content-Digest: sha-256=:AAAA:\r\n", [("Content-Digest", "sha-256=:AAAA:")]),
        Trailer("like-a-chunk", "5: hello\r\n", [("5", "hello")]),
        (Forbidden("content-length", "Content-Length: 3\r\n", ("Content-Length", "3"))),
            Forbidden("transfer-encoding", "Transfer-Encoding: identity\r\n", ("Transfer-Encoding", "identity")),
        Forbidden("status", "Status: 404\r\n", ("Status", "404")),
        .. new (string Id, string Line)[] { ("no-colon", "X-Test"), ("space-before-colon", "X-Test : 1"), ("bad-name", "X(Test: 1"),
            ("nul", "X-Test: a\0"), ("bare-cr", "X-Test: a\rb") }
            .Select(t => IsError($"trailers/bad/{t.Id}", Lines, $"{Chunked}5\r\nhello\r\n0\r\n{t.Line}\r\n\r\n", ConformanceVerdict.Warn).ToCase()),
    ];

    private static IEnumerable<ConformanceCase> Pieces() =>
    [
        .. new[] { 1, 2, 3, 7, 16 }.SelectMany(cut => new[]
        {
            (IsRight($"pieces/length-of-{cut}", Http1Rules.Length, "HTTP/1.1 200 OK\r\nX-Test: 1\r\nContent-Length: 5\r\n\r\nhello", Hello)
                with { Cut = cut }).ToCase(),
            (IsRight($"pieces/chunked-of-{cut}", Http1Rules.Chunked, $"{Chunked}3;a=\"b\"\r\nhel\r\n2\r\nlo\r\n0\r\nX-Test: 1\r\n\r\n", Hello)
                with { Cut = cut, Trailers = [("X-Test", "1")] }).ToCase(),
        }),
        .. new (string Id, string Response)[]
        {
            ("between-cr-and-lf", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".Replace("\r\n", $"\r{Pause}\n", StringComparison.Ordinal)),
            ("behind-each-line", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".Replace("\r\n", $"\r\n{Pause}", StringComparison.Ordinal)),
            ("before-body", $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{Pause}hello"),
            ("in-body", $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe{Pause}llo"),
            ("in-empty-line", $"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r{Pause}\nhello"),
            ("in-version", $"HT{Pause}TP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            ("in-status", $"HTTP/1.1 2{Pause}00 OK\r\nContent-Length: 5\r\n\r\nhello"),
            ("in-name", $"HTTP/1.1 200 OK\r\nContent-{Pause}Length: 5\r\n\r\nhello"),
            ("chunk-lines", $"{Chunked}{Pause}5{Pause}\r{Pause}\n{Pause}hello{Pause}\r{Pause}\n{Pause}0{Pause}\r{Pause}\n{Pause}\r{Pause}\n"),
            ("chunk-data", $"{Chunked}5\r\nhe{Pause}llo\r\n0\r\n\r\n"), ("two-digits-of-size", $"{Chunked}0{Pause}5\r\nhello\r\n0\r\n\r\n"),
            ("last-chunk", $"{Chunked}5\r\nhello\r\n{Pause}0\r\n\r\n"), ("last-line-end", $"{Chunked}5\r\nhello\r\n0\r\n{Pause}\r\n"),
        }.Select(p => IsRight($"pieces/paused/{p.Id}", Http1Rules.Length, p.Response, Hello).ToCase()),
    ];

    private static ConformanceCase Length(string id, string body)
        => IsRight($"framing/length/{id}", Http1Rules.Length, $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}", body).ToCase();

    private static ConformanceCase UntilEnd(string id, string head, string body)
        => (IsRight($"framing/until-close/{id}", Http1ClientRules.UntilClose, head + body, body.Replace($"{Pause}", "", StringComparison.Ordinal))
            with
        { End = Http1ClientEnd.Closed })
            .ToCase();

    private static ConformanceCase NoBody(string id, int status, string lines)
        => IsRight($"framing/no-body/{id}", Http1ClientRules.NoBody, $"HTTP/1.1 {status} Something\r\n{lines}\r\n", "", status: status).ToCase()
            .Broken(status == 204 && lines.Length > 0);

    private static ConformanceCase Trailer(string id, string lines, (string Name, string Value)[] trailers)
        => (IsRight($"trailers/{id}", Trailers, $"{Chunked}5\r\nhello\r\n0\r\n{lines}\r\n", Hello) with { Trailers = trailers }).ToCase();

    private static ConformanceCase Forbidden(string id, string line, (string Name, string Value) trailer)
        => (IsRight($"trailers/{id}", Merged, $"{Chunked}5\r\nhello\r\n0\r\n{line}\r\n", Hello, ConformanceVerdict.Info)
            with
        { Trailers = [trailer], IsBroken = true }).ToCase();
}
