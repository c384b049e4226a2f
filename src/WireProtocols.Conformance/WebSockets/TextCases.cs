using System.Globalization;
using System.Text;
using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Text is UTF-8 (RFC 3629), across fragments and writes.</summary>
internal sealed class TextCases(WebSocketSubject subject) : SharedCases(subject)
{
    private static readonly ConformanceRule Valid = ConformanceRule.Must(
        "RFC 6455 §5.6",
        "The \"Payload data\" is text data encoded as UTF-8. Note that a particular text frame might include a partial UTF-8 "
            + "sequence; however, the whole message MUST contain valid UTF-8.",
        "Take every scalar value, and keep the state of the decoder from fragment to fragment.");

    private static readonly ConformanceRule Invalid = ConformanceRule.Must(
        "RFC 6455 §8.1",
        "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 "
            + "stream, that endpoint MUST _Fail the WebSocket Connection_.",
        "Validate text by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut off; fail with 1007.");

    /// <summary>It has to fail; how early is for the subject to choose.</summary>
    private static readonly ConformanceRule Early
        = ConformanceRule.Must(Invalid.Spec, Invalid.Sentence, "Validate as the bytes come: it costs no more.");

    private static readonly byte[] Faces = [.. "\U0001F600é€"u8];

    private static readonly byte[] Good = Encoding.UTF8.GetBytes("Hello-µ@ßöäüàá-UTF-8!!");
    private static readonly byte[] Kosme = Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5");

    /// <summary>Sequences by the section of the suite, in the order of its numbers; what is not text is marked.</summary>
    private static readonly (string Section, string Id, string[] Sequences)[] Sections =
    [
        (
            "6.5",
            "lengths",
            [
                "68656C6C6F24776F726C64", "68656C6C6FC2A2776F726C64", "68656C6C6FE282AC776F726C64", "68656C6C6FF0A4ADA2776F726C64",
                "CEBAE1BDB9CF83CEBCCEB5",
            ]),
        ("6.6", "prefixes", [.. Enumerable.Range(1, 11).Select(n => (n is 2 or 5 or 7 or 9 or 11 ? "" : "!") + Convert.ToHexString(Kosme[..n]))]),
        ("6.7", "first", ["00", "C280", "E0A080", "F0908080"]),
        ("6.8", "first-of-five-and-six", ["!F888808080", "!FC8480808080"]),
        ("6.9", "last", ["7F", "DFBF", "EFBFBF", "F48FBFBF"]),
        ("6.10", "last-of-more", ["!F7BFBFBF", "!FBBFBFBFBF", "!FDBFBFBFBFBF"]),
        ("6.11", "borders", ["ED9FBF", "EE8080", "EFBFBD", "F48FBFBF", "!F4908080"]),
        (
            "6.12",
            "lone-continuation",
            ["!80", "!BF", "!80BF", "!80BF80", "!80BF80BF", "!80BF80BF80", "!80BF80BF80BF", "!" + Range(0x80, 0xBF, "")]),
        (
            "6.13",
            "lone-start",
            ["!" + Range(0xC0, 0xDF, "20"), "!" + Range(0xE0, 0xEF, "20"), "!" + Range(0xF0, 0xF7, "20"), "!F820F920FA20FB20", "!FC20FD20"]),
        (
            "6.14",
            "last-byte-missing",
            ["!C0", "!E080", "!F08080", "!F8808080", "!FC80808080", "!DF", "!EFBF", "!F7BFBF", "!FBBFBFBF", "!FDBFBFBFBF"]),
        ("6.15", "all-cut-off", ["!C0E080F08080F8808080FC80808080DFEFBFF7BFBFFBBFBFBFFDBFBFBFBF"]),
        ("6.16", "never", ["!FE", "!FF", "!FEFEFFFF"]),
        ("6.17", "overlong-slash", ["!C0AF", "!E080AF", "!F08080AF", "!F8808080AF", "!FC80808080AF"]),
        ("6.18", "overlong-last", ["!C1BF", "!E09FBF", "!F08FBFBF", "!F887BFBFBF", "!FC83BFBFBFBF"]),
        ("6.19", "overlong-nul", ["!C080", "!E08080", "!F0808080", "!F880808080", "!FC8080808080"]),
        ("6.20", "surrogate", ["!EDA080", "!EDADBF", "!EDAE80", "!EDAFBF", "!EDB080", "!EDBE80", "!EDBFBF"]),
        (
            "6.21",
            "surrogate-pair",
            ["!EDA080EDB080", "!EDA080EDBFBF", "!EDADBFEDB080", "!EDADBFEDBFBF", "!EDAE80EDB080", "!EDAE80EDBFBF", "!EDAFBFEDB080", "!EDAFBFEDBFBF"]),
        ("6.22", "noncharacter", [.. Enumerable.Range(0, 17)
            .SelectMany(plane => new[] { Hex((plane << 16) | 0xFFFE), Hex((plane << 16) | 0xFFFF) })]),
        ("6.23", "special", ["EFBFB9", "EFBFBA", "EFBFBB", "EFBFBC", "EFBFBD", "EFBFBE", "EFBFBF"]),
        (
            "",
            "more",
            [
                "EFBBBF", "!C020", "!DF20", "!E02020", "!F0202020", "!C2", "!E0A0", "!F0", "!F090", "!F09080", "!F48FBF", "!F5808080", "!C3C3",
                    "!E2E2",
                "!E28228", "!F0288CBC", "!8080", "!EDA080EDB080ED", "EFBBBF41", "0041000A0D1B7F",
            ]),
    ];

    public IEnumerable<ConformanceCase> All =>
    [
        Echo("text/empty", Valid, [Text("")], "an empty text").Numbered("6.1.1"),
        Echo("text/empty-around", Valid, [Text("", false), More("middle"), More("", true)], "the text").Numbered("6.1.3"),
        Echo("text/one-frame", Valid, [Text(Good)], "the text").Numbered("6.2.1"),
        Echo("text/two-frames", Valid, [Text(Good[..13], false), More(Good[13..], true)], "the text").Numbered("6.2.2"),
        Echo("text/byte-frames", Valid, Cut(1, Good, 1), "the text").Numbered("6.2.3"),
        Echo("text/byte-frames-three-byte-characters", Valid, Cut(1, Kosme, 1), "the text").Numbered("6.2.4"),
        Echo("text/ping-inside-a-character", Valid, [Text(Kosme[..1], false), Ping("p"), More(Kosme[1..], true)], "the text"),
        Echo(
            "text/pings-inside-characters",
            Valid,
            [Text(Kosme[..1], false), Ping("p"), More(Kosme[1..3]), Ping("q"), More(Kosme[3..], true)],
            "the text, and the Pongs"),
        Echo("text/behind-a-text", Valid, [Text("a"), Text(Kosme)], "both texts"),
        Echo("text/long-in-writes", Valid, [Text(Long)], "the text", 1000),
        Echo("text/long-in-fragments", Valid, Cut(1, Long, 1001), "the text"),
        .. Enumerable.Range(1, 8)
            .Select(at => Echo($"text/split/{at}", Valid, [Text(Faces[..at], false), More(Faces[at..], true)], "the text")),
        Fail("text/invalid/surrogate-inside", Invalid, [Text([.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8])], 1007).Numbered("6.3.1"),
        Fail("text/invalid/surrogate-in-byte-frames", Invalid, Cut(1, [.. Kosme, 0xED, 0xA0, 0x80, .. "edited"u8], 1), 1007)
            .Numbered("6.3.2"),
        Fail("text/invalid/after-a-message", Invalid, [Text("a"), Text([0xC0, 0xAF])], 1007),
        Fail("text/invalid/in-a-continuation", Invalid, [Text("a", false), More([0xC0, 0xAF], true)], 1007),
        Fail("text/invalid/cut-at-the-end-of-a-fragment", Invalid, [Text([0xE2], false), More([0x82]), More("", true)], 1007),
        Fail("text/invalid/cut-at-the-next-message", Invalid, [Text([0xE2, 0x82]), Text([0xAC])], 1007),
        Fail("text/invalid/late-in-a-long-text", Invalid, [Text([.. Long, 0xFF, .. Long])], 1007),
        .. new[] { 31, 63, 127, 1023 }
            .Select(at => Fail($"text/invalid/behind-{at}", Invalid, [Text([.. Letters(at), 0xED, 0xA0, 0x80, .. Letters(70)])], 1007)),
        Fail("text/fail-fast/second-of-three-fragments",
            Early, [Text(Kosme, false), More([0xF4, 0x90, 0x80, 0x80])], [More("edited", true)], 1007).Numbered("6.4.1"),
        Fail("text/fail-fast/the-byte-that-makes-it-bad",
            Early, [Text([.. Kosme, 0xF4], false), More([0x90])], [More([0x80, 0x80, .. "edited"u8], true)], 1007).Numbered("6.4.2"),
        InsideFrame("text/fail-fast/inside-a-frame", [.. Kosme, 0xF4, 0x90, 0x80, 0x80]).Numbered("6.4.3"),
        InsideFrame("text/fail-fast/inside-a-frame-the-byte", [.. Kosme, 0xF4, 0x90]).Numbered("6.4.4"),
        .. Sections.SelectMany(s => s.Sequences.SelectMany((sequence, i)
            => Of(s.Section.Length == 0 ? "" : $"{s.Section}.{i + 1}", s.Id, i + 1, sequence))),
    ];

    private static byte[] Letters(int count) => [.. Enumerable.Repeat((byte)'a', count)];

    private static byte[] Long => [.. Enumerable.Range(0, 2000).SelectMany(_ => Encoding.UTF8.GetBytes("aß€𐍈"))];

    private IEnumerable<ConformanceCase> Of(string number, string id, int index, string sequence)
    {
        byte[] text = Convert.FromHexString(sequence.TrimStart('!'));
        if (sequence[0] != '!')
        {
            yield return Echo($"text/{id}/{index}", Valid, [Text(text)], "the text").Numbered(number);
            yield return Echo($"text/{id}/{index}-in-fragments", Valid, Cut(1, text, 1), "the text");
        }
        else
        {
            yield return Fail($"text/{id}/{index}", Invalid, [Text(text)], 1007).Numbered(number);
            yield return Fail($"text/{id}/{index}-in-fragments", Invalid, Cut(1, [.. Kosme, .. text], 1), 1007);
        }
    }

    /// <summary>A frame that is not whole, with bad bytes in it.</summary>
    private ConformanceCase InsideFrame(string id, byte[] bad)
        => Subject.Case(id, Early, "the connection fails, with Close 1007", async context =>
        {
            await using WebSocketPeer peer = await Subject.OpenAsync(context);
            byte[] frame = Text([.. bad, .. "edited"u8]).ToBytes(context.Dice, !Subject.IsClient);
            int cut = frame.Length - "edited"u8.Length;
            await peer.SendAsync(frame.AsMemory(0, cut), "text frame up to the bad bytes");
            PeerEvent first = await peer.NextAsync(TimeSpan.FromMilliseconds(200));
            if (first is not PeerEvent.Silence)
            {
                return Judge(first, false);
            }

            await peer.SendAsync(frame.AsMemory(cut), "the rest of the frame");
            await peer.SendAsync([Ping("still there?")]);
            return Judge(await peer.NextAsync(), true);
        });

    private static ConformanceFinding Judge(PeerEvent end, bool isLate) => end switch
    {
        PeerEvent.Close { Code: 1007 } when isLate => ConformanceFinding.Info($"{end} came, not before the frame was whole"),
        PeerEvent.Close { Code: 1007 } => ConformanceFinding.Pass(end.ToString()!),
        PeerEvent.Close or PeerEvent.End => ConformanceFinding.Warn($"{end} came; what says it is 1007"),
        PeerEvent.Silence => ConformanceFinding.Late("the connection neither failed nor went on"),
        _ => ConformanceFinding.Fail($"the subject went on: {end} came"),
    };

    private static string Range(int first, int last, string behind)
        => string.Concat(Enumerable.Range(first, last - first + 1).Select(b => b.ToString("X2", CultureInfo.InvariantCulture) + behind));

    private static string Hex(int scalar) => Convert.ToHexString(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(scalar)));
}
