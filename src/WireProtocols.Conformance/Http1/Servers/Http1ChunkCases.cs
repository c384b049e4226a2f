using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Chunked bodies: sizes, extensions, line ends, and the trailers behind them.</summary>
internal static class Http1ChunkCases
{
    private static readonly ConformanceRule Extensions = ConformanceRule.Must(
        "RFC 9112 §7.1.1",
        "A recipient MUST ignore unrecognized chunk extensions.",
        "Read past what stands between the size and the end of the line.");

    internal static readonly ConformanceRule Blanks = ConformanceRule.Must(
        "RFC 9110 §5.6.3",
        "A recipient MUST parse for such bad whitespace and remove it before interpreting the protocol element.",
        "Take spaces and tabs around the semicolon and the equals sign of a chunk extension.");

    private static readonly ConformanceRule Size = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "The chunk-size field is a string of hex digits indicating the size of the chunk-data in octets.",
        "Take hex digits and nothing else for a size; refuse the rest with 400 and close.");

    private static readonly ConformanceRule DataEnd = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF",
        "See that CRLF stands behind the data; skip no two bytes unseen.");

    private static readonly ConformanceRule Lines = ConformanceRule.Security(
        "RFC 9112 §11.2",
        "Request smuggling ([Linhart]) is a technique that exploits differences in protocol parsing among various recipients to hide additional "
            + "requests (which might otherwise be blocked or disabled by policy) within an apparently harmless request.",
        "A chunk line ends in CRLF and has only what the grammar allows; refuse the rest, as others read it otherwise.");

    private static readonly ConformanceRule Trailers = ConformanceRule.Must(
        "RFC 9112 §7.1",
        "The chunked transfer coding is complete when a chunk with a chunk-size of zero is received, possibly followed by a trailer section, and "
            + "finally terminated by an empty line.",
        "Read the trailer lines up to the empty one.");

    private static readonly ConformanceRule Merged = ConformanceRule.Must(
        "RFC 9112 §7.1.2",
        "A recipient MUST NOT merge a received trailer field into the header section unless its corresponding header field definition explicitly "
            + "permits and instructs how the trailer field value can be safely merged.",
        "Keep trailers apart from the head.");

    internal static readonly (string Id, string Body, string Echo)[] Right =
    [
        ("one", "5\r\nhello\r\n0\r\n\r\n", Hello), ("none", "0\r\n\r\n", ""), ("two", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", Hello),
        ("of-one-byte", "1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n0\r\n\r\n", Hello),
        ("lower-case", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("upper-case", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"), ("two-digits", "10\r\n0123456789abcdef\r\n0\r\n\r\n", "0123456789abcdef"),
        ("letter-and-digit", "1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", "abcdefghijklmnopqrstuvwxyz"),
        ("leading-zero", "05\r\nhello\r\n0\r\n\r\n", Hello),
        ("leading-zeros", "00000005\r\nhello\r\n0\r\n\r\n", Hello), ("zeros-at-the-end", "5\r\nhello\r\n000\r\n\r\n", Hello),
        ("line-ends-in-data", "b\r\n\r\n0\r\n\r\n\r\n\r\0\r\n0\r\n\r\n", "\r\n0\r\n\r\n\r\n\r\0"),
        ("like-the-end", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"),
    ];

    internal static readonly (string Id, string Extension)[] RightExtensions =
    [
        ("name", ";a"), ("value", ";a=b"), ("two", ";a=b;c=d"), ("quoted", ";a=\"b\""), ("quoted-semicolon", ";a=\"b;c\""),
        ("quoted-quote", ";a=\"b\\\"c\""),
        ("quoted-empty", ";a=\"\""), ("long-name", ";" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ("hex-name", ";5"),
        ("token-characters", ";!#$%&'*+-.^_`|~=1"),
    ];

    internal static readonly (string Id, string Line)[] BadSizes =
    [
        ("prefix-0x", "0x5"), ("prefix-0x-upper", "0X5"), ("plus", "+5"), ("minus", "-5"), ("letter", "g"), ("letter-behind", "5g"),
        ("h-suffix", "5h"), ("empty", ""),
        ("extension-alone", ";a"), ("underscore", "0_5"), ("fraction", "5.0"), ("quoted", "\"5\""), ("space-inside", "0 5"), ("comma", "5,0"),
        ("minus-one", "-1"),
        ("not-ascii", "\u00ef\u00bc\u0095"), ("nul-before", "\05"), ("vertical-tab-before", "\v5"), ("dollar", "$5"), ("equals", "=5"),
        ("slash", "5/a"), ("colon", "5:a"),
    ];

    internal static readonly (string Id, string Size)[] Overflows =
    [
        ("32-bits", "100000005"), ("64-bits", "10000000000000005"), ("sixteen-fs", "ffffffffffffffff"), ("eight-fs", "ffffffff"),
        ("63-bits", "8000000000000005"),
        ("minus-one-and-more", "fffffffffffffffff"), ("thirty-digits", "100000000000000000000000000005"), ("double", "20000000000005"),
    ];

    internal static readonly (string Id, string Body)[] BadLines =
    [
        ("bare-lf-behind-size", "5\nhello\r\n0\r\n\r\n"), ("bare-lf-behind-data", "5\r\nhello\n0\r\n\r\n"),
        ("bare-lf-behind-last", "5\r\nhello\r\n0\n\r\n"),
        ("bare-lf-at-the-end", "5\r\nhello\r\n0\r\n\n"), ("bare-cr-behind-size", "5\rhello\r\n0\r\n\r\n"), ("all-bare-lf", "5\nhello\n0\n\n"),
        ("space-behind-size", "5 \r\nhello\r\n0\r\n\r\n"), ("tab-behind-size", "5\t\r\nhello\r\n0\r\n\r\n"),
        ("space-before-size", " 5\r\nhello\r\n0\r\n\r\n"),
        ("two-crs-behind-size", "5\r\r\nhello\r\n0\r\n\r\n"), ("bare-lf-in-extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
        ("bare-cr-in-extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        ("bare-lf-ends-extension", "5;a\nhello\r\n0\r\n\r\n"), ("nul-in-extension", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        ("no-name", "5;\r\nhello\r\n0\r\n\r\n"),
        ("equals-alone", "5;=b\r\nhello\r\n0\r\n\r\n"), ("no-value", "5;a=\r\nhello\r\n0\r\n\r\n"), ("open-quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        ("quote-with-line-end", "5;a=\"b\r\nhello\"\r\n0\r\n\r\n"), ("two-semicolons", "5;;a\r\nhello\r\n0\r\n\r\n"),
        ("space-in-name", "5;a b\r\nhello\r\n0\r\n\r\n"),
        ("no-semicolon", "5 a\r\nhello\r\n0\r\n\r\n"), ("empty-line-before", "\r\n5\r\nhello\r\n0\r\n\r\n"),
    ];

    internal static readonly (string Id, string Body)[] BadEnds =
    [
        ("two-letters", "5\r\nhelloXX0\r\n\r\n"), ("one-byte-more", "5\r\nhello!\r\n0\r\n\r\n"), ("nothing", "5\r\nhello0\r\n\r\n"),
        ("two-spaces", "5\r\nhello  0\r\n\r\n"),
        ("lf-cr", "5\r\nhello\n\r0\r\n\r\n"), ("two-line-ends", "5\r\nhello\r\n\r\n0\r\n\r\n"), ("cr-and-letter", "5\r\nhello\rX0\r\n\r\n"),
        ("two-bytes-less", "5\r\nhel\r\n0\r\n\r\n"),
    ];

    /// <summary>Who takes a bare LF for a line end reads a CR that is data, and then the end: that is not worse than the bare LF.</summary>
    internal const string OneByteLess = "5\r\nhell\r\n0\r\n\r\n";

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Right.Select(r => Accepts($"chunked/{r.Id}", Http1Rules.Chunked, r.Body, r.Echo)),
        Accepts("chunked/utf-8-cut-in-two", Http1Rules.Chunked, "4\r\ncaf\u00c3\r\n1\r\n\u00a9\r\n0\r\n\r\n", "caf\u00c3\u00a9"),
        Accepts("chunked/all-bytes", Http1Rules.Chunked, $"100\r\n{Http1FramingCases.AllBytes}\r\n0\r\n\r\n", Http1FramingCases.AllBytes),
        Accepts("chunked/sixty-four-zeros", Http1Rules.Chunked, $"{new string('0', 64)}5\r\nhello\r\n0\r\n\r\n", Hello, ConformanceVerdict.Info),
        Accepts("chunked/of-64k", Http1Rules.Chunked, $"10000\r\n{Http1FramingCases.Pattern(65536)}\r\n0\r\n\r\n", Http1FramingCases.Pattern(65536),
            ConformanceVerdict.Info),
        Accepts("chunked/of-70000-upper-case", Http1Rules.Chunked, $"1117A\r\n{Http1FramingCases.Pattern(70010)}\r\n0\r\n\r\n",
            Http1FramingCases.Pattern(70010),
            ConformanceVerdict.Info),
        Accepts("chunked/thousand", Http1Rules.Chunked,
            string.Concat(Enumerable.Range(0, 1000).Select(i => $"4\r\n{i:000} \r\n")) + "0\r\n\r\n",
                string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:000} "))),
        .. Enumerable.Range(1, 18).Select(n => Accepts($"chunked/size/{n}", Http1Rules.Chunked,
            $"{n:x}\r\n{Http1FramingCases.Pattern(n)}\r\n0\r\n\r\n", Http1FramingCases.Pattern(n))),
        .. RightExtensions.Select(e => Accepts($"chunked/extension/{e.Id}", Extensions, $"5{e.Extension}\r\nhello\r\n0\r\n\r\n", Hello)),
        Accepts("chunked/extension/on-last", Extensions, "5\r\nhello\r\n0;a=b\r\n\r\n", Hello),
        Accepts("chunked/extension/on-each", Extensions, "3;a\r\nhel\r\n2;b=c\r\nlo\r\n0;d\r\n\r\n", Hello),
        Accepts("chunked/extension/spaces", Blanks, "5 ; a = b\r\nhello\r\n0\r\n\r\n", Hello, ConformanceVerdict.Warn),
        Accepts("chunked/extension/tabs", Blanks, "5\t;\ta\t=\tb\r\nhello\r\n0\r\n\r\n", Hello, ConformanceVerdict.Warn),
        .. BadSizes.Select(s => Refuses($"chunked/bad-size/{s.Id}", Size, $"{s.Line}\r\nhello\r\n0\r\n\r\n")),
        Refuses("chunked/bad-size/last-empty", Size, "5\r\nhello\r\n\r\n\r\n"),
        Refuses("chunked/bad-size/last-minus", Size, "5\r\nhello\r\n-0\r\n\r\n"),
        Refuses("chunked/bad-size/last-0x", Size, "5\r\nhello\r\n0x0\r\n\r\n"),
        Refuses("chunked/bad-size/second", Size, "3\r\nhel\r\n0x2\r\nlo\r\n0\r\n\r\n"),
        .. Overflows.Select(o => (IsEither($"chunked/overflow/{o.Id}", Http1Rules.ChunkOverflow, Chunked($"{o.Size}\r\nhello\r\n0\r\n\r\n"))
            with { OnAccepted = ConformanceVerdict.Fail, EndsInput = true }).ToCase()),
        .. BadEnds.Select(e => Refuses($"chunked/data-end/{e.Id}", DataEnd, e.Body)),
        (IsOutsideGrammar("chunked/data-end/one-byte-less", Lines, Chunked(OneByteLess)) with { MayWait = true }).ToCase(),
        .. BadLines.Select(l => (IsOutsideGrammar($"chunked/lines/{l.Id}", Lines, Chunked(l.Body)) with { MayWait = true }).ToCase()),
        .. TrailerCases(),
    ];

    private static IEnumerable<ConformanceCase> TrailerCases() =>
    [
        Accepts("trailers/one", Trailers, "5\r\nhello\r\n0\r\nX-Test: 1\r\n\r\n", Hello),
        Accepts("trailers/two", Trailers, "5\r\nhello\r\n0\r\nX-Test: 1\r\nX-Other: 2\r\n\r\n", Hello),
        Accepts("trailers/behind-nothing", Trailers, "0\r\nX-Test: 1\r\n\r\n", ""),
        Accepts("trailers/empty-value", Trailers, "5\r\nhello\r\n0\r\nX-Test:\r\n\r\n", Hello),
        Accepts("trailers/twenty", Trailers, $"5\r\nhello\r\n0\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"X-Test-{i}: {i}\r\n"))}\r\n",
            Hello),
        Accepts("trailers/announced", Trailers, "5\r\nhello\r\n0\r\nX-Test: 1\r\n\r\n", Hello, lines: ["Trailer: X-Test"]),
        Accepts("trailers/like-a-request", Trailers, "5\r\nhello\r\n0\r\nGET: / HTTP/1.1\r\nHost: {host}\r\n\r\n", Hello, ConformanceVerdict.Info),
        Accepts("trailers/content-length", Merged, "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n", Hello, ConformanceVerdict.Info),
        Accepts("trailers/transfer-encoding", Merged, "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", Hello, ConformanceVerdict.Info),
        Accepts("trailers/connection-close", Merged, "5\r\nhello\r\n0\r\nConnection: close\r\n\r\n", Hello, ConformanceVerdict.Info),
        Accepts("trailers/expect", Merged, "5\r\nhello\r\n0\r\nExpect: 100-continue\r\n\r\n", Hello, ConformanceVerdict.Info),
        Is400("trailers/host", Merged,
            "POST {target} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nHost: {host}\r\n\r\n").ToCase(),
        Bad("no-colon", "X-Test"), Bad("space-before-colon", "X-Test : 1"), Bad("bad-name", "X(Test: 1"), Bad("empty-name", ": 1"),
        Bad("nul", "X-Test: a\0"),
        Bad("bare-cr", "X-Test: a\rb"), Bad("folded", "X-Test: a\r\n b"), Bad("request", "GET / HTTP/1.1"),
        (IsOutsideGrammar("trailers/bad/bare-lf", Lines, Chunked("5\r\nhello\r\n0\r\nX-Test: 1\n\r\n"), ConformanceVerdict.Info)
            with { MayWait = true }).ToCase(),
        Hides("trailers/hidden/by-bare-lf", "5\r\nhello\r\n0\r\nX-Test: a\n\nGET {target}?hidden HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        Hides("trailers/hidden/by-bare-cr", "5\r\nhello\r\n0\r\nX-Test: a\r\rGET {target}?hidden HTTP/1.1\r\nHost: {host}\r\n\r\n"),
    ];

    private static ConformanceCase Accepts(string id, ConformanceRule rule, string body, string echo,
        ConformanceVerdict refused = ConformanceVerdict.Fail, string[]? lines = null)
        => (IsRight(id, rule, Post(["Transfer-Encoding: chunked", .. lines ?? []], body), echo, refused) with { Tolerated = [411] }).ToCase();

    /// <summary>Nothing of it is echoed as if it were whole; what was echoed before the mistake may be cut off.</summary>
    private static ConformanceCase Refuses(string id, ConformanceRule rule, string body)
        => (new Http1Probe(id, rule, Chunked(body)) { OnAccepted = ConformanceVerdict.Fail, MayWait = true }).ToCase();

    private static ConformanceCase Bad(string id, string line)
        => (IsOutsideGrammar($"trailers/bad/{id}", Http1Rules.Grammar, Chunked($"5\r\nhello\r\n0\r\n{line}\r\n\r\n"))
            with
        { MayWait = true }).ToCase();

    /// <summary>The end of the body stands where another reader does not see it, and a request behind it.</summary>
    private static ConformanceCase Hides(string id, string body)
        => (new Http1Probe(id, Lines, Chunked(body)) { Ends = Http1Ends.NotLookedAt, MayWait = true }).ToCase();
}
