using static WireProtocols.Tests.WebSockets.Conformance.ConformanceCase;
using static WireProtocols.Tests.WebSockets.Conformance.RawFrame;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>The behaviours of RFC 6455 that the common test suite looks at, by its sections 1 to 5, 7 and 10.</summary>
public static class ConformanceCases
{
    private static readonly byte[] Odd = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];

    public static IEnumerable<ConformanceCase> All => [.. Framing, .. Pings, .. ReservedBits, .. Opcodes, .. Fragmentation, .. Closing, .. CloseCodes];

    public static IEnumerable<ConformanceCase> Framing =>
    [
        .. new[] { 0, 125, 126, 127, 128, 65535, 65536 }.SelectMany(length => new[]
        {
            Good($"1.1 text of {length}", [Text(Stars(length))], Text(Stars(length))),
            Good($"1.2 binary of {length}", [Binary(Bytes(length))], Binary(Bytes(length))),
        }),
        Good("10.1 text in fragments of 1300", Fragments(Text(Stars(65536)), 1300), Text(Stars(65536))),
    ];

    public static IEnumerable<ConformanceCase> Pings =>
    [
        Good("2.1 Ping without payload", [Ping()], Pong()),
        Good("2.2 Ping with text", [Ping("Hello, world!")], Pong("Hello, world!")),
        Good("2.3 Ping with bytes", [new RawFrame(9, Odd)], new RawFrame(10, Odd)),
        Good("2.4 Ping of 125", [Ping(Stars(125))], Pong(Stars(125))),
        Bad("2.5 Ping of 126", 1002, [Ping(Stars(126))]),
        Good("2.7 Pong that nobody asked for", [Pong()]),
        Good("2.8 the same with payload", [Pong("unsolicited")]),
        Good("2.9 Pong, then Ping", [Pong("unsolicited"), Ping("payload")], Pong("payload")),
        Good("2.10 ten Pings", [.. Enumerable.Range(0, 10).Select(i => Ping($"payload {i}"))], [.. Enumerable.Range(0, 10).Select(i => Pong($"payload {i}"))]),
    ];

    public static IEnumerable<ConformanceCase> ReservedBits =>
    [
        Bad("3.1 RSV 1", 1002, [Text("a", rsv: 1)]),
        .. new[] { 2, 3, 4 }.Select(rsv => Bad($"3.2-3.4 RSV {rsv} after a good message", 1002, [Text("a"), Text("a", rsv: rsv), Ping()], Text("a"))),
        Bad("3.5 RSV 5 on binary", 1002, [Binary(Odd, rsv: 5)]),
        Bad("3.6 RSV 6 on Ping", 1002, [Ping("a", rsv: 6)]),
        Bad("3.7 RSV 7 on Close", 1002, [Close(1000, rsv: 7)]),
        Bad("RSV 1 on a later fragment", 1002, [Text("a", fin: false), More("b", fin: true, rsv: 1)]),
    ];

    public static IEnumerable<ConformanceCase> Opcodes =>
    [
        .. new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }.SelectMany(opcode => new[]
        {
            Bad($"4 opcode {opcode}", 1002, [new RawFrame(opcode, [])]),
            Bad($"4 opcode {opcode} with payload", 1002, [new RawFrame(opcode, Odd)]),
            Bad($"4 opcode {opcode} after a good message", 1002, [Text("a"), new RawFrame(opcode, Odd), Ping()], Text("a")),
        }),
    ];

    public static IEnumerable<ConformanceCase> Fragmentation =>
    [
        Bad("5.1 Ping in fragments", 1002, [Ping("a", fin: false), More("b", fin: true)]),
        Bad("5.2 Pong in fragments", 1002, [Pong("a", fin: false), More("b", fin: true)]),
        Good("5.3 text in two fragments", [Text("a", fin: false), More("b", fin: true)], Text("ab")),
        Good("5.6 Ping between", [Text("a", fin: false), Ping("p"), More("b", fin: true)], Pong("p"), Text("ab")),
        Bad("5.9 continuation of nothing", 1002, [More("a", fin: true), Text("b")]),
        Bad("5.12 the same without FIN", 1002, [More("a"), Text("b")]),
        Bad("5.15 continuation after a message is complete", 1002, [Text("a", fin: false), More("b", fin: true), More("c"), Text("d")], Text("ab")),
        Bad("5.16 continuation first, twice", 1002, [More("a"), Text("b", fin: false), More("c", fin: true)]),
        Bad("5.17 the same with FIN", 1002, [More("a", fin: true), Text("b", fin: false), More("c", fin: true)]),
        Bad("5.18 a message inside a message", 1002, [Text("a", fin: false), Text("b", fin: true)]),
        Good(
            "5.19 Pings between five fragments",
            [Text("1", fin: false), More("2"), Ping("p1"), More("3"), More("4"), Ping("p2"), More("5", fin: true)],
            Pong("p1"),
            Pong("p2"),
            Text("12345")),
        Good("empty fragments", [Text("", fin: false), More(""), More("", fin: true)], Text("")),
        Good("empty fragments around", [Text("", fin: false), More("middle"), More("", fin: true)], Text("middle")),
    ];

    public static IEnumerable<ConformanceCase> Closing =>
    [
        Good("7.1.1 message, then Close", [Text("Hello")], Text("Hello")),
        Good("7.1.2 two Closes", [Close(1000)]),
        new("7.1.3 Ping after Close", [Close(1000), Ping("late")], [Close(1000)]),
        new("7.1.4 message after Close", [Close(1000), Text("late")], [Close(1000)]),
        new("7.1.5 Close inside a message", [Text("a", fin: false), Close(1000), More("b", fin: true)], [Close(1000)]),
        new("7.1.6 much, then Close, then Ping", [Text(Stars(256 * 1024)), Text("Hello"), Close(1000), Ping("late")], [Text(Stars(256 * 1024)), Text("Hello"), Close(1000)]),
        new("a broken frame after Close", [Close(1000), new RawFrame(3, [], Rsv: 7)], [Close(1000)]),
        new("7.3.1 Close without payload", [Close([])], [Close([])]),
        Bad("7.3.2 Close of one byte", 1002, [Close([3])]),
        new("7.3.4 Close with a reason", [Close(1000, "Hello")], [Close(1000)]),
        new("7.3.5 reason of 123", [Close(1000, Stars(123))], [Close(1000)]),
        Bad("7.3.6 reason of 124", 1002, [Close(1000, Stars(124))]),
        Bad("7.5.1 reason that is not UTF-8", 1007, [Close([0x03, 0xE8, 0xCE, 0xBA, 0xED, 0xA0, 0x80])]),
        Bad("reason that ends inside a character", 1007, [Close([0x03, 0xE8, 0xCE])]),
    ];

    public static IEnumerable<ConformanceCase> CloseCodes =>
    [
        .. new[] { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 }
            .Select(code => new ConformanceCase($"7.7 code {code}", [Close(code)], [Close(code)])),
        .. new[] { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 }
            .SelectMany(code => new[] { Bad($"7.9 code {code}", 1002, [Close(code)]), Bad($"7.9 code {code} with a reason", 1002, [Close(code, "why")]) }),
    ];
}
