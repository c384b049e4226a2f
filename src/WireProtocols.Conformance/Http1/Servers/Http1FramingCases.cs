using static WireProtocols.Conformance.Http1Probe;
using static WireProtocols.Conformance.Http1Text;

namespace WireProtocols.Conformance;

/// <summary>Content-Length and Transfer-Encoding: how long a body is.</summary>
internal static class Http1FramingCases
{
    private const string HelloChunked = "5\r\nhello\r\n0\r\n\r\n";

    private static readonly ConformanceRule SameLengths = ConformanceRule.May(
        "RFC 9110 §8.6",
        "a recipient of a Content-Length header field value consisting of the same decimal value repeated as a comma-separated list (e.g, "
            + "\"Content-Length: 42, 42\") MAY either reject the message as invalid or replace that invalid field value with a single instance "
            + "of the decimal value, since this likely indicates that a duplicate was generated or combined by an upstream message processor.",
        "Refuse it, or take the one value.");

    private static readonly ConformanceRule NoBody = ConformanceRule.Must(
        "RFC 9112 §6.3",
        "If this is a request message and none of the above are true, then the message body length is zero (no message body is present).",
        "Answer at once: nothing follows.");

    private static readonly ConformanceRule AnyLength = ConformanceRule.Must(
        "RFC 9110 §8.6",
        "Any Content-Length field value greater than or equal to zero is valid.",
        "Take every row of digits.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Should(
        "RFC 9112 §6.1",
        "A server that receives a request message with a transfer coding it does not understand SHOULD respond with 501 (Not Implemented).",
        "Refuse a coding that you do not undo.");

    private static readonly ConformanceRule Parameters = ConformanceRule.Should(
        "RFC 9112 §7.1",
        "The chunked coding does not define any parameters. Their presence SHOULD be treated as an error.",
        "Refuse parameters of chunked.");

    private static readonly ConformanceRule Twice = ConformanceRule.Should(
        "RFC 9112 §6.1",
        "A sender MUST NOT apply the chunked transfer coding more than once to a message body (i.e., chunking an already chunked message is "
            + "not allowed).",
        "Refuse chunked that stands twice.");

    private static readonly ConformanceRule EmptyElements = ConformanceRule.Must(
        "RFC 9110 §5.6.1.2",
        "A recipient MUST parse and ignore a reasonable number of empty list elements: enough to handle common mistakes by senders that merge "
            + "values, but not so much that they could be used as a denial-of-service mechanism.",
        "Take ', chunked' for chunked, or refuse it; never for no coding at all.");

    internal static readonly (string Id, string Value)[] InvalidLengths =
    [
        ("plus", "+5"), ("minus", "-5"), ("minus-zero", "-0"), ("hex", "0x5"), ("hex-letter", "a"), ("letters", "five"), ("letter-behind", "5a"),
        ("letter-before", "a5"),
        ("fraction", "5.0"), ("exponent", "5e0"), ("space-inside", "5 5"), ("spaces-and-zero", "5 0"), ("tab-inside", "5\t5"), ("quoted", "\"5\""),
        ("empty", ""),
        ("underscore", "0_5"), ("semicolon", "5;5"), ("semicolon-alone", "5;"), ("parameter", "5; a=b"), ("slash", "5/5"), ("unit", "5 bytes"),
        ("equals", "=5"),
        ("vertical-tab-before", "\v5"), ("form-feed-behind", "5\f"), ("non-breaking-space", "\u00a05"), ("nul-inside", "5\0005"),
        ("other-digits", "\u00d9\u00a5"), ("full-width", "\u00ef\u00bc\u0095"), ("octal", "0o5"), ("binary", "0b101"), ("bracket", "(5)"),
        ("colon", "5:5"),
        ("star", "*"), ("minus-one", "-1"), ("nan", "NaN"), ("infinity", "Infinity"),
        ("list-different", "5, 6"), ("list-different-first", "6, 5"), ("list-no-space", "5,6"), ("list-zero", "5, 0"), ("list-zero-first", "0, 5"),
        ("list-of-three", "5, 5, 6"),
        ("list-with-letter", "5, a"), ("list-with-sign", "5, +5"), ("list-with-hex", "5, 0x5"),
    ];

    private static readonly (string Id, string Value)[] Overflows =
    [
        ("31-bits", "2147483648"), ("32-bits", "4294967301"), ("63-bits", "9223372036854775813"), ("64-bits", "18446744073709551621"),
        ("double", "9007199254740997"), ("thirty-digits", "100000000000000000000000000005"),
        ("hundred-digits", "5" + "000000000000000000000000000000000000000000000000000"
            + "000000000000000000000000000000000000000000000000"),
    ];

    /// <summary>Chunked is not the last coding, or no coding at all is what it says.</summary>
    internal static readonly (string Id, string Value)[] NotChunked =
    [
        ("identity", "identity"), ("gzip", "gzip"), ("unknown", "unknown"), ("letter-before", "xchunked"), ("letter-behind", "chunkedx"),
        ("chunked-then-identity", "chunked, identity"),
        ("chunked-then-gzip", "chunked, gzip"), ("chunked-then-unknown", "chunked, unknown"), ("cut", "chunke"), ("space-inside", "chun ked"),
        ("quoted", "\"chunked\""),
        ("single-quoted", "'chunked'"), ("vertical-tab-before", "\vchunked"), ("form-feed-behind", "chunked\f"),
        ("non-breaking-space", "\u00a0chunked"), ("hyphen", "chunked-"), ("semicolon-list", "gzip; chunked"), ("word-behind", "chunked identity"),
        ("word-before", "identity chunked"),
        ("equals", "=chunked"), ("colon", ": chunked"), ("bracket", "(chunked)"), ("kelvin", "chun\u00e2\u0084\u00aaed"), ("number", "1"),
        ("true", "true"),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        IsRight("framing/length/zero", Http1Rules.Length, Post("Content-Length: 0", ""), "").ToCase(),
        IsRight("framing/length/one", Http1Rules.Length, Post("Content-Length: 1", "a"), "a").ToCase(),
        IsRight("framing/length/leading-zeros", AnyLength, Post("Content-Length: 0005", Hello), Hello, ConformanceVerdict.Warn).ToCase(),
        IsRight("framing/length/leading-zeros-as-octal", AnyLength, Post("Content-Length: 010", "0123456789"), "0123456789",
            ConformanceVerdict.Warn).ToCase(),
        IsRight("framing/length/all-bytes", Http1Rules.Length, Post("Content-Length: 256", AllBytes), AllBytes).ToCase(),
        IsRight("framing/length/line-ends", Http1Rules.Length, Post("Content-Length: 12", "\r\n\r\n\r\n0\r\n\r\n\0"),
            "\r\n\r\n\r\n0\r\n\r\n\0").ToCase(),
        IsRight("framing/length/like-chunks", Http1Rules.Length, Post("Content-Length: 15", HelloChunked), HelloChunked).ToCase(),
        Big("framing/length/4k", 4096), Big("framing/length/65535", 65535), Big("framing/length/65536", 65536), Big("framing/length/1m", 1024 * 1024),
        (IsRight("framing/length/none", NoBody, Post([], ""), "") with { Tolerated = [400, 411] }).ToCase(),
        IsRight("framing/length/utf-8", Http1Rules.Length, Post("Content-Length: 9", "caf\u00c3\u00a9 \u00e2\u0082\u00ac"),
            "caf\u00c3\u00a9 \u00e2\u0082\u00ac").ToCase(),
        IsRight("framing/length/bad-utf-8", Http1Rules.Length, Post("Content-Length: 4", "a\u00ff\u00c0\u0080"), "a\u00ff\u00c0\u0080").ToCase(),
        IsRight("framing/length/zero-in-get", Http1Rules.Length, Get("Content-Length: 0")).ToCase(),
        IsRight("framing/length/zero-in-head", Http1Rules.Length, Of("HEAD {target} HTTP/1.1", ["Content-Length: 0"], "")).ToCase(),
        IsRight("framing/length/with-type", Http1Rules.Length, Post(["Content-Type: application/json", "Content-Length: 9"], "{\"a\": 1}\n"[..9]),
            "{\"a\": 1}\n"[..9]).ToCase(),
        IsRight("framing/length/none-in-get", NoBody, Get()).ToCase(),
        .. InvalidLengths.Select(l => IsUnframed($"framing/length/invalid/{l.Id}", Http1Rules.InvalidLength,
            Post($"Content-Length: {l.Value}", Hello)).ToCase()),
        IsUnframed("framing/length/two-different", Http1Rules.InvalidLength, Post(["Content-Length: 5", "Content-Length: 6"], Hello)).ToCase(),
        IsUnframed("framing/length/two-different-first", Http1Rules.InvalidLength, Post(["Content-Length: 6", "Content-Length: 5"], Hello)).ToCase(),
        IsUnframed("framing/length/two-and-zero", Http1Rules.InvalidLength, Post(["Content-Length: 0", "Content-Length: 5"], Hello)).ToCase(),
        IsUnframed("framing/length/two-apart", Http1Rules.InvalidLength,
            Post(["Content-Length: 5", "X-Test: 1", "content-length: 0"], Hello)).ToCase(),
        IsUnframed("framing/length/two-and-invalid", Http1Rules.InvalidLength, Post(["Content-Length: 5", "Content-Length: x"], Hello)).ToCase(),
        IsUnframed("framing/length/invalid-in-get", Http1Rules.InvalidLength, Get("Content-Length: x")).ToCase(),
        IsUnframed("framing/length/minus-in-get", Http1Rules.InvalidLength, Get("Content-Length: -1")).ToCase(),
        IsUnframed("framing/length/two-different-in-get", Http1Rules.InvalidLength, Get("Content-Length: 0", "Content-Length: 5")).ToCase(),
        IsUnframed("framing/length/plus-in-head", Http1Rules.InvalidLength, Of("HEAD {target} HTTP/1.1", ["Content-Length: +0"], "")).ToCase(),
        IsUnframed("framing/length/invalid-in-old-version", Http1Rules.InvalidLength, Of("POST {target} HTTP/1.0", ["Content-Length: +5"], Hello),
            505).ToCase(),
        IsEither("framing/length/two-same", SameLengths, Post(["Content-Length: 5", "Content-Length: 5"], Hello), Hello).ToCase(),
        IsEither("framing/length/list-same", SameLengths, Post("Content-Length: 5, 5", Hello), Hello).ToCase(),
        IsEither("framing/length/list-same-no-space", SameLengths, Post("Content-Length: 5,5", Hello), Hello).ToCase(),
        IsEither("framing/length/list-empty-behind", SameLengths, Post("Content-Length: 5,", Hello), Hello).ToCase(),
        IsEither("framing/length/list-empty-before", SameLengths, Post("Content-Length: ,5", Hello), Hello).ToCase(),
        .. Overflows.Select(o => (IsEither($"framing/length/overflow/{o.Id}", Http1Rules.Overflow, Post($"Content-Length: {o.Value}", Hello))
            with { EndsInput = true, OnAccepted = ConformanceVerdict.Fail }).ToCase()),
        .. Codings(),
        .. Both(),
    ];

    private static IEnumerable<ConformanceCase> Codings() =>
    [
        Chunks("framing/coding/chunked", Http1Rules.Chunked, "Transfer-Encoding: chunked"),
        Chunks("framing/coding/upper-case", Http1Rules.CodingNames, "Transfer-Encoding: CHUNKED"),
        Chunks("framing/coding/first-letter", Http1Rules.CodingNames, "Transfer-Encoding: Chunked"),
        Chunks("framing/coding/mixed-case", Http1Rules.CodingNames, "Transfer-Encoding: cHuNkEd"),
        .. NotChunked.Select(c => IsUnframed($"framing/coding/not-chunked/{c.Id}", Http1Rules.ChunkedLast,
            Post($"Transfer-Encoding: {c.Value}", HelloChunked), 501)
            .ToCase()),
        IsUnframed("framing/coding/not-chunked/in-two-lines", Http1Rules.ChunkedLast,
            Post(["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], HelloChunked), 501).ToCase(),
        IsUnframed("framing/coding/not-chunked/with-length", Http1Rules.ChunkedLast,
            Post(["Transfer-Encoding: identity", "Content-Length: 5"], Hello), 501).ToCase(),
        IsUnframed("framing/coding/not-chunked/unknown-with-length", Http1Rules.ChunkedLast,
            Post(["Content-Length: 5", "Transfer-Encoding: xchunked"], Hello), 501)
            .ToCase(),
        IsUnframed("framing/coding/not-chunked/in-get", Http1Rules.ChunkedLast, Get("Transfer-Encoding: gzip"), 501).ToCase(),
        IsOutsideGrammar("framing/coding/empty", Http1Rules.ChunkedLast, Post("Transfer-Encoding:", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/comma", Http1Rules.ChunkedLast, Post("Transfer-Encoding: ,", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/parameter", Parameters, Post("Transfer-Encoding: chunked; a=b", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/parameter-q", Parameters, Post("Transfer-Encoding: chunked;q=0", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/twice", Twice, Post("Transfer-Encoding: chunked, chunked", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/twice-in-two-lines", Twice,
            Post(["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/gzip-then-chunked", Unknown, Post("Transfer-Encoding: gzip, chunked", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/unknown-then-chunked", Unknown, Post("Transfer-Encoding: unknown, chunked", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/identity-then-chunked", Unknown, Post("Transfer-Encoding: identity, chunked", HelloChunked)).ToCase(),
        IsOutsideGrammar("framing/coding/unknown-then-chunked-in-two-lines", Unknown,
            Post(["Transfer-Encoding: unknown", "Transfer-Encoding: chunked"], HelloChunked)).ToCase(),
        Either("framing/coding/comma-before", "Transfer-Encoding: , chunked"),
        Either("framing/coding/comma-behind", "Transfer-Encoding: chunked,"),
        Either("framing/coding/empty-line-before", "Transfer-Encoding:\r\nTransfer-Encoding: chunked"),
        OldChunked("framing/coding/old-version", []),
        OldChunked("framing/coding/old-version-keep-alive", ["Connection: keep-alive"]),
        OldChunked("framing/coding/old-version-with-length", ["Content-Length: 15", "Connection: keep-alive"]),
    ];

    private static IEnumerable<ConformanceCase> Both() =>
    [
        .. new (string Id, string[] Lines, string Body)[]
        {
            ("length-first", ["Content-Length: 15", "Transfer-Encoding: chunked"], HelloChunked),
            ("coding-first", ["Transfer-Encoding: chunked", "Content-Length: 15"], HelloChunked),
            ("short-length", ["Content-Length: 3", "Transfer-Encoding: chunked"], HelloChunked),
            ("short-length-last", ["Transfer-Encoding: chunked", "Content-Length: 3"], HelloChunked),
            ("zero-length", ["Content-Length: 0", "Transfer-Encoding: chunked"], HelloChunked),
            ("length-of-data", ["Content-Length: 5", "Transfer-Encoding: chunked"], HelloChunked),
            ("long-length", ["Content-Length: 1000", "Transfer-Encoding: chunked"], HelloChunked),
            ("other-case", ["content-length: 15", "TRANSFER-ENCODING: CHUNKED"], HelloChunked),
            ("invalid-length", ["Content-Length: x", "Transfer-Encoding: chunked"], HelloChunked),
            ("two-lengths", ["Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 6"], HelloChunked),
        }.Select(b => (IsEither($"framing/length-and-chunked/{b.Id}", Http1Rules.LengthAndChunked, Post(b.Lines, b.Body), Hello)
            with { Ends = Http1Ends.Always })
            .ToCase()),
        (IsEither("framing/length-and-chunked/hidden-by-length", Http1Rules.LengthAndChunked,
            Post(["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n" + Hidden), "")
            with { Ends = Http1Ends.Always }).ToCase(),
        (IsEither("framing/length-and-chunked/in-get", Http1Rules.LengthAndChunked,
            Of("GET {target} HTTP/1.1", ["Content-Length: 5", "Transfer-Encoding: chunked"],
            "0\r\n\r\n")) with { Ends = Http1Ends.Always }).ToCase(),
    ];

    private static ConformanceCase Chunks(string id, ConformanceRule rule, string line)
        => (IsRight(id, rule, Post(line, HelloChunked), Hello) with { Tolerated = [411] }).ToCase();

    /// <summary>Chunked, or refused; who takes it for no body leaves bytes that are no request.</summary>
    private static ConformanceCase Either(string id, string line) => IsEither(id, EmptyElements, Post(line, HelloChunked), Hello).ToCase();

    private static ConformanceCase OldChunked(string id, string[] lines)
        => (IsEither(id, Http1Rules.Old, Of("POST {target} HTTP/1.0", ["Transfer-Encoding: chunked", .. lines], HelloChunked))
            with
        { Ends = Http1Ends.Always }).ToCase();

    private static ConformanceCase Big(string id, int length)
        => IsRight(id, Http1Rules.Length, Post($"Content-Length: {length}", Pattern(length)), Pattern(length), length > 65536
            ? ConformanceVerdict.Info
            : ConformanceVerdict.Warn).ToCase();

    /// <summary>Each byte once.</summary>
    public static string AllBytes => string.Concat(Enumerable.Range(0, 256).Select(i => (char)i));

    /// <summary>Text in which every place is seen.</summary>
    public static string Pattern(int length) => string.Concat(Enumerable.Range(0, (length / 8) + 1).Select(i => $"{i:x7} "))[..length];
}
