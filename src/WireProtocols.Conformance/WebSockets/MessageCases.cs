using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Control frames and fragments.</summary>
internal sealed class MessageCases(WebSocketSubject subject) : SharedCases(subject)
{
    private static readonly ConformanceRule Pongs = ConformanceRule.Must(
        "RFC 6455 §5.5.2, §5.5.3",
        "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close "
            + "frame. ... A Pong frame sent in response to a Ping frame must have identical \"Application data\" as found in the "
            + "message body of the Ping frame being replied to.",
        "Answer a Ping with its own payload, before what comes after it.");

    private static readonly ConformanceRule Unasked = ConformanceRule.Must(
        "RFC 6455 §5.5.3",
        "A Pong frame MAY be sent unsolicited. This serves as a unidirectional heartbeat. A response to an unsolicited Pong frame is not expected.",
        "Pass over a Pong.");

    private static readonly ConformanceRule ControlLength = ConformanceRule.Must(
        "RFC 6455 §5.5",
        "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.",
        "Fail with 1002 on a control frame without FIN or with a length of 126 or 127.");

    private static readonly ConformanceRule Fragments = ConformanceRule.Must(
        "RFC 6455 §5.4",
        "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by zero or "
            + "more frames with the FIN bit clear and the opcode set to 0, and terminated by a single frame with the FIN bit set and "
            + "an opcode of 0.",
        "Join the payloads in their order, whatever their lengths; the type is that of the first frame.");

    private static readonly ConformanceRule Between = ConformanceRule.Must(
        "RFC 6455 §5.4",
        "Control frames (see Section 5.5) MAY be injected in the middle of a fragmented message. ... An endpoint MUST be "
            + "capable of handling control frames in the middle of a fragmented message.",
        "Handle control frames without touching the message under way.");

    private static readonly ConformanceRule Sequence = ConformanceRule.Must(
        "RFC 6455 §5.4",
        "The fragments of one message MUST NOT be interleaved between the fragments of another message unless an extension has "
            + "been negotiated that can interpret the interleaving.",
        "Fail with 1002 on a continuation of nothing, and on a text or binary frame inside a message.");

    private static readonly byte[] Odd = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];

    public IEnumerable<ConformanceCase> All => [.. Control, .. Fragmented];

    private IEnumerable<ConformanceCase> Control =>
    [
        Echo("control/ping/empty", Pongs, [Ping()], "an empty Pong").Numbered("2.1"),
        Echo("control/ping/text", Pongs, [Ping("Hello, world!")], "a Pong with the same text").Numbered("2.2"),
        Echo("control/ping/bytes", Pongs, [new ProbeFrame(9, Odd)], "a Pong with the same bytes").Numbered("2.3"),
        Echo("control/ping/125", Pongs, [new ProbeFrame(9, [.. Enumerable.Repeat((byte)0xFE, 125)])], "a Pong of 125").Numbered("2.4"),
        Echo("control/ping/125-in-bytes", Pongs, [new ProbeFrame(9, [.. Enumerable.Repeat((byte)0xFE, 125)])], "a Pong of 125", 1)
            .Numbered("2.6"),
        Echo("control/ping/ten", Pongs, [.. Enumerable.Range(0, 10).Select(i => Ping($"payload {i}"))], "Pongs up to the last")
            .Numbered("2.10"),
        Echo("control/ping/ten-in-bytes", Pongs, [.. Enumerable.Range(0, 10).Select(i => Ping($"payload {i}"))], "Pongs up to the last",
            1)
            .Numbered("2.11"),
        Echo("control/ping/between-messages", Pongs, [Text("a"), Ping("b"), Text("c")], "both messages and the Pong"),
        Echo("control/pong/empty", Unasked, [Pong(), Text("a")], "the message and nothing besides").Numbered("2.7"),
        Echo("control/pong/payload", Unasked, [Pong("unsolicited"), Text("a")], "the message and nothing besides").Numbered("2.8"),
        Echo("control/pong/then-ping", Unasked, [Pong("unsolicited"), Ping("payload")], "one Pong").Numbered("2.9"),
        Echo("control/pong/inside-a-message", Unasked, [Text("a", false), Pong("x"), More("b", true)], "the message"),
        .. new[] { 126, 127, 200, 65536 }.SelectMany(length => new[]
        {
            Fail($"control/length/ping-{length}", ControlLength, [Ping(new string('*', length))], 1002)
                .Numbered(length == 126 ? "2.5" : ""),
            Fail($"control/length/pong-{length}", ControlLength, [Pong(new string('*', length))], 1002),
        }),
        Fail("control/fragmented/ping", ControlLength, [Ping("a") with { Fin = false }, More("b", true)], 1002).Numbered("5.1"),
        Fail("control/fragmented/pong", ControlLength, [Pong("a") with { Fin = false }, More("b", true)], 1002).Numbered("5.2"),
        Fail("control/fragmented/ping-alone", ControlLength, [Ping("a") with { Fin = false }], 1002),
        Fail("control/fragmented/pong-alone", ControlLength, [Pong("a") with { Fin = false }], 1002),
        Fail("control/fragmented/empty-ping", ControlLength, [Ping() with { Fin = false }], 1002),
        Fail("control/fragmented/close", ControlLength, [Close(4001) with { Fin = false }], 1002),
        Fail("control/fragmented/in-a-message", ControlLength, [Text("a", false), Ping("p") with { Fin = false }, More("b", true)], 1002),
    ];

    private IEnumerable<ConformanceCase> Fragmented =>
    [
        .. new[] { ("", int.MaxValue), ("-in-bytes", 1), ("-in-threes", 3) }.SelectMany((w, i) => new[]
        {
            Echo($"fragments/two{w.Item1}", Fragments, [Text("fragment1", false), More("fragment2", true)], "one message", w.Item2)
                .Numbered($"5.{3 + i}"),
            Echo($"fragments/ping-between{w.Item1}", Between, [Text("fragment1", false), Ping("p"), More("fragment2", true)], "Pong, message",
                    w.Item2)
                .Numbered($"5.{6 + i}"),
        }),
        Echo("fragments/binary", Fragments, Cut(2, Odd, 3), "one binary message"),
        Echo("fragments/empty-first", Fragments, [Text("", false), More("a", true)], "one message"),
        Echo("fragments/empty-last", Fragments, [Text("a", false), More("", true)], "one message"),
        Echo("fragments/empty-middle", Fragments, [Text("a", false), More(""), More("b", true)], "one message"),
        Echo("fragments/all-empty", Fragments, [Text("", false), More(""), More("", true)], "one empty message").Numbered("6.1.2"),
        Echo("fragments/messages-in-turn", Fragments, [Text("a", false), More("b", true), Binary([1], false), More([2], true)],
            "two messages"),
        Echo("fragments/1300", Fragments, Cut(1, [.. Enumerable.Repeat((byte)'*', 65536)], 1300), "one message").Numbered("10.1.1"),
        Echo("fragments/one-byte-each", Fragments, Cut(2, FrameCases.Bytes(500), 1), "one message"),
        Echo("fragments/lengths-grow", Fragments, Growing(), "one message"),
        Echo("fragments/pings-between-five", Between, Five, "Pongs, message").Numbered("5.19"),
        Echo("fragments/pings-between-five-in-bytes", Between, Five, "Pongs, message", 1).Numbered("5.20"),
        PongInside(),
        Fail("fragments/continuation-of-nothing", Sequence, [More("a", true), Text("b")], 1002).Numbered("5.9-5.11"),
        Fail("fragments/continuation-of-nothing-without-fin", Sequence, [More("a"), Text("b")], 1002).Numbered("5.12-5.14"),
        Fail("fragments/empty-continuation-of-nothing", Sequence, [More("", true)], 1002),
        Fail("fragments/continuation-after-a-message", Sequence, [Text("a", false), More("b", true), More("c"), Text("d")], 1002)
            .Numbered("5.15"),
        Fail("fragments/continuation-after-a-whole-message", Sequence, [Text("a"), More("b", true)], 1002),
        Fail("fragments/continuation-first", Sequence, [More("a"), Text("b", false), More("c", true), More("a")], 1002).Numbered("5.16"),
        Fail("fragments/continuation-first-with-fin", Sequence, [More("a", true), Text("b", false), More("c", true)], 1002)
            .Numbered("5.17"),
        Fail("fragments/message-inside-a-message", Sequence, [Text("a", false), Text("b", true)], 1002).Numbered("5.18"),
        Fail("fragments/binary-inside-a-message", Sequence, [Text("a", false), Binary([1], true)], 1002),
        Fail("fragments/begin-inside-a-message", Sequence, [Text("a", false), Text("b", false), More("c", true)], 1002),
        Fail("fragments/begin-inside-a-binary-message", Sequence, [Binary([1], false), Binary([2], false), More([3], true)], 1002),
        Fail("fragments/empty-begin-inside-a-message", Sequence, [Text("", false), Text("", true)], 1002),
    ];

    private static ProbeFrame[] Five
        => [Text("1", false), More("2"), Ping("p1"), More("3"), More("4"), Ping("p2"), More("5", true)];

    private static ProbeFrame[] Growing()
        => [Binary([], false), .. new[] { 1, 125, 126, 127, 4096, 65535, 65536 }.Select(n => More(FrameCases.Bytes(n))), More([9], true)];

    /// <summary>In lock-step: the Pong comes though the message is not finished.</summary>
    private ConformanceCase PongInside()
        => Subject.Case("fragments/pong-before-the-end", Between, "Pong while the message is under way", async context =>
        {
            await using WebSocketPeer peer = await Subject.OpenAsync(context);
            await peer.SendAsync([Text("a", false), Ping("now")]);
            return await EchoPlay.ReceiveAsync(peer, [], ["now"u8.ToArray()])
                ?? await Finish(peer)
                ?? ConformanceFinding.Pass("Pong, then the message");
        });

    private static async Task<ConformanceFinding?> Finish(WebSocketPeer peer)
    {
        await peer.SendAsync([More("b", true)]);
        return await EchoPlay.ReceiveAsync(peer, [(true, "ab"u8.ToArray())], []);
    }
}
