using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Bodies that nobody asked for, that are cut off, that come in pieces: none of their bytes is another request.</summary>
internal static class Http1BodyCases
{
    private static readonly ConformanceRule WholeHead = ConformanceRule.Must(
        "RFC 9110 §5.3",
        "A server MUST NOT apply a request to the target resource until it receives the entire request header section, since later header field "
            + "lines might include conditionals, authentication credentials, or deliberately misleading duplicate header fields that could "
            + "impact request processing.",
        "Answer when the empty line is there.");

    private static readonly ConformanceRule IncompleteChunks = ConformanceRule.Must(
        "RFC 9112 §8",
        "A message body that uses the chunked transfer coding is incomplete if the zero-sized chunk that terminates the encoding has not been "
            + "received.",
        "Do not answer a body that was cut off as if it were whole.");

    private static readonly ConformanceRule HalfClosed = ConformanceRule.May(
        "RFC 9112 §9.6",
        "Note that a TCP connection that is half-closed by the client does not delimit a request message, nor does it imply that the client is "
            + "no longer interested in a response.",
        "Answer a whole request, though its client sends no more.");

    private static readonly ConformanceRule Octets = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A recipient MUST parse an HTTP message as a sequence of octets in an encoding that is a superset of US-ASCII [USASCII].",
        "Where a read ends says nothing; go on with the next.");

    private static readonly ConformanceRule NoOption = ConformanceRule.Must(
        "RFC 9110 §7.6.1",
        "A sender MUST NOT send a connection option corresponding to a field that is intended for all recipients of the content.",
        "What Connection lists changes nothing of how long a body is.");

    private static readonly string[] Methods = ["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "TRACE", "UNKNOWN", "get"];

    private static readonly string PostHead = Of("POST {target} HTTP/1.1", ["Content-Length: 5"], "");

    private static readonly string ChunkedHead = Chunked("");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Methods.SelectMany(m => new[]
        {
            Unread($"{Name(m)}-with-length", Http1Rules.Framing, Lengthy($"{m} {{target}} HTTP/1.1", [])),
            Unread($"{Name(m)}-chunked", Http1Rules.Framing, Chunky($"{m} {{target}} HTTP/1.1", [])),
        }),
        .. new[] { "GET", "HEAD", "DELETE", "PUT", "UNKNOWN" }.Select(m =>
            Later(Name(m), Http1Rules.ReadOrClose, Lengthy($"{m} {{target}} HTTP/1.1", []))),
        Later("missing-target", Http1Rules.ReadOrClose, Lengthy("POST /missing-here HTTP/1.1", [])),
        Later("options-asterisk", Http1Rules.ReadOrClose, Lengthy("OPTIONS * HTTP/1.1", [])),
        Later("no-host", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", [], isHosted: false)),
        Later("get-chunked", Http1Rules.ReadOrClose, Chunky("GET {target} HTTP/1.1", [])),
        Unread("missing-target", Http1Rules.ReadOrClose, Lengthy("POST /missing-here HTTP/1.1", [])),
        Unread("missing-target-chunked", Http1Rules.ReadOrClose, Chunky("POST /missing-here HTTP/1.1", [])),
        Unread("get-missing-target", Http1Rules.ReadOrClose, Lengthy("GET /missing-here HTTP/1.1", [])),
        Unread("options-asterisk", Http1Rules.ReadOrClose, Lengthy("OPTIONS * HTTP/1.1", [])),
        Unread("no-host", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", [], isHosted: false)),
        Unread("two-hosts", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Host: {host}"])),
        Unread("bad-host", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Host: a b"], isHosted: false)),
        Unread("space-before-colon", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["X-Test : 1"])),
        Unread("space-before-colon-chunked", Http1Rules.ReadOrClose, Chunky("POST {target} HTTP/1.1", ["X-Test : 1"])),
        Unread("unknown-expectation", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Expect: something"])),
        Unread("other-host", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Host: other.example"], isHosted: false)),
        Unread("bad-version", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/3.7", [])),
        Unread("bad-target", Http1Rules.ReadOrClose, Lengthy("POST {target}?a\u0001b HTTP/1.1", [])),
        Unread("bad-field", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["X(Test: 1"])),
        Unread("no-colon", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["X-Test"])),
        Unread("unsupported-content-type", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Content-Type: a/b; c=\"d"])),
        Unread("content-coding", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Content-Encoding: unknown"])),
        Unread("if-match", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["If-Match: \"none\""])),
        Unread("if-none-match-get", Http1Rules.ReadOrClose, Lengthy("GET {target} HTTP/1.1", ["If-None-Match: *"])),
        Unread("upgrade", Http1Rules.ReadOrClose, Lengthy("POST {target} HTTP/1.1", ["Connection: upgrade", "Upgrade: unknown"])),
        Option("content-length", Post(["Connection: Content-Length", "Content-Length: 5"], Hello)),
        Option("transfer-encoding", Post(["Connection: Transfer-Encoding", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n")),
        Option("host", Post(["Connection: Host", "Content-Length: 5"], Hello)),
        HidesCoding("behind-bare-cr", Http1Rules.BareReturn, "X-Test: a\rTransfer-Encoding: chunked"),
        HidesCoding("folded", Http1Rules.ObsoleteFold, "X-Test: a\r\n Transfer-Encoding: chunked"),
        HidesCoding("underscore", Http1Rules.Framing, "Transfer_Encoding: chunked"),
        HidesCoding("suffix", Http1Rules.Framing, "Transfer-Encodings: chunked"),
        HidesCoding("te", Http1Rules.Framing, "TE: chunked"),
        HidesCoding("content-encoding", Http1Rules.Framing, "Content-Encoding: chunked"),
        HidesCoding("in-a-value", Http1Rules.Framing, "X-Test: Transfer-Encoding: chunked"),
        .. Cuts(),
        .. Pieces(),
    ];

    private static IEnumerable<ConformanceCase> Cuts() =>
    [
        CutOff("length-no-byte", Http1Rules.Incomplete, PostHead),
        CutOff("length-some", Http1Rules.Incomplete, PostHead + "hel"),
        CutOff("length-all-but-one", Http1Rules.Incomplete, PostHead + "hell"),
        CutOff("length-of-large", Http1Rules.Incomplete, Post("Content-Length: 100000", Http1FramingCases.Pattern(50000))),
        CutOff("chunked-nothing", IncompleteChunks, ChunkedHead),
        CutOff("chunked-in-size", IncompleteChunks, ChunkedHead + "5"),
        CutOff("chunked-behind-size", IncompleteChunks, ChunkedHead + "5\r\n"),
        CutOff("chunked-in-data", IncompleteChunks, ChunkedHead + "5\r\nhel"),
        CutOff("chunked-behind-data", IncompleteChunks, ChunkedHead + "5\r\nhello"),
        CutOff("chunked-behind-chunk", IncompleteChunks, ChunkedHead + "5\r\nhello\r\n"),
        CutOff("chunked-in-last", IncompleteChunks, ChunkedHead + "5\r\nhello\r\n0"),
        CutOff("chunked-behind-last", Http1Rules.Chunked, ChunkedHead + "5\r\nhello\r\n0\r\n", ConformanceVerdict.Warn),
        CutOff("chunked-in-trailers", Http1Rules.Chunked, ChunkedHead + "5\r\nhello\r\n0\r\nX-Test: 1\r\n", ConformanceVerdict.Warn),
        CutOff("head-in-request-line", WholeHead, "GET {target} HT"),
        CutOff("head-behind-request-line", WholeHead, "GET {target} HTTP/1.1\r\n"),
        CutOff("head-in-field", WholeHead, "GET {target} HTTP/1.1\r\nHost: {host}"),
        CutOff("head-behind-field", WholeHead, "GET {target} HTTP/1.1\r\nHost: {host}\r\n"),
        CutOff("head-before-last-byte", WholeHead, "GET {target} HTTP/1.1\r\nHost: {host}\r\n\r"),
        (IsRight("body/half-closed/get", HalfClosed, Get(), refused: ConformanceVerdict.Info) with { EndsInput = true }).ToCase(),
        (IsRight("body/half-closed/post", HalfClosed, Post("Content-Length: 5", Hello), Hello, ConformanceVerdict.Info)
            with { EndsInput = true }).ToCase(),
        Early("behind-request-line", "GET {target} HTTP/1.1\r\n"),
        Early("behind-host", "GET {target} HTTP/1.1\r\nHost: {host}\r\n"),
        Early("in-a-field", "GET {target} HTTP/1.1\r\nHost: {host}\r\nX-Test: 1"),
        Early("before-last-byte", "GET {target} HTTP/1.1\r\nHost: {host}\r\n\r"),
    ];

    private static IEnumerable<ConformanceCase> Pieces() =>
    [
        .. new[] { 1, 2, 3, 5, 7, 16, 31 }.SelectMany(cut => new[]
        {
            InPieces($"get-of-{cut}", Get("Accept: */*"), null, cut),
            InPieces($"length-of-{cut}", Post("Content-Length: 5", Hello), Hello, cut),
            InPieces($"chunked-of-{cut}", Chunked("3;a=\"b\"\r\nhel\r\n2\r\nlo\r\n0\r\nX-Test: 1\r\n\r\n"), Hello, cut),
        }),
        Paused("between-cr-and-lf", Post("Content-Length: 5", Hello).Replace("\r\n", $"\r{Pause}\n", StringComparison.Ordinal)),
        Paused("behind-each-line", Post("Content-Length: 5", Hello).Replace("\r\n", $"\r\n{Pause}", StringComparison.Ordinal)),
        Paused("before-body", Post("Content-Length: 5", $"{Pause}hello")),
        Paused("in-body", Post("Content-Length: 5", $"he{Pause}llo")),
        Paused("each-byte-of-body", Post("Content-Length: 5", $"{Pause}h{Pause}e{Pause}l{Pause}l{Pause}o")),
        Paused("in-method", $"PO{Pause}{Post("Content-Length: 5", Hello)[2..]}"),
        Paused("in-empty-line", Post("Content-Length: 5", Hello).Replace("\r\n\r\nh", $"\r\n\r{Pause}\nh", StringComparison.Ordinal)),
        Paused("in-name", Post($"Content{Pause}-Length: 5", Hello)),
        Paused("in-value", Post($"Content-Length: {Pause}5", Hello)),
        Paused("chunk-lines", Chunked($"{Pause}5{Pause}\r{Pause}\n{Pause}hello{Pause}\r{Pause}\n{Pause}0{Pause}\r{Pause}\n{Pause}\r{Pause}\n")),
        Paused("chunk-data", Chunked($"5\r\nhe{Pause}llo\r\n0\r\n\r\n")),
        Paused("two-digits-of-size", Chunked($"0{Pause}5\r\nhello\r\n0\r\n\r\n")),
        Paused("in-extension", Chunked($"5;a={Pause}b\r\nhello\r\n0\r\n\r\n")),
        Paused("in-trailer", Chunked($"5\r\nhello\r\n0\r\nX-{Pause}Test: 1{Pause}\r\n\r\n")),
        Paused("before-last-line-end", Chunked($"5\r\nhello\r\n0\r\n{Pause}\r\n")),
    ];

    private static string Name(string method) => method == "get" ? "lower-case-get" : method.ToLowerInvariant();

    private static string Lengthy(string requestLine, string[] lines, bool isHosted = true)
    {
        string[] all = [requestLine, .. isHosted ? (string[])["Host: {host}"] : [], .. lines, "Content-Length: {hidden-length}"];
        return $"{string.Join("\r\n", all)}\r\n\r\n{Hidden}";
    }

    private static string Chunky(string requestLine, string[] lines)
        => Of(requestLine, [.. lines, "Transfer-Encoding: chunked"], $"{{hidden-size}}\r\n{Hidden}\r\n0\r\n\r\n");

    /// <summary>The body is a whole request. Whatever the answer to the first, there is one answer.</summary>
    private static ConformanceCase Unread(string id, ConformanceRule rule, string request)
        => IsEither($"body/no-request/{id}", rule, request).ToCase();

    /// <summary>The same, with the body behind the answer.</summary>
    private static ConformanceCase Later(string id, ConformanceRule rule, string request)
        => Unread($"later/{id}", rule, request.Replace("\r\n\r\n", $"\r\n\r\n{Pause}", StringComparison.Ordinal));

    private static ConformanceCase Option(string id, string request)
        => IsRight($"body/connection-option/{id}", NoOption, request, Hello, ConformanceVerdict.Info).ToCase();

    private static ConformanceCase HidesCoding(string id, ConformanceRule rule, string line)
        => IsEither($"body/hidden-coding/{id}", rule, Post([line, "Content-Length: 15"], "5\r\nhello\r\n0\r\n\r\n"),
            "5\r\nhello\r\n0\r\n\r\n").ToCase();

    private static ConformanceCase CutOff(string id, ConformanceRule rule, string request, ConformanceVerdict accepted = ConformanceVerdict.Fail)
        => (new Http1Probe($"body/cut-off/{id}", rule, request) { OnAccepted = accepted, EndsInput = true }).ToCase();

    private static ConformanceCase InPieces(string id, string request, string? echo, int cut)
        => (IsRight($"pieces/{id}", Octets, request, echo) with { Cut = cut, Tolerated = echo is null ? [] : [411] }).ToCase();

    private static ConformanceCase Paused(string id, string request)
        => (IsRight($"pieces/paused/{id}", Octets, request, Hello) with { Tolerated = [411] }).ToCase();

    private static ConformanceCase Early(string id, string request)
        => new($"http1/body/early/{id}", WholeHead, "no answer yet", async context =>
        {
            await using Http1Peer peer = await Http1Peer.ConnectAsync(context);
            await peer.SendAsync(request, "a part of a head");
            Http1Reply reply = await peer.ReadAsync(new Http1Asked("GET"), patience: TimeSpan.FromMilliseconds(300));
            return reply.Answer is { Status: >= 200 and < 400 } ? ConformanceFinding.Fail($"{reply} to a part of a head")
                : ConformanceFinding.Pass(reply.Text);
        });
}
