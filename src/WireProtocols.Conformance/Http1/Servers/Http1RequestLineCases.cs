using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>The request line: method, target, version, and the spaces between them.</summary>
internal static class Http1RequestLineCases
{
    private static readonly ConformanceRule Lenient = ConformanceRule.May(
        "RFC 9112 §3",
        "However, lenient parsing can result in request smuggling security vulnerabilities if there are multiple recipients of the "
            + "message and each has its own unique interpretation of robustness (see Section 11.2).",
        "Refuse whitespace other than the two single spaces.");

    private static readonly ConformanceRule NoCorrection = ConformanceRule.Should(
        "RFC 9112 §3.2",
        "Recipients of an invalid request-line SHOULD respond with either a 400 (Bad Request) error or a 301 (Moved Permanently) "
            + "redirect with the request-target properly encoded.",
        "Refuse a target with whitespace or control characters.");

    private static readonly ConformanceRule Version = ConformanceRule.Should(
        "RFC 9112 §2.3",
        "HTTP-version is case-sensitive. HTTP-version = HTTP-name \"/\" DIGIT \".\" DIGIT",
        "Take HTTP/1.0 and HTTP/1.1; refuse another form with 400, another major version with 505.");

    private static readonly ConformanceRule Major = ConformanceRule.May(
        "RFC 9110 §15.6.6",
        "The 505 (HTTP Version Not Supported) status code indicates that the server does not support, or refuses to support, the "
            + "major version of HTTP that was used in the request message.",
        "Answer another major version with 505.");

    private static readonly ConformanceRule Minor = ConformanceRule.Should(
        "RFC 9110 §6.2",
        "A recipient that receives a message with a major version number that it implements and a minor version number higher than what it "
            + "implements SHOULD process the message as if it were in the highest minor version within that major version to which the "
            + "recipient is conformant.",
        "Answer another minor version as you would 1.1.");

    private static readonly ConformanceRule Old = ConformanceRule.Should(
        "RFC 9110 §5.1",
        "In particular, the Host and Connection fields ought to be recognized by all HTTP implementations whether or not they advertise conformance "
            + "with HTTP/1.1.",
        "Answer HTTP/1.0 as well.");

    private static readonly ConformanceRule EmptyLine = ConformanceRule.Should(
        "RFC 9112 §2.2",
        "In the interest of robustness, a server that is expecting to receive and parse a request-line SHOULD ignore at least one "
            + "empty line (CRLF) received prior to the request-line.",
        "Skip an empty line before a request.");

    private static readonly ConformanceRule LongLine = ConformanceRule.Should(
        "RFC 9112 §3",
        "It is RECOMMENDED that all HTTP senders and recipients support, at a minimum, request-line lengths of 8000 octets.",
        "Take request lines of 8000 bytes.");

    private static readonly ConformanceRule TooLong = ConformanceRule.Must(
        "RFC 9112 §3",
        "A server that receives a request-target longer than any URI it wishes to parse MUST respond with a 414 (URI Too Long) "
            + "status code (see Section 15.5.15 of [HTTP]).",
        "Answer a target that is too long with 414.");

    private static readonly ConformanceRule LongMethod = ConformanceRule.Should(
        "RFC 9112 §3",
        "A server that receives a method longer than any that it implements SHOULD respond with a 501 (Not Implemented) status "
            + "code.",
        "Answer a method that you do not know with 501.");

    private static readonly ConformanceRule LineEnd = ConformanceRule.May(
        "RFC 9112 §2.2",
        "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as "
            + "a line terminator and ignore any preceding CR.",
        "Whether you take a single LF or refuse it, do it everywhere alike.");

    private static readonly string[] Versions =
    [
        "lower-case http/1.1", "mixed-case Http/1.1", "no-minor HTTP/1", "empty-minor HTTP/1.", "empty-major HTTP/.1", "three-parts HTTP/1.1.1",
        "two-digit-major HTTP/01.1", "two-digit-minor HTTP/1.01", "two-digit-minor-10 HTTP/1.10", "no-dot HTTP/11", "letter HTTP/1.x",
        "no-slash HTTP1.1", "other-name HTTPS/1.1", "other-protocol ICY/1.1", "comma HTTP/1,1", "plus HTTP/+1.1", "minus HTTP/-1.1",
        "letter-behind HTTP/1.1x",
        "major-0 HTTP/0.9", "name-only HTTP/", "hex HTTP/0x1.1", "space-inside HTTP/ 1.1", "word-behind HTTP/1.1 x",
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        IsRight("request-line/get", Http1Rules.Methods, Get()).ToCase(),
        IsRight("request-line/head", Http1Rules.Methods, Of("HEAD {target} HTTP/1.1", [], "")).ToCase(),
        IsRight("request-line/post", Http1Rules.Length, Post("Content-Length: 5", Hello), Hello).ToCase(),
        IsRight("request-line/old-version", Old, Of("GET {target} HTTP/1.0", [], ""), refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("request-line/post-in-old-version", Old, Of("POST {target} HTTP/1.0", ["Content-Length: 5"], Hello), Hello,
            ConformanceVerdict.Warn).ToCase(),
        IsRight("request-line/minor-2", Minor, Of("GET {target} HTTP/1.2", [], ""), refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("request-line/minor-9", Minor, Of("GET {target} HTTP/1.9", [], ""), refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("request-line/empty-line-before", EmptyLine, "\r\n" + Get(), refused: ConformanceVerdict.Warn).ToCase(),
        IsRight("request-line/empty-lines-before", EmptyLine, "\r\n\r\n\r\n" + Get(), refused: ConformanceVerdict.Info).ToCase(),
        (IsRight("request-line/length/8000", LongLine, Of($"GET {{target}}?{new string('a', 7900)} HTTP/1.1", [], ""),
            refused: ConformanceVerdict.Warn)
            with { Tolerated = [403, 404] }).ToCase(),
        (IsRight("request-line/length/2000", LongLine, Of($"GET {{target}}?{new string('a', 1900)} HTTP/1.1", [], ""),
            refused: ConformanceVerdict.Warn)
            with { Tolerated = [403, 404] }).ToCase(),
        Query("query", "?a=b&c=%20d"),
        Query("empty-query", "?"),
        Query("question-in-query", "?a?b/c"),
        TooLongTarget(),
        LongMethodCase(),
        .. Versions.Select(v => v.Split(' ', 2)).Select(v => IsOutsideGrammar($"request-line/version/{v[0]}", Version,
            Of($"GET {{target}} {v[1]}", [], "")).ToCase()),
        IsOutsideGrammar("request-line/version/missing", Version, Of("GET {target}", [], "")).ToCase(),
        IsOutsideGrammar("request-line/version/missing-with-space", Version, Of("GET {target} ", [], "")).ToCase(),
        IsOutsideGrammar("request-line/version/simple-request", Version, "GET {target}\r\n\r\n").ToCase(),
        IsOutsideGrammar("request-line/version/major-2", Major, Of("GET {target} HTTP/2.0", [], "")).ToCase(),
        IsOutsideGrammar("request-line/version/major-3", Major, Of("GET {target} HTTP/3.0", [], "")).ToCase(),
        .. Spaces(),
        .. Targets(),
        IsOutsideGrammar("request-line/method/empty", Http1Rules.Grammar, Of(" {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/at", Http1Rules.Grammar, Of("G@T {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/parenthesis", Http1Rules.Grammar, Of("GET( {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/colon", Http1Rules.Grammar, Of("GET: {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/quoted", Http1Rules.Grammar, Of("\"GET\" {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/nul", Http1Rules.Grammar, Of("GET\0 {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/not-ascii", Http1Rules.Grammar, Of("G\u00c9T {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/method/byte-order-mark", Http1Rules.Grammar, Of("\u00ef\u00bb\u00bfGET {target} HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/garbage/words", Http1Rules.Grammar, "hello\r\n\r\n").ToCase(),
        IsOutsideGrammar("request-line/garbage/response", Http1Rules.Grammar, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ToCase(),
        IsOutsideGrammar("request-line/garbage/nuls", Http1Rules.Grammar, new string('\0', 64) + "\r\n\r\n").ToCase(),
        IsOutsideGrammar("request-line/garbage/tls", Http1Rules.Grammar,
            "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0003\r\n\r\n").ToCase(),
        BareLf("bare-lf", "GET {target} HTTP/1.1\nHost: {host}\n\n"),
        BareLf("bare-lf-behind-request-line", "GET {target} HTTP/1.1\nHost: {host}\r\n\r\n"),
    ];

    private static IEnumerable<ConformanceCase> Spaces() =>
    [
        .. new (string Id, string Line)[]
        {
            ("two-before-target", "GET  {target} HTTP/1.1"), ("two-before-version", "GET {target}  HTTP/1.1"),
            ("tab-before-target", "GET\t{target} HTTP/1.1"),
            ("tab-before-version", "GET {target}\tHTTP/1.1"), ("vertical-tab", "GET\v{target} HTTP/1.1"), ("form-feed", "GET {target}\fHTTP/1.1"),
            ("leading", " GET {target} HTTP/1.1"), ("trailing", "GET {target} HTTP/1.1 "), ("trailing-tab", "GET {target} HTTP/1.1\t"),
            ("bare-cr", "GET {target}\rHTTP/1.1"),
        }.Select(s => IsOutsideGrammar($"request-line/spaces/{s.Id}", Lenient, Of(s.Line, [], ""), ConformanceVerdict.Info).ToCase()),
    ];

    private static IEnumerable<ConformanceCase> Targets() =>
    [
        .. new (string Id, string Behind)[]
        {
            ("space", "?a b"), ("tab", "?a\tb"), ("nul", "?a\0b"), ("delete", "?a\u007fb"), ("control", "?a\u0001b"), ("bare-cr", "?a\rb"),
            ("fragment", "#a"),
        }.Select(s => IsOutsideGrammar($"request-line/target/{s.Id}", NoCorrection, Of($"GET {{target}}{s.Behind} HTTP/1.1", [], "")).ToCase()),
        .. new (string Id, string Behind)[] { ("not-ascii", "?a\u00e9b"), ("quote", "?a\"b"), ("less-than", "?a<b"), ("backslash", "?a\\b"),
            ("bad-percent", "?%zz") }
            .Select(s => IsOutsideGrammar($"request-line/target/{s.Id}", NoCorrection, Of($"GET {{target}}{s.Behind} HTTP/1.1", [], ""),
                ConformanceVerdict.Info)
                .ToCase()),
        IsOutsideGrammar("request-line/target/missing", NoCorrection, Of("GET HTTP/1.1", [], "")).ToCase(),
        IsOutsideGrammar("request-line/target/empty", NoCorrection, Of("GET  HTTP/1.1", [], "")).ToCase(),
    ];

    /// <summary>Who takes no LF for the end of a line waits for one.</summary>
    private static ConformanceCase BareLf(string id, string request)
        => (IsEither($"request-line/{id}", LineEnd, request) with { MayWait = true }).ToCase();

    private static ConformanceCase Query(string id, string query)
        => (IsRight($"request-line/target/{id}", Http1Rules.Methods, Of($"GET {{target}}{query} HTTP/1.1", [], ""))
            with
        { Tolerated = [403, 404] }).ToCase();

    /// <summary>A server may read targets of any length: what it may not do is to say something else than 414.</summary>
    private static ConformanceCase TooLongTarget()
        => new("http1/request-line/length/target-of-200k", TooLong, "414, or an answer", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, Of($"GET {{target}}?{new string('a', 200_000)} HTTP/1.1", [], ""));
            return reply.Answer is { } shown && shown.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
                : !reply.IsWhole ? reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text)
                    : ConformanceFinding.Warn($"{reply}, and not 414")
                : reply.Answer!.Status is < 400 or 414 or 404 or 403 ? ConformanceFinding.Pass(reply.Text)
                : reply.Answer.Status >= 500 ? ConformanceFinding.Fail($"{reply}, and not 414")
                : ConformanceFinding.Warn($"{reply}, and not 414");
        });

    private static ConformanceCase LongMethodCase()
        => IsOutsideGrammar("request-line/method/long", LongMethod, Of($"{new string('A', 4000)} {{target}} HTTP/1.1", [], "")).ToCase();
}
