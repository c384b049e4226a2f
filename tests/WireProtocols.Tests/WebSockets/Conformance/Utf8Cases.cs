using System.Text;
using static WireProtocols.Tests.WebSockets.Conformance.ConformanceCase;
using static WireProtocols.Tests.WebSockets.Conformance.RawFrame;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Section 6: text is UTF-8 as RFC 3629 has it, across fragments, and fails at its first bad byte.</summary>
public static class Utf8Cases
{
    private static readonly byte[] Good1 = Encoding.UTF8.GetBytes("Hello-µ@ßöäüàá-UTF-8!!");
    private static readonly byte[] Kosme = Encoding.UTF8.GetBytes("κόσμε");

    /// <summary>Sequences that are text: every length at both ends of its range, and the noncharacters.</summary>
    private static readonly string[] Valid =
    [
        "00", "7F", "C280", "DFBF", "E0A080", "EFBFBF", "F0908080", "F48FBFBF", "ED9FBF", "EE8080", "EFBFBD", "EFBFBE", "F09FBFBE", "F09FBFBF",
        "F0AFBFBE", "F0BFBFBF", "F3BFBFBF", "F48FBFBE", "CEBAE1BDB9CF83CEBCCEB5", "EFBBBF",
    ];

    /// <summary>Sequences that are not: lone and missing continuations, overlong forms, surrogates, above U+10FFFF, bytes that never occur.</summary>
    private static readonly string[] Invalid =
    [
        "80", "BF", "8080", "80BF80BF", "C0", "C1", "C020", "DF20", "E02020", "E020", "F0202020", "F8", "F888808080", "FC8480808080", "FE", "FF", "FEFEFFFF",
        "C080", "C0AF", "C1BF", "E080AF", "E09FBF", "F08080AF", "F08FBFBF", "F8808080AF", "FC80808080AF", "E08080", "F0808080",
        "EDA080", "EDAFBF", "EDB080", "EDBFBF", "EDA080EDB080", "EDAFBFEDBFBF", "F4908080", "F5808080", "F7BFBFBF",
        "C2", "DF", "E0", "E0A0", "EFBF", "F0", "F090", "F09080", "F48FBF", "CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", "C3C3", "E2E2", "E28228", "F0288CBC",
    ];

    public static IEnumerable<ConformanceCase> All =>
    [
        Good("6.1.1 empty text", [Text("")], Text("")),
        Good("6.2.1 one frame", [Text(Good1)], Text(Good1)),
        Good("6.2.2 cut at a character", [Text(Good1[..13], fin: false), More(Good1[13..], fin: true)], Text(Good1)),
        Good("6.2.3 one byte a fragment", Fragments(Text(Good1), 1), Text(Good1)),
        Good("6.2.4 one byte a fragment, three-byte characters", Fragments(Text(Kosme), 1), Text(Kosme)),
        Good("Pings inside a character", [Text(Kosme[..1], fin: false), Ping("p"), More(Kosme[1..3]), Ping("q"), More(Kosme[3..], fin: true)], Pong("p"), Pong("q"), Text(Kosme)),
        Good("the next message begins anew", [Text("a"), Text(Kosme)], Text("a"), Text(Kosme)),

        // 6.4: nothing after the bad byte is waited for; the message is not finished, and so is the frame in the last two.
        Bad("6.4.1 bad byte in the second of three fragments", 1007, [Text(Kosme, fin: false), More([0xF4, 0x90, 0x80, 0x80])]),
        Bad("6.4.2 the byte that makes it bad", 1007, [Text([.. Kosme, 0xF4], fin: false), More([0x90])]),
        .. Valid.SelectMany(hex => Whole(hex)),
        .. Invalid.SelectMany(hex => Broken(hex)),
    ];

    private static IEnumerable<ConformanceCase> Whole(string hex)
    {
        byte[] text = Convert.FromHexString(hex);
        yield return Good($"6 valid {hex}", [Text(text)], Text(text));
        yield return Good($"6 valid {hex} in fragments", Fragments(Text(text), 1), Text(text));
    }

    private static IEnumerable<ConformanceCase> Broken(string hex)
    {
        byte[] text = Convert.FromHexString(hex);
        yield return Bad($"6 invalid {hex}", 1007, [Text("a"), Text(text)], Text("a"));
        yield return Bad($"6 invalid {hex} in fragments", 1007, Fragments(Text([.. Kosme, .. text]), 1));
    }
}
