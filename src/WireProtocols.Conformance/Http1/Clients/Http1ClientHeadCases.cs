using static WireProtocols.Conformance.Http1ClientProbe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Heads of responses: status lines, fields, and the interim heads before them.</summary>
internal static class Http1ClientHeadCases
{
    private const string Length5 = "Content-Length: 5\r\n\r\nhello";

    private static readonly ConformanceRule Whitespace = ConformanceRule.May(
        "RFC 9112 §4",
        "However, lenient parsing can result in response splitting security vulnerabilities if there are multiple recipients of the message and "
            + "each has its own unique interpretation of robustness (see Section 11.1).",
        "Take single spaces alone.");

    private static readonly ConformanceRule Values = ConformanceRule.Must(
        "RFC 9110 §5.5",
        "a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP before "
            + "further processing or forwarding of that message.",
        "Make it an error, or put a space there; never another line.");

    private static readonly ConformanceRule FirstLine = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or "
            + "consume each whitespace-preceded line without further processing of it (i.e., ignore the entire line, along with any subsequent "
            + "lines preceded by whitespace, until a properly formed header field is received or the header section is terminated).",
        "Make it an error, or pass over the line.");

    private static readonly ConformanceRule NotThatField = ConformanceRule.Must(
        "RFC 9110 §2.4",
        "A recipient MUST interpret a received protocol element according to the semantics defined for it by this specification, including "
            + "extensions to this specification, unless the recipient has determined (through experience or configuration) that the sender "
            + "incorrectly implements what is implied by those semantics.",
        "A field has the name that stands there, and no other.");

    private static readonly ConformanceRule OutOfRange = ConformanceRule.Should(
        "RFC 9110 §15",
        "A client that receives a response with an invalid status code SHOULD process the response as if it had a 5xx (Server Error) status code.",
        "Take it for an error of the server.");

    private static readonly ConformanceRule Recover = ConformanceRule.Should(
        "RFC 9110 §2.4",
        "Unless noted otherwise, a recipient MAY attempt to recover a usable protocol element from an invalid construct.",
        "Make what is no HTTP response an error.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Should(
        "RFC 9110 §5.1",
        "Other recipients SHOULD ignore unrecognized header and trailer fields.",
        "Pass over fields that you do not know.");

    private static readonly ConformanceRule LineEnd = ConformanceRule.May(
        "RFC 9112 §2.2",
        "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line "
            + "terminator and ignore any preceding CR.",
        "Whether you take a single LF or refuse it, do it everywhere alike.");

    private static readonly (string Id, string Line)[] BadStatusLines =
    [
        ("two-digits", "HTTP/1.1 20 OK"), ("four-digits", "HTTP/1.1 2000 OK"), ("letters", "HTTP/1.1 abc OK"), ("minus", "HTTP/1.1 -200 OK"),
        ("plus", "HTTP/1.1 +200 OK"),
        ("hex", "HTTP/1.1 0xc8 OK"), ("letter-behind", "HTTP/1.1 200x OK"), ("no-status", "HTTP/1.1 OK"), ("version-alone", "HTTP/1.1"),
        ("no-version", "200 OK"),
        ("lower-case-version", "http/1.1 200 OK"), ("other-protocol", "ICY 200 OK"), ("other-name", "HTTPS/1.1 200 OK"),
        ("major-2", "HTTP/2.0 200 OK"), ("major-3", "HTTP/3 200 OK"),
        ("no-minor", "HTTP/1 200 OK"), ("no-dot", "HTTP/11 200 OK"), ("letter-in-version", "HTTP/1.x 200 OK"), ("three-parts", "HTTP/1.1.1 200 OK"),
        ("no-slash", "HTTP1.1 200 OK"),
        ("no-space", "HTTP/1.1200 OK"),
        ("words", "hello world"), ("html", "<html>"), ("request", "GET / HTTP/1.1"), ("nul", "HTTP/1.1 200 O\0K"),
        ("not-ascii-digits", "HTTP/1.1 \u00b2\u00b0\u00b0 OK"),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        Takes("status-line/no-reason", Http1ClientRules.StatusLine, "HTTP/1.1 200 \r\n" + Length5),
        Takes("status-line/no-reason-no-space", Whitespace, "HTTP/1.1 200\r\n" + Length5, ConformanceVerdict.Info),
        Takes("status-line/other-reason", Http1ClientRules.Reason, "HTTP/1.1 200 Not Found\r\n" + Length5),
        Takes("status-line/long-reason", Http1ClientRules.Reason, $"HTTP/1.1 200 {new string('a', 1000)}\r\n" + Length5, ConformanceVerdict.Warn),
        Takes("status-line/reason-with-digits", Http1ClientRules.Reason, "HTTP/1.1 200 404 5\r\n" + Length5),
        Takes("status-line/reason-with-colon", Http1ClientRules.Reason, "HTTP/1.1 200 Content-Length: 3\r\n" + Length5),
        Takes("status-line/reason-not-ascii", Http1ClientRules.Reason, "HTTP/1.1 200 \u00c3\u00a9\u00ff\r\n" + Length5, ConformanceVerdict.Warn),
        Takes("status-line/reason-with-tab", Http1ClientRules.Reason, "HTTP/1.1 200 a\tb\r\n" + Length5, ConformanceVerdict.Warn),
        Takes("status-line/reason-of-spaces", Http1ClientRules.Reason, "HTTP/1.1 200    \r\n" + Length5, ConformanceVerdict.Warn),
        .. new[] { 201, 202, 203, 206, 226, 299, 400, 403, 404, 410, 418, 422, 431, 451, 471, 499, 500, 501, 502, 505, 599 }.Select(s =>
            IsRight($"status/{s}", Http1ClientRules.Classes,
                $"HTTP/1.1 {s} Something\r\nContent-Length: 5\r\n{(s == 206 ? "Content-Range: bytes 0-4/10\r\n" : "")}\r\nhello", Hello,
                s < 400 ? ConformanceVerdict.Fail : ConformanceVerdict.Warn, s).ToCase()),
        .. BadStatusLines.Select(b => IsError($"status-line/bad/{b.Id}", Recover, $"{b.Line}\r\n{Length5}", ConformanceVerdict.Warn).ToCase()),
        .. new[] { 0, 99, 600, 999 }.Select(n => (IsEither($"status-line/out-of-range/{n}", OutOfRange, $"HTTP/1.1 {n:000} Something\r\n{Length5}",
            Hello) with { Status = n }).ToCase()),
        .. new (string Id, string Line)[]
        {
            ("two-before-status", "HTTP/1.1  200 OK"), ("two-before-reason", "HTTP/1.1 200  OK"), ("tab", "HTTP/1.1\t200\tOK"),
            ("leading", " HTTP/1.1 200 OK"), ("trailing", "HTTP/1.1 200 OK "),
        }.Select(s => IsEither($"status-line/spaces/{s.Id}", Whitespace, $"{s.Line}\r\n{Length5}", Hello).ToCase()),
        IsEither("status-line/empty-line-before", Whitespace, "\r\nHTTP/1.1 200 OK\r\n" + Length5, Hello).ToCase(),
        Takes("version/1.0", Http1ClientRules.StatusLine, "HTTP/1.0 200 OK\r\n" + Length5),
        Takes("version/1.2", Http1ClientRules.StatusLine, "HTTP/1.2 200 OK\r\n" + Length5, ConformanceVerdict.Warn),
        .. Interims(),
        .. Fields(),
        .. Hidden(),
    ];

    private static IEnumerable<ConformanceCase> Interims() =>
    [
        .. new (string Id, string Head)[]
        {
            ("100", "HTTP/1.1 100 Continue\r\n\r\n"), ("100-no-reason", "HTTP/1.1 100 \r\n\r\n"), ("102", "HTTP/1.1 102 Processing\r\n\r\n"),
            ("103", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"), ("unknown", "HTTP/1.1 199 Something\r\nX-Test: 1\r\n\r\n"),
            ("two", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Test: 1\r\n\r\n"),
            ("ten", string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 10))),
            ("in-two-writes", $"HTTP/1.1 100 Continue\r\n\r\n{Pause}"), ("cut-in-two", $"HTTP/1.1 100 Con{Pause}tinue\r\n\r{Pause}\n"),
        }.Select(i => Takes($"interim/{i.Id}", Http1ClientRules.Interim, $"{i.Head}HTTP/1.1 200 OK\r\n{Length5}",
            i.Id == "ten" ? ConformanceVerdict.Info : ConformanceVerdict.Fail)),
        Takes("interim/then-chunked", Http1ClientRules.Interim,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        Takes("interim/with-length", Http1ClientRules.NoBody, $"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n{Length5}",
            ConformanceVerdict.Info).Broken(),
        IsRight("interim/then-204", Http1ClientRules.Interim, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "",
            status: 204).ToCase(),
        IsRight("interim/then-404", Http1ClientRules.Interim, $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n{Length5}", Hello,
            status: 404).ToCase(),
        IsError("interim/then-the-end", Http1ClientRules.Incomplete, "HTTP/1.1 100 Continue\r\n\r\n").ToCase(),
    ];

    private static IEnumerable<ConformanceCase> Fields() =>
    [
        .. new (string Id, string Line)[]
        {
            ("lower-case", "content-length: 5"), ("upper-case", "CONTENT-LENGTH: 5"), ("mixed-case", "cOnTeNt-LeNgTh: 5"),
            ("no-space", "Content-Length:5"), ("tab", "Content-Length:\t5"),
            ("spaces", "Content-Length: \t  5"), ("space-behind", "Content-Length: 5 "), ("tab-behind", "Content-Length: 5\t"),
            ("both", "Content-Length:\t 5 \t "),
        }.Select(f => Takes($"fields/length/{f.Id}", f.Id.EndsWith("case", StringComparison.Ordinal) ? Http1Rules.Names : Http1Rules.Whitespace,
            $"HTTP/1.1 200 OK\r\n{f.Line}\r\n\r\nhello")),
        .. new (string Id, string Line)[]
        {
            ("lower-case", "transfer-encoding: chunked"), ("upper-case", "TRANSFER-ENCODING: chunked"), ("no-space", "Transfer-Encoding:chunked"),
            ("tab", "Transfer-Encoding:\tchunked"),
            ("space-behind", "Transfer-Encoding: chunked "), ("tab-behind", "Transfer-Encoding: chunked\t"),
        }.Select(f => Takes($"fields/coding/{f.Id}", f.Id.EndsWith("case", StringComparison.Ordinal) ? Http1Rules.Names : Http1Rules.Whitespace,
            $"HTTP/1.1 200 OK\r\n{f.Line}\r\n\r\n5\r\nhello\r\n0\r\n\r\n")),
        .. new (string Id, string Lines)[]
        {
            ("empty-value", "X-Test:\r\n"), ("not-ascii", "X-Test: caf\u00c3\u00a9 \u00ff\r\n"), ("quoted", "X-Test: \"a, \\\"b\\\"\"; c=d\r\n"),
            ("colons", "X-Test: a:b:c\r\n"),
            ("twice", "X-Test: 1\r\nX-Test: 2\r\n"), ("cookies", "Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=d\r\n"),
            ("token-characters", "X!#$%&'*+-.^_`|~09: 1\r\n"),
            ("like-a-status-line", "X-Test: HTTP/1.1 404 Not Found\r\n"), ("length-4000", $"X-Test: {new string('a', 4000)}\r\n"),
            ("fifty", string.Concat(Enumerable.Range(0, 50).Select(i => $"X-Test-{i}: {i}\r\n"))),
            ("usual",
                "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: a/1.0\r\nContent-Type: text/plain; charset=utf-8\r\nETag: \"1\"\r\nVary: "
                    + "Accept\r\nKeep-Alive: timeout=5\r\n"),
            ("length-last", "X-Test: 1\r\nX-Other: 2\r\n"),
        }.Select(f => Takes($"fields/{f.Id}", Unknown, $"HTTP/1.1 200 OK\r\n{f.Lines}{Length5}", f.Id
            is "usual" or "length-last" or "twice" or "empty-value"
            ? ConformanceVerdict.Fail : ConformanceVerdict.Warn)),
        Takes("fields/fold/space", Http1ClientRules.Fold, $"HTTP/1.1 200 OK\r\nX-Test: a\r\n b\r\n{Length5}", ConformanceVerdict.Warn).Broken(),
        Takes("fields/fold/tab", Http1ClientRules.Fold, $"HTTP/1.1 200 OK\r\nX-Test: a\r\n\tb\r\n{Length5}", ConformanceVerdict.Warn).Broken(),
        IsEither("fields/fold/length", Http1ClientRules.Fold, "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\nhello", Hello).ToCase(),
        .. new (string Id, string Line)[]
        {
            ("no-colon", "X-Test"), ("space-before-colon", "X-Test : 1"), ("space-inside", "X Test: 1"), ("parenthesis", "X(Test: 1"),
            ("empty-name", ": 1"), ("nul", "X-Test: a\0b"),
            ("bare-cr", "X-Test: a\rb"), ("control", "X-Test: a\u0001b"),
        }.Select(f => IsEither($"fields/bad/{f.Id}", f.Id is "nul" or "bare-cr" ? Values : Recover, $"HTTP/1.1 200 OK\r\n{f.Line}\r\n{Length5}",
            Hello).ToCase()),
        IsEither("fields/bare-lf", LineEnd, "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", Hello).ToCase(),
        IsError("cut-off/nothing", Http1ClientRules.Incomplete, "").ToCase(),
        IsError("cut-off/in-status-line", Http1ClientRules.Incomplete, "HTTP/1.1 20").ToCase(),
        IsError("cut-off/behind-status-line", Http1ClientRules.Incomplete, "HTTP/1.1 200 OK\r\n").ToCase(),
        IsError("cut-off/in-a-field", Http1ClientRules.Incomplete, "HTTP/1.1 200 OK\r\nContent-Len").ToCase(),
        IsError("cut-off/in-a-value", Http1ClientRules.Incomplete, "HTTP/1.1 200 OK\r\nContent-Length: 0").ToCase(),
        IsError("cut-off/behind-a-field", Http1ClientRules.Incomplete, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n").ToCase(),
        IsError("cut-off/before-last-byte", Http1ClientRules.Incomplete, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r").ToCase(),
    ];

    /// <summary>A length that is there only for who reads the lines wrongly: without it the body goes to the end of the connection.</summary>
    private static IEnumerable<ConformanceCase> Hidden() =>
    [
        .. new (string Id, ConformanceRule Rule, string Lines)[]
        {
            ("behind-bare-cr", Http1Rules.BareReturn, "X-Test: a\rContent-Length: 5\r\n"),
            ("behind-two-bare-crs", Http1Rules.BareReturn, "X-Test: a\r\rContent-Length: 5\r\n"),
            ("behind-nul", Values, "X-Test: a\0Content-Length: 5\r\n"), ("folded", Http1ClientRules.Fold, "X-Test: a\r\n Content-Length: 5\r\n"),
            ("folded-with-tab", Http1ClientRules.Fold, "X-Test: a\r\n\tContent-Length: 5\r\n"), ("first-line", FirstLine, " Content-Length: 5\r\n"),
            ("first-line-tab", FirstLine, "\tContent-Length: 5\r\n"), ("underscore", NotThatField, "Content_Length: 5\r\n"),
            ("prefix", NotThatField, "X-Content-Length: 5\r\n"),
            ("suffix", NotThatField, "Content-Length-X: 5\r\n"), ("in-a-value", NotThatField, "X-Test: Content-Length: 5\r\n"),
            ("no-hyphen", NotThatField, "ContentLength: 5\r\n"),
        }.Select(h => IsEither($"fields/hidden/{h.Id}", h.Rule, $"HTTP/1.1 200 OK\r\n{h.Lines}\r\nhello, world", "hello, world").ToCase()
            .Broken(h.Rule != NotThatField)),
        IsEither("fields/hidden/in-reason", Http1ClientRules.Reason, "HTTP/1.1 200 OK\rContent-Length: 5\r\n\r\nhello, world",
            "hello, world").ToCase(),
    ];

    private static ConformanceCase Takes(string id, ConformanceRule rule, string response, ConformanceVerdict error = ConformanceVerdict.Fail)
        => IsRight(id, rule, response, Hello, error).ToCase();
}
