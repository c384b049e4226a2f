using System.Text;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>Bytes that become characters, and characters that become lines.</summary>
internal static class ReaderTextCases
{
    private const string Rich = "id: 1\nevent: tick\ndata: größe\ndata: 日本 🙂\n\n: comment\ndata: b\n\nretry: 20\nid\ndata: c\n\n";

    private static readonly ConformanceRule Utf8 = ConformanceRule.Must(
        "HTML §9.2.6", "Streams must be decoded using the UTF-8 decode algorithm.",
        "Decode across reads, whatever the Content-Type says, with U+FFFD for each part that is no UTF-8.");

    private static readonly ConformanceRule Bom = ConformanceRule.Must(
        "HTML §9.2.6",
        "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any.",
        "Take one BOM off at the very beginning of a stream, and none elsewhere.");

    private static readonly ConformanceRule Lines = ConformanceRule.Must(
        "HTML §9.2.6",
        "a single U+000A LINE FEED (LF) character not preceded by a U+000D CARRIAGE RETURN (CR) character, and a single U+000D CARRIAGE RETURN (CR) "
            + "character not followed by a U+000A LINE FEED (LF) character being the ways in which a line can end.",
        "End lines at LF, CR and CRLF, in any mixture, and at nothing else.");

    private static readonly ConformanceRule Pieces = ConformanceRule.Must(
        "HTML §9.2.6", "Lines must be processed, in the order they are received, as follows:",
        "Keep what is not whole for the next read: characters, line ends, lines.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Rows("utf-8", Utf8,
            ("two-bytes", "data: ä é ß\n\n"), ("three-bytes", "data: 日本語 €\n\n"), ("four-bytes", "data: 🙂🚀\n\n"),
            ("joined", "data: 👩‍👩‍👧‍👦 e\u0301\n\n"), ("last-plane", "data: \U0010ffff\n\n"),
            ("noncharacters", "data: \ufffe\uffff\ufdd0\n\n"), ("replacement", "data: \ufffd\n\n"), ("nul", "data: a\0b\n\n"),
            ("controls", "data: \u0001\u0008\u001b\u001f\u007f\n\n"),
            ("private", "data: \ue000\n\n"), ("zero-width", "data: a\u200bb\u2060\n\n"), ("right-to-left", "data: \u202ea\n\n"),
            ("in-type", "event: größe\ndata: a\n\n"),
            ("in-id", "id: 日本\ndata: a\n\n")),
        .. new[]
        {
            ("continuation", "data: a\u0080b"), ("continuations", "data: a\u0080\u0081b"), ("ff", "data: a\u00ffb"), ("fe", "data: a\u00feb"),
            ("overlong-slash", "data: a\u00c0\u00afb"),
            ("overlong-nul", "data: a\u00c0\u0080b"), ("overlong-three", "data: a\u00e0\u0080\u0080b"),
            ("overlong-four", "data: a\u00f0\u0080\u0080\u0080b"), ("surrogate", "data: a\u00ed\u00a0\u0080b"),
            ("surrogates", "data: a\u00ed\u00a0\u0081\u00ed\u00b0\u0080b"), ("above", "data: a\u00f4\u0090\u0080\u0080b"),
            ("five-bytes", "data: a\u00f8\u0088\u0080\u0080\u0080b"),
            ("cut-two", "data: a\u00c3"), ("cut-three", "data: a\u00e2\u0082"), ("cut-four", "data: a\u00f0\u009f\u0099"),
            ("cut-then-ascii", "data: a\u00e2\u0082b"),
            ("cut-then-lead", "data: a\u00e2\u0082\u00e2\u0082\u00ac"), ("latin-1", "data: gr\u00f6\u00dfe"), ("in-name", "dat\u00e4: x\ndata: a"),
            ("in-comment", ": \u00ff\u00fe\ndata: a"),
            ("in-type", "event: t\u00ffck\ndata: a"), ("in-id", "id: \u00ff\ndata: a"), ("utf-16-mark", "data: a\u00ff\u00feb"),
            ("cut-before-colon", "data\u00c3: x\ndata: a"),
        }.Select(r => Sees($"bad-utf-8/{r.Item1}", Utf8, Raw(r.Item2 + "\n\n")).Broken()),
        .. new[]
        {
            ("first", "\u00ef\u00bb\u00bfdata: a\n\n"), ("before-event", "\u00ef\u00bb\u00bfevent: tick\ndata: a\n\n"),
            ("before-id", "\u00ef\u00bb\u00bfid: 1\ndata: a\n\n"),
            ("before-comment", "\u00ef\u00bb\u00bf: c\ndata: a\n\n"), ("before-lf", "\u00ef\u00bb\u00bf\ndata: a\n\n"),
            ("before-crlf", "\u00ef\u00bb\u00bf\r\ndata: a\n\n"),
            ("twice", "\u00ef\u00bb\u00bf\u00ef\u00bb\u00bfdata: x\ndata: a\n\n"),
            ("second-event", "data: a\n\n\u00ef\u00bb\u00bfdata: x\ndata: b\n\n"),
            ("second-line", "data: a\n\u00ef\u00bb\u00bfdata: x\n\n"), ("behind-lf", "\n\u00ef\u00bb\u00bfdata: x\ndata: a\n\n"),
            ("in-value", "data: \u00ef\u00bb\u00bfa\n\n"),
            ("in-value-tight", "data:\u00ef\u00bb\u00bfa\n\n"), ("half", "\u00ef\u00bbdata: x\ndata: a\n\n"),
            ("utf-16", "\u00fe\u00ffdata: x\ndata: a\n\n"), ("behind-space", " \u00ef\u00bb\u00bfdata: x\ndata: a\n\n"),
        }.Select(r => Sees($"bom/{r.Item1}", Bom, Raw(r.Item2))),
        .. new[] { 1, 2 }.Select(at => SeesPieces($"bom/cut-after-{at}", Bom, 15, Raw("\u00ef\u00bb\u00bf"[..at]),
            Raw("\u00ef\u00bb\u00bf"[at..] + "data: a\n\n"))),
        SeesPieces("bom/alone", Bom, 15, Raw("\u00ef\u00bb\u00bf"), Raw("data: a\n\n")),
        .. Rows("lines", Lines,
            ("lf", "id: 1\nevent: tick\ndata: a\ndata: b\n\ndata: c\n\n"), ("cr", "id: 1\revent: tick\rdata: a\rdata: b\r\rdata: c\r\r"),
            ("crlf", "id: 1\r\nevent: tick\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"), ("cr-then-lf-lines", "data: a\rdata: b\ndata: c\r\n\n"),
            ("lf-cr", "data: a\n\rdata: b\n\r\n"),
            ("cr-lf-lf", "data: a\r\n\ndata: b\r\n\n"), ("cr-cr-lf", "data: a\r\r\ndata: b\r\r\n"), ("lf-crlf", "data: a\n\r\ndata: b\n\r\n"),
            ("crlf-cr", "data: a\r\n\rdata: b\r\n\r"),
            ("cr-between-data", "data: a\rdata: b\r\r"), ("crs", "\r\r\rdata: a\r\r\r\r"), ("crlfs", "\r\n\r\n\r\ndata: a\r\n\r\n\r\n"),
            ("comment-cr", ": c\rdata: a\r\r"),
            ("comment-crlf", ": c\r\ndata: a\r\n\r\n"), ("empty-data-cr", "data\rdata\r\r"), ("cr-ends-value", "data: a\rid: 7\r\r"),
            ("vertical-tab", "data: a\u000bdata: b\n\n"),
            ("form-feed", "data: a\u000cdata: b\n\n"), ("next-line", "data: a\u0085data: b\n\n"), ("line-separator", "data: a\u2028data: b\n\n"),
            ("paragraph-separator", "data: a\u2029data: b\n\n"), ("file-separator", "data: a\u001cdata: b\n\n"), ("escaped", "data: a\\r\\nb\n\n"),
            ("nul-line", "data: a\n\0\n\n")),
        .. Split(),
    ];

    private static IEnumerable<ConformanceCase> Rows(string group, ConformanceRule rule, params (string Name, string Stream)[] rows)
        => rows.Select(r => Sees($"{group}/{r.Name}", rule, Bytes(r.Stream)));

    private static IEnumerable<ConformanceCase> Split()
    {
        byte[] rich = Bytes(Rich);
        byte[] crlf = Bytes(Rich.Replace("\n", "\r\n", StringComparison.Ordinal));
        byte[] cr = Bytes(Rich.Replace('\n', '\r'));
        foreach (int size in new[] { 1, 2, 3, 5, 7, 11 })
        {
            yield return SeesPieces($"pieces/lf-by-{size}", Pieces, 3, Cut(rich, size));
            yield return SeesPieces($"pieces/crlf-by-{size}", Pieces, 3, Cut(crlf, size));
            yield return SeesPieces($"pieces/cr-by-{size}", Pieces, 3, Cut(cr, size));
        }

        foreach ((string name, string[] texts) in new (string, string[])[]
        {
            ("crlf-between", ["data: a\r", "\n\r", "\ndata: b\r\n\r\n"]), ("crlf-between-lines", ["data: a\r", "\ndata: b\r\n\r\n"]),
            ("cr-then-field", ["data: a\r", "data: b\r\r"]),
            ("empty-line-later", ["data: a\n", "\ndata: b\n\n"]), ("crlf-end-later", ["data: a\r\n\r", "\ndata: b\r\n\r\n"]),
            ("cr-cr-alone", ["data: a\r\r", "data: b\r\r"]),
            ("name-cut", ["da", "ta: a\n\n"]), ("colon-cut", ["data", ": a\n\n"]), ("space-cut", ["data:", " a\n\n"]),
            ("space-kept", ["data: ", " a\n\n"]), ("value-cut", ["data: a", "b\n\n"]),
            ("comment-cut", [": a co", "mment\ndata: a\n\n"]), ("comment-crlf", [": c\r", "\ndata: a\r\n\r\n"]),
            ("id-cut", ["id: 1", "2\ndata: a\n\n"]), ("event-cut", ["event: ti", "ck\ndata: a\n\n"]),
            ("retry-cut", ["retry: 2", "0\ndata: a\n\n"]), ("lf-after-cr-event", ["data: a\r\r", "\ndata: b\n\n"]),
            ("blank-alone", ["data: a\n", "\n", "data: b\n\n"]), ("event-each", ["data: a\n\n", "data: b\n\n", "data: c\n\n"]),
            ("two-and-a-half", ["data: a\n\ndata: b\n\nda", "ta: c\n\n"]), ("lf-cr", ["data: a\n", "\rdata: b\n\n"]),
            ("first-lf", ["\n", "data: a\n\n"]),
        })
        {
            yield return SeesPieces($"pieces/{name}", Pieces, 15, [.. texts.Select(Bytes)]);
        }

        foreach ((string name, string character) in new[] { ("two-bytes", "ö"), ("three-bytes", "€"), ("four-bytes", "🙂") })
        {
            byte[] bytes = Encoding.UTF8.GetBytes(character);
            for (int at = 1; at < bytes.Length; at++)
            {
                yield return SeesPieces(
                    $"pieces/{name}-cut-after-{at}", Utf8, 15, [.. "data: a"u8, .. bytes.AsSpan(0, at)], [.. bytes.AsSpan(at), .. "b\n\n"u8]);
            }
        }

        yield return SeesPieces("pieces/bad-utf-8-cut", Utf8, 15, Raw("data: a\u00e2"), Raw("\u0082b\n\n"));
        yield return SeesPieces("pieces/cut-character-then-lf", Utf8, 15, Raw("data: a\u00e2\u0082"), Raw("\ndata: b\n\n"));
    }

    private static byte[][] Cut(byte[] bytes, int size) => [.. bytes.Chunk(size)];
}
