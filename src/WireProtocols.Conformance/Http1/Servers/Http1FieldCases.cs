using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Field lines: names, the colon, values, and what is no field line.</summary>
internal static class Http1FieldCases
{
    private static readonly ConformanceRule Colon = ConformanceRule.Must(
        "RFC 9112 §5.1",
        "A server MUST reject, with a response status code of 400 (Bad Request), any received request message that contains whitespace "
            + "between a header field name and colon.",
        "Refuse a space or tab before the colon.");

    private static readonly ConformanceRule Values = ConformanceRule.Must(
        "RFC 9110 §5.5",
        "a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP "
            + "before further processing or forwarding of that message.",
        "Refuse them. From outside it cannot be seen whether they were replaced, and so an answer is only warned of.");

    private static readonly ConformanceRule Controls = ConformanceRule.May(
        "RFC 9110 §5.5",
        "Field values containing other CTL characters are also invalid; however, recipients MAY retain such characters for the sake of "
            + "robustness when they appear within a safe context (e.g., an application-specific quoted string that will not be processed by any "
            + "downstream HTTP parser).",
        "Refuse them, or keep them away from everything that parses.");

    private static readonly ConformanceRule Opaque = ConformanceRule.Should(
        "RFC 9110 §5.5",
        "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data.",
        "Take bytes above 0x7f in values.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Should(
        "RFC 9110 §5.1",
        "Other recipients SHOULD ignore unrecognized header and trailer fields.",
        "Pass over fields that you do not know.");

    private static readonly ConformanceRule Limits = ConformanceRule.Must(
        "RFC 9110 §5.4",
        "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond "
            + "with an appropriate 4xx (Client Error) status code.",
        "Answer a head that is too large with 431, and close.");

    private static readonly ConformanceRule FirstLine = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or "
            + "consume each whitespace-preceded line without further processing of it (i.e., ignore the entire line, along with any subsequent "
            + "lines preceded by whitespace, until a properly formed header field is received or the header section is terminated).",
        "Refuse a line that begins with a space or tab.");

    private static readonly ConformanceRule LineEnd = ConformanceRule.May(
        "RFC 9112 §2.2",
        "Although the line terminator for the start-line and fields is the sequence CRLF, a recipient MAY recognize a single LF as a line "
            + "terminator and ignore any preceding CR.",
        "Whether you take a single LF or refuse it, do it everywhere alike.");

    private static readonly ConformanceRule NotThatField = ConformanceRule.Must(
        "RFC 9110 §2.4",
        "A recipient MUST interpret a received protocol element according to the semantics defined for it by this specification, including "
            + "extensions to this specification, unless the recipient has determined (through experience or configuration) that the sender "
            + "incorrectly implements what is implied by those semantics.",
        "A field has the name that stands there, and no other.");

    private static readonly (string Id, string Name)[] BadNames =
    [
        ("space-inside", "X Test"), ("parenthesis", "X(Test"), ("comma", "X,Test"), ("slash", "X/Test"), ("semicolon", "X;Test"),
        ("equals", "X=Test"), ("at", "X@Test"),
        ("bracket", "X[Test]"), ("backslash", "X\\Test"), ("brace", "X{Test}"), ("quote", "\"X\""), ("less-than", "<X>"), ("question", "X?"),
        ("control", "X\u0001"),
        ("delete", "X\u007f"), ("not-ascii", "X\u00e9"), ("nul", "X\0Test"), ("bare-cr", "X\rTest"), ("empty", ""),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Colons(),
        .. NamesAndSpaces(),
        .. BadNames.Select(n => IsOutsideGrammar($"fields/name/{n.Id}", Http1Rules.Grammar, Get($"{n.Name}: 1")).ToCase()),
        IsOutsideGrammar("fields/no-colon", Http1Rules.Grammar, Get("X-Test")).ToCase(),
        IsOutsideGrammar("fields/no-colon-last", Http1Rules.Grammar, Get("Accept: */*", "hello world")).ToCase(),
        IsOutsideGrammar("fields/value/nul", Values, Get("X-Test: a\0b")).ToCase(),
        IsOutsideGrammar("fields/value/nul-last", Values, Get("X-Test: a\0")).ToCase(),
        IsOutsideGrammar("fields/value/bare-cr", Values, Get("X-Test: a\rb")).ToCase(),
        IsOutsideGrammar("fields/value/bare-cr-first", Values, Get("X-Test: \rb")).ToCase(),
        IsOutsideGrammar("fields/value/two-crs", Values, Get("X-Test: a\r")).ToCase(),
        IsOutsideGrammar("fields/value/control", Controls, Get("X-Test: a\u0001b"), ConformanceVerdict.Info).ToCase(),
        IsOutsideGrammar("fields/value/delete", Controls, Get("X-Test: a\u007fb"), ConformanceVerdict.Info).ToCase(),
        IsOutsideGrammar("fields/value/vertical-tab", Controls, Get("X-Test: a\vb"), ConformanceVerdict.Info).ToCase(),
        Right("value/not-ascii", Opaque, "X-Test: caf\u00c3\u00a9 \u00ff"),
        Right("value/empty", Unknown, "X-Test:"),
        Right("value/spaces-alone", Unknown, "X-Test:  \t "),
        Right("value/tab-inside", Unknown, "X-Test: a\tb"),
        Right("value/colon", Unknown, "X-Test: a:b:c"),
        Right("value/quoted", Unknown, "X-Test: \"a, \\\"b\\\"\"; c=d"),
        Right("value/commas", Unknown, "X-Test: ,,a,,"),
        Right("value/like-a-request", Unknown, "X-Test: GET / HTTP/1.1"),
        Right("name/all-token-characters", Unknown, "X!#$%&'*+-.^_`|~09azAZ: 1"),
        Right("name/digit-first", Unknown, "0x: 1"),
        Right("name/one-letter", Unknown, "x: 1"),
        Right("name/twice", Unknown, "X-Test: 1\r\nX-Test: 2"),
        Right("usual", Unknown,
            "User-Agent: wire\r\nAccept: text/html, */*;q=0.8\r\nAccept-Encoding: gzip, br\r\nAccept-Language: en\r\nCookie: a=b; c=d"),
        Right("value/length-4000", Unknown, $"X-Test: {new string('a', 4000)}"),
        Right("fifty", Unknown, string.Join("\r\n", Enumerable.Range(0, 50).Select(i => $"X-Test-{i}: {i}"))),
        .. Hiding(),
        .. Folds(),
        TooLarge("line-of-200k", Get($"X-Test: {new string('a', 200_000)}")),
        TooLarge("thousand-lines", Get([.. Enumerable.Range(0, 1000).Select(i => $"X-Test-{i}: {new string('a', 100)}")])),
        TooLarge("name-of-100k", Get($"{new string('X', 100_000)}: 1")),
        (IsEither("fields/bare-lf", LineEnd, "GET {target} HTTP/1.1\r\nHost: {host}\nX-Test: 1\n\r\n") with { MayWait = true }).ToCase(),
        (IsEither("fields/bare-lf-at-the-end", LineEnd, "GET {target} HTTP/1.1\r\nHost: {host}\r\n\n") with { MayWait = true }).ToCase(),
    ];

    private static IEnumerable<ConformanceCase> Colons() =>
    [
        .. new (string Id, string Line, string Body)[]
        {
            ("space", "X-Test : 1", ""), ("tab", "X-Test\t: 1", ""), ("two-spaces", "X-Test  : 1", ""),
            ("content-length", "Content-Length : 5", Hello),
            ("content-length-tab", "Content-Length\t: 5", Hello), ("transfer-encoding", "Transfer-Encoding : chunked", "5\r\nhello\r\n0\r\n\r\n"),
            ("connection", "Connection : close", ""),
        }.Select(c => Is400($"fields/space-before-colon/{c.Id}", Colon, Post(c.Line, c.Body)).ToCase()),
        Is400("fields/space-before-colon/host", Colon, "GET {target} HTTP/1.1\r\nHost : {host}\r\n\r\n").ToCase(),
        Is400("fields/space-before-colon/first-line", Colon, "GET {target} HTTP/1.1\r\nX-Test : 1\r\nHost: {host}\r\n\r\n").ToCase(),
    ];

    private static IEnumerable<ConformanceCase> NamesAndSpaces() =>
    [
        .. new[] { "content-length", "CONTENT-LENGTH", "cOnTeNt-LeNgTh" }.Select(n =>
            IsRight($"fields/name/{(n[0] == 'C' ? "upper" : n[1] == 'O' ? "mixed" : "lower")}-case-length", Http1Rules.Names, Post($"{n}: 5", Hello),
                Hello).ToCase()),
        .. new[] { "transfer-encoding", "TRANSFER-ENCODING", "tRaNsFeR-eNcOdInG" }.Select(n =>
            IsRight($"fields/name/{(n[0] == 'T' ? "upper" : n[1] == 'R' ? "mixed" : "lower")}-case-coding", Http1Rules.Names,
                Post($"{n}: chunked", "5\r\nhello\r\n0\r\n\r\n"), Hello) with { Tolerated = [411] }).Select(p => p.ToCase()),
        .. new[] { "host", "HOST", "hOsT" }.Select(n =>
            IsRight($"fields/name/{(n[0] == 'H' ? "upper" : n[1] == 'O' ? "mixed" : "lower")}-case-host", Http1Rules.Names,
                $"GET {{target}} HTTP/1.1\r\n{n}: {{host}}\r\n\r\n").ToCase()),
        .. new (string Id, string Line)[]
        {
            ("none", "Content-Length:5"), ("tab", "Content-Length:\t5"), ("many", "Content-Length: \t  5"), ("behind", "Content-Length: 5 "),
            ("tab-behind", "Content-Length: 5\t"), ("both", "Content-Length:\t 5 \t "),
        }.Select(s => IsRight($"fields/spaces/length-{s.Id}", Http1Rules.Whitespace, Post(s.Line, Hello), Hello).ToCase()),
        .. new (string Id, string Line)[]
        {
            ("none", "Transfer-Encoding:chunked"), ("tab", "Transfer-Encoding:\tchunked"), ("behind", "Transfer-Encoding: chunked "),
            ("tab-behind", "Transfer-Encoding: chunked\t"),
        }.Select(s => (IsRight($"fields/spaces/coding-{s.Id}", Http1Rules.Whitespace, Post(s.Line, "5\r\nhello\r\n0\r\n\r\n"), Hello)
            with { Tolerated = [411] })
            .ToCase()),
        .. new (string Id, string Line)[] { ("none", "Host:{host}"), ("tab", "Host:\t{host}"), ("both", "Host:  {host} \t") }
            .Select(s => IsRight($"fields/spaces/host-{s.Id}", Http1Rules.Whitespace, $"GET {{target}} HTTP/1.1\r\n{s.Line}\r\n\r\n").ToCase()),
    ];

    /// <summary>A field that is there only for who reads the lines wrongly: what is framed by it comes back from nobody else.</summary>
    private static IEnumerable<ConformanceCase> Hiding() =>
    [
        Hides("behind-bare-cr", Http1Rules.BareReturn, "X-Test: a\rContent-Length: 5"),
        Hides("behind-two-bare-crs", Http1Rules.BareReturn, "X-Test: a\r\rContent-Length: 5"),
        Hides("behind-nul", Values, "X-Test: a\0Content-Length: 5"),
        Hides("folded", Http1Rules.ObsoleteFold, "X-Test: a\r\n Content-Length: 5"),
        Hides("folded-with-tab", Http1Rules.ObsoleteFold, "X-Test: a\r\n\tContent-Length: 5"),
        Hides("folded-twice", Http1Rules.ObsoleteFold, "X-Test: a\r\n b\r\n Content-Length: 5"),
        Hides("underscore", NotThatField, "Content_Length: 5"),
        Hides("no-hyphen", NotThatField, "ContentLength: 5"),
        Hides("prefix", NotThatField, "X-Content-Length: 5"),
        Hides("suffix", NotThatField, "Content-Length-X: 5"),
        Hides("in-a-value", NotThatField, "X-Test: Content-Length: 5"),
        Hides("letter-beside-ascii", NotThatField, "Content-\u00ccength: 5"),
        Hides("vertical-tab-before", NotThatField, "\vContent-Length: 5"),
        Hides("nul-before", NotThatField, "\0Content-Length: 5"),
        Hides("non-breaking-space-behind", NotThatField, "Content-Length\u00a0: 5"),
    ];

    private static IEnumerable<ConformanceCase> Folds() =>
    [
        (Hides("first-line-space", FirstLine, "", " Content-Length: 5\r\n")),
        (Hides("first-line-tab", FirstLine, "", "\tContent-Length: 5\r\n")),
        Is400("fields/first-line/host", FirstLine, "GET {target} HTTP/1.1\r\n Host: {host}\r\n\r\n").ToCase(),
        Is400("fields/first-line/host-tab", FirstLine, "GET {target} HTTP/1.1\r\n\tHost: {host}\r\nAccept: */*\r\n\r\n").ToCase(),
        IsEither("fields/first-line/other", FirstLine, "GET {target} HTTP/1.1\r\n X-Test: 1\r\nHost: {host}\r\n\r\n").ToCase(),
        (IsEither("fields/fold/space", Http1Rules.ObsoleteFold, Post("X-Test: a\r\n b\r\nContent-Length: 5", Hello), Hello)
            with { Statuses = [400] }).ToCase(),
        (IsEither("fields/fold/tab", Http1Rules.ObsoleteFold, Post("X-Test: a\r\n\tb\r\nContent-Length: 5", Hello), Hello)
            with { Statuses = [400] }).ToCase(),
        (IsEither("fields/fold/empty-first", Http1Rules.ObsoleteFold, Post("X-Test:\r\n b\r\nContent-Length: 5", Hello), Hello)
            with { Statuses = [400] }).ToCase(),
        (IsEither("fields/fold/spaces-alone", Http1Rules.ObsoleteFold, Post("X-Test: a\r\n  \r\nContent-Length: 5", Hello), Hello)
            with { Statuses = [400] }).ToCase(),
        (IsEither("fields/fold/length", Http1Rules.ObsoleteFold, Post("Content-Length:\r\n 5", Hello), Hello) with { Statuses = [400] }).ToCase(),
        (IsEither("fields/fold/coding", Http1Rules.ObsoleteFold, Post("Transfer-Encoding:\r\n chunked", "5\r\nhello\r\n0\r\n\r\n"), Hello)
            with { Statuses = [400, 411, 501] }).ToCase(),
        Is400("fields/fold/length-in-two", Http1Rules.ObsoleteFold, Post("Content-Length: 5\r\n 0", Hello)).ToCase(),
    ];

    private static ConformanceCase Right(string id, ConformanceRule rule, string lines)
        => IsRight($"fields/{id}", rule, Get(lines), refused: ConformanceVerdict.Warn).ToCase();

    private static ConformanceCase Hides(string id, ConformanceRule rule, string line, string first = "")
        => (IsEither($"fields/hidden/{id}", rule,
            $"POST {{target}} HTTP/1.1\r\n{first}Host: {{host}}\r\n{(line.Length > 0 ? line + "\r\n" : "")}\r\nhello", "")
            with
        { Ends = Http1Ends.NotLookedAt }).ToCase();

    private static ConformanceCase TooLarge(string id, string request)
        => new($"http1/fields/too-large/{id}", Limits, "431 or another 4xx, or an answer", async context =>
        {
            Http1Reply reply = await Http1Peer.AskAsync(context, request);
            return reply.Answer is { } shown && shown.FindBroken() is { } broken ? ConformanceFinding.Fail(broken)
                : reply.Missing == Http1NoAnswer.Silence ? ConformanceFinding.Late(reply.Text)
                : !reply.IsWhole ? ConformanceFinding.Warn($"{reply}, and not a 4xx")
                : reply.Answer!.Status is < 500 or 503 ? ConformanceFinding.Pass(reply.Text)
                : ConformanceFinding.Fail($"{reply}, and not a 4xx");
        });
}
