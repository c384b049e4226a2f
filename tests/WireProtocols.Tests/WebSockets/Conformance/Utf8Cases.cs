using System.Text;
using static WireProtocols.Tests.WebSockets.Conformance.ConformanceCase;
using static WireProtocols.Tests.WebSockets.Conformance.RawFrame;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Section 6: text is UTF-8 as RFC 3629 has it, across fragments, and fails at its first bad byte.</summary>
public static class Utf8Cases
{
    private static readonly byte[] Good1 = Encoding.UTF8.GetBytes("Hello-µ@ßöäüàá-UTF-8!!");
    private static readonly byte[] Kosme = Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5");

    /// <summary>Sequences by their section, in the order of their numbers; what is not text is marked.</summary>
    private static readonly (string Section, string About, string[] Sequences)[] Sections =
    [
        (
            "6.5",
            "characters of every length",
            [
                "68656C6C6F24776F726C64", "68656C6C6FC2A2776F726C64", "68656C6C6FE282AC776F726C64", "68656C6C6FF0A4ADA2776F726C64",
                "CEBAE1BDB9CF83CEBCCEB5",
            ]),
        (
            "6.6",
            "prefixes of a text",
            [.. Enumerable.Range(1, 11).Select(length => (length is 2 or 5 or 7 or 9 or 11 ? "" : "!") + Convert.ToHexString(Kosme[..length]))]),
        ("6.7", "first of every length", ["00", "C280", "E0A080", "F0908080"]),
        ("6.8", "first of five and six bytes", ["!F888808080", "!FC8480808080"]),
        ("6.9", "last of every length", ["7F", "DFBF", "EFBFBF", "F48FBFBF"]),
        ("6.10", "last of four, five and six bytes", ["!F7BFBFBF", "!FBBFBFBFBF", "!FDBFBFBFBFBF"]),
        ("6.11", "other ends of ranges", ["ED9FBF", "EE8080", "EFBFBD", "F48FBFBF", "!F4908080"]),
        (
            "6.12",
            "continuations of nothing",
            ["!80", "!BF", "!80BF", "!80BF80", "!80BF80BF", "!80BF80BF80", "!80BF80BF80BF", "!" + Range(0x80, 0xBF, "")]),
        (
            "6.13",
            "lonely first bytes",
            [
                "!" + Range(0xC0, 0xDF, "20"), "!" + Range(0xE0, 0xEF, "20"), "!" + Range(0xF0, 0xF7, "20"), "!" + Range(0xF8, 0xFB, "20"), "!"
                    + Range(0xFC, 0xFD, "20"),
            ]),
        (
            "6.14",
            "the last byte missing",
            ["!C0", "!E080", "!F08080", "!F8808080", "!FC80808080", "!DF", "!EFBF", "!F7BFBF", "!FBBFBFBF", "!FDBFBFBFBF"]),
        ("6.15", "all of these together", ["!C0E080F08080F8808080FC80808080DFEFBFF7BFBFFBBFBFBFFDBFBFBFBF"]),
        ("6.16", "bytes that never occur", ["!FE", "!FF", "!FEFEFFFF"]),
        ("6.17", "overlong forms of a slash", ["!C0AF", "!E080AF", "!F08080AF", "!F8808080AF", "!FC80808080AF"]),
        ("6.18", "the last overlong forms", ["!C1BF", "!E09FBF", "!F08FBFBF", "!F887BFBFBF", "!FC83BFBFBFBF"]),
        ("6.19", "overlong forms of NUL", ["!C080", "!E08080", "!F0808080", "!F880808080", "!FC8080808080"]),
        ("6.20", "surrogates", ["!EDA080", "!EDADBF", "!EDAE80", "!EDAFBF", "!EDB080", "!EDBE80", "!EDBFBF"]),
        (
            "6.21",
            "pairs of surrogates",
            ["!EDA080EDB080", "!EDA080EDBFBF", "!EDADBFEDB080", "!EDADBFEDBFBF", "!EDAE80EDB080", "!EDAE80EDBFBF", "!EDAFBFEDB080", "!EDAFBFEDBFBF"]),
        (
            "6.22",
            "the noncharacters of every plane",
            [.. Enumerable.Range(0, 17).SelectMany(plane => new[] { 0xFFFE, 0xFFFF }.Select(last => Hex((plane << 16) | last)))]),
        ("6.23", "specials", ["EFBFB9", "EFBFBA", "EFBFBB", "EFBFBC", "EFBFBD", "EFBFBE", "EFBFBF"]),
        (
            "",
            "more",
            [
                "EFBBBF", "!C020", "!DF20", "!E02020", "!F0202020", "!C2", "!E0A0", "!F0", "!F090", "!F09080", "!F48FBF", "!F5808080", "!C3C3",
                "!E2E2", "!E28228", "!F0288CBC", "!8080", "!EDA080EDB080ED",
            ]),
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        Good("6.1.1 empty text", [Text("")], Text("")),
        Good("6.1.2 empty fragments", [Text("", fin: false), More(""), More("", fin: true)], Text("")),
        Good("6.1.3 empty fragments around", [Text("", fin: false), More("middle"), More("", fin: true)], Text("middle")),
        Good("6.2.1 one frame", [Text(Good1)], Text(Good1)),
        Good("6.2.2 cut at a character", [Text(Good1[..13], fin: false), More(Good1[13..], fin: true)], Text(Good1)),
        Good("6.2.3 one byte a fragment", Fragments(Text(Good1), 1), Text(Good1)),
        Good("6.2.4 one byte a fragment, three-byte characters", Fragments(Text(Kosme), 1), Text(Kosme)),
        Good(
            "Pings inside a character",
            [Text(Kosme[..1], fin: false), Ping("p"), More(Kosme[1..3]), Ping("q"), More(Kosme[3..], fin: true)],
            Pong("p"),
            Pong("q"),
            Text(Kosme)),
        Good("the next message begins anew", [Text("a"), Text(Kosme)], Text("a"), Text(Kosme)),
        Bad("6.3.1 a surrogate inside", 1007, [Text([.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8])]),
        Bad("6.3.2 the same, one byte a fragment", 1007, Fragments(Text([.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8]), 1)),

        // Nothing after the bad byte is waited for: the message is not finished. 6.4.3 and 6.4.4, where the frame is not, have a test of their own.
        Bad("6.4.1 bad bytes in the second of three fragments", 1007, [Text(Kosme, fin: false), More([0xF4, 0x90, 0x80, 0x80])]),
        Bad("6.4.2 the byte that makes it bad", 1007, [Text([.. Kosme, 0xF4], fin: false), More([0x90])]),
        .. Sections.SelectMany(
            s => s.Sequences.SelectMany((sequence, i) => Numbered(s.Section.Length == 0 ? "" : $"{s.Section}.{i + 1} ", s.About, sequence))),
    ];

    private static IEnumerable<ConformanceCase> Numbered(string number, string about, string sequence)
    {
        byte[] text = Convert.FromHexString(sequence.TrimStart('!'));
        string name = $"{number}{about}: {sequence}";
        if (sequence[0] != '!')
        {
            yield return Good(name, [Text(text)], Text(text));
            yield return Good($"{name} in fragments", Fragments(Text(text), 1), Text(text));
        }
        else
        {
            yield return Bad(name, 1007, [Text(text)]);
            yield return Bad($"{name} after a good message", 1007, [Text("a"), Text(text)], Text("a"));
            yield return Bad($"{name} in fragments", 1007, Fragments(Text([.. Kosme, .. text]), 1));
        }
    }

    private static string Range(int first, int last, string behind)
        => string.Concat(Enumerable.Range(first, last - first + 1).Select(b => $"{b:X2}{behind}"));

    private static string Hex(int scalar) => Convert.ToHexString(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(scalar)));
}
