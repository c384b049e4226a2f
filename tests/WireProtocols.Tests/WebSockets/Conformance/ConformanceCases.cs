using static WireProtocols.Tests.WebSockets.Conformance.ConformanceCase;
using static WireProtocols.Tests.WebSockets.Conformance.RawFrame;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// The behaviours of RFC 6455 that the common test suite looks at, by its numbers: 1 to 5, 7 and 10. Those without a number are more than it asks.
/// </summary>
public static class ConformanceCases
{
    private static readonly byte[] Odd = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];
    private static readonly int[] Lengths = [0, 125, 126, 127, 128, 65535, 65536];

    public static IEnumerable<ConformanceCase> All
        => [.. Framing, .. Pings, .. ReservedBits, .. Opcodes, .. Fragmentation, .. Closing, .. CloseCodes];

    public static IEnumerable<ConformanceCase> Framing =>
    [
        .. Lengths.SelectMany((length, i) => new[]
        {
            Good($"{Number("1.1", i)} text of {length}", [Text(Stars(length))], Text(Stars(length))),
            Good($"{Number("1.2", i)} binary of {length}", [Binary(Bytes(length))], Binary(Bytes(length))),
        }),
        Good("10.1.1 text in fragments of 1300", Fragments(Text(Stars(65536)), 1300), Text(Stars(65536))),
    ];

    public static IEnumerable<ConformanceCase> Pings =>
    [
        Good("2.1 Ping without payload", [Ping()], Pong()),
        Good("2.2 Ping with text", [Ping("Hello, world!")], Pong("Hello, world!")),
        Good("2.3 Ping with bytes", [new RawFrame(9, Odd)], new RawFrame(10, Odd)),
        Good(
            "2.4,2.6 Ping of 125",
            [new RawFrame(9, [.. Enumerable.Repeat((byte)0xFE, 125)])],
            new RawFrame(10, [.. Enumerable.Repeat((byte)0xFE, 125)])),
        Bad("2.5 Ping of 126", 1002, [Ping(Stars(126))]),
        Good("2.7 Pong that nobody asked for", [Pong()]),
        Good("2.8 the same with payload", [Pong("unsolicited")]),
        Good("2.9 Pong, then Ping", [Pong("unsolicited"), Ping("payload")], Pong("payload")),
        Good(
            "2.10-2.11 ten Pings",
            [.. Enumerable.Range(0, 10).Select(i => Ping($"payload {i}"))],
            [.. Enumerable.Range(0, 10).Select(i => Pong($"payload {i}"))]),
        Bad("Pong of 126", 1002, [Pong(Stars(126))]),
    ];

    public static IEnumerable<ConformanceCase> ReservedBits =>
    [
        Bad("3.1 RSV 1", 1002, [Text("a", rsv: 1)]),
        Bad("3.2 RSV 2 after a good message", 1002, [Text("a"), Text("a", rsv: 2), Ping()], Text("a")),
        Bad("3.3 RSV 3 after a good message", 1002, [Text("a"), Text("a", rsv: 3), Ping()], Text("a")),
        Bad("3.4 RSV 4 after a good message", 1002, [Text("a"), Text("a", rsv: 4), Ping()], Text("a")),
        Bad("3.5 RSV 5 on binary", 1002, [Binary(Odd, rsv: 5)]),
        Bad("3.6 RSV 6 on Ping", 1002, [Ping("a", rsv: 6)]),
        Bad("3.7 RSV 7 on Close", 1002, [Close(1000, rsv: 7)]),
        Bad("RSV 1 on a later fragment", 1002, [Text("a", fin: false), More("b", fin: true, rsv: 1)]),
    ];

    public static IEnumerable<ConformanceCase> Opcodes =>
    [
        .. new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }.SelectMany(opcode => new[]
        {
            Bad($"{OpcodeNumber(opcode, 1)}opcode {opcode}", 1002, [new RawFrame(opcode, [])]),
            Bad($"{OpcodeNumber(opcode, 2)}opcode {opcode} with payload", 1002, [new RawFrame(opcode, Odd)]),
            Bad($"{OpcodeNumber(opcode, 3)}opcode {opcode} after a good message", 1002, [Text("a"), new RawFrame(opcode, []), Ping()], Text("a")),
            Bad(
                $"{OpcodeNumber(opcode, 4)}opcode {opcode} with payload after a good message",
                1002,
                [Text("a"), new RawFrame(opcode, Odd), Ping()],
                Text("a")),
        }),
    ];

    public static IEnumerable<ConformanceCase> Fragmentation =>
    [
        Bad("5.1 Ping in fragments", 1002, [Ping("a", fin: false), More("b", fin: true)]),
        Bad("5.2 Pong in fragments", 1002, [Pong("a", fin: false), More("b", fin: true)]),
        Good("5.3-5.5 text in two fragments", [Text("a", fin: false), More("b", fin: true)], Text("ab")),
        Good("5.6-5.8 Ping between", [Text("a", fin: false), Ping("p"), More("b", fin: true)], Pong("p"), Text("ab")),
        Bad("5.9-5.11 continuation of nothing", 1002, [More("a", fin: true), Text("b")]),
        Bad("5.12-5.14 the same without FIN", 1002, [More("a"), Text("b")]),
        Bad("5.15 continuation after a message is complete", 1002, [Text("a", fin: false), More("b", fin: true), More("c"), Text("d")], Text("ab")),
        Bad(
            "5.16 continuation first, twice",
            1002,
            [More("a"), Text("b", fin: false), More("c", fin: true), More("a"), Text("b", fin: false), More("c", fin: true)]),
        Bad(
            "5.17 the same with FIN",
            1002,
            [More("a", fin: true), Text("b", fin: false), More("c", fin: true), More("a", fin: true), Text("b", fin: false), More("c", fin: true)]),
        Bad("5.18 a message inside a message", 1002, [Text("a", fin: false), Text("b", fin: true)]),
        Good(
            "5.19-5.20 Pings between five fragments",
            [Text("1", fin: false), More("2"), Ping("p1"), More("3"), More("4"), Ping("p2"), More("5", fin: true)],
            Pong("p1"),
            Pong("p2"),
            Text("12345")),
    ];

    public static IEnumerable<ConformanceCase> Closing =>
    [
        Good("7.1.1 message, then Close", [Text("Hello")], Text("Hello")),
        Good("7.1.2 two Closes", [Close(1000)]),
        new("7.1.3 Ping after Close", [Close(1000), Ping("late")], [Close(1000)]),
        new("7.1.4 message after Close", [Close(1000), Text("late")], [Close(1000)]),
        new("7.1.5 Close inside a message", [Text("a", fin: false), Close(1000), More("b", fin: true)], [Close(1000)]),
        new(
            "7.1.6 much, then Close, then Ping",
            [Text(Stars(256 * 1024)), Text("Hello"), Close(1000), Ping("late")],
            [Text(Stars(256 * 1024)), Text("Hello"), Close(1000)]),
        new("a broken frame after Close", [Close(1000), new RawFrame(3, [], Rsv: 7)], [Close(1000)]),
        new("7.3.1 Close without payload", [Close([])], [Close([])]),
        Bad("7.3.2 Close of one byte", 1002, [Close([3])]),
        new("7.3.3 Close with a code", [Close(1000)], [Close(1000)]),
        new("7.3.4 Close with a reason", [Close(1000, "Hello")], [Close(1000)]),
        new("7.3.5 reason of 123", [Close(1000, Stars(123))], [Close(1000)]),
        Bad("7.3.6 reason of 124", 1002, [Close(1000, Stars(124))]),
        Bad("7.5.1 reason that is not UTF-8", 1007, [Close([0x03, 0xE8, .. Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")])]),
        Bad("reason that ends inside a character", 1007, [Close([0x03, 0xE8, 0xCE])]),
    ];

    public static IEnumerable<ConformanceCase> CloseCodes =>
    [
        .. new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999 }
            .Select((code, i) => new ConformanceCase($"7.7.{i + 1} code {code}", [Close(code)], [Close(code)])),
        .. new[] { 1012, 1013, 1014 }.Select(code => new ConformanceCase($"code {code}", [Close(code)], [Close(code)])),
        .. new[] { 0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999 }.SelectMany((code, i) => Invalid($"7.9.{i + 1} ", code)),
        .. new[] { 5000, 65535 }.SelectMany((code, i) => Invalid($"7.13.{i + 1} ", code)),
        .. Invalid("", 1015),
    ];

    private static ConformanceCase[] Invalid(string number, int code)
        => [Bad($"{number}code {code}", 1002, [Close(code)]), Bad($"{number}code {code} with a reason", 1002, [Close(code, "why")])];

    /// <summary>The eighth is the seventh in writes of 997 bytes.</summary>
    private static string Number(string section, int index) => index < 6 ? $"{section}.{index + 1}" : $"{section}.7-{section}.8";

    /// <summary>The suite takes another opcode for each of its ways; here every opcode goes every way.</summary>
    private static string OpcodeNumber(int opcode, int way) => (opcode, way) switch
    {
        (3, 1) => "4.1.1 ",
        (4, 2) => "4.1.2 ",
        (5, 3) => "4.1.3 ",
        (6, 4) => "4.1.4 ",
        (7, 4) => "4.1.5 ",
        (11, 1) => "4.2.1 ",
        (12, 2) => "4.2.2 ",
        (13, 3) => "4.2.3 ",
        (14, 4) => "4.2.4 ",
        (15, 4) => "4.2.5 ",
        _ => "",
    };
}
