using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Frames by their bits: lengths, masks, reserved bits and opcodes.</summary>
internal sealed class FrameCases(WebSocketSubject subject) : SharedCases(subject)
{
    private static readonly ConformanceRule Minimal = ConformanceRule.Must(
        "RFC 6455 §5.2",
        "Note that in all cases, the minimal number of bytes MUST be used to encode the length.",
        "Fail with 1002 where 126 announces less than 126, or 127 less than 65536.");

    private static readonly ConformanceRule TopBit = ConformanceRule.Must(
        "RFC 6455 §5.2",
        "If 127, the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length.",
        "Look at the first bit of the eight before you take them for a length.");

    private static readonly ConformanceRule Lengths = ConformanceRule.Must(
        "RFC 6455 §5.2", "The length of the \"Payload data\", in bytes: if 0-125, that is the payload length.", "Read all three forms of a length.");

    private static readonly ConformanceRule ByServer = ConformanceRule.Must(
        "RFC 6455 §5.1",
        "The server MUST close the connection upon receiving a frame that is not masked.",
        "Fail with 1002 where the mask bit is 0, whatever the opcode and however short the frame.");

    private static readonly ConformanceRule ByClient = ConformanceRule.Must(
        "RFC 6455 §5.1",
        "A client MUST close a connection if it detects a masked frame.",
        "Fail with 1002 where the mask bit is 1, whatever the opcode and however short the frame.");

    private static readonly ConformanceRule Masking = ConformanceRule.Must(
        "RFC 6455 §5.3",
        "Octet i of the transformed data (\"transformed-octet-i\") is the XOR of octet i of the original data "
            + "(\"original-octet-i\") with octet at index i modulo 4 of the masking key (\"masking-key-octet-j\").",
        "Count the octets of the frame, not of the read, and take the key of each frame.");

    private static readonly ConformanceRule Reserved = ConformanceRule.Must(
        "RFC 6455 §5.2",
        "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values. If a nonzero value is received "
            + "and none of the negotiated extensions defines the meaning of such a nonzero value, the receiving endpoint MUST _Fail "
            + "the WebSocket Connection_.",
        "Check the three bits of every frame, control frames and continuations included.");

    private static readonly ConformanceRule Opcodes = ConformanceRule.Must(
        "RFC 6455 §5.2",
        "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.",
        "Fail with 1002 on the opcodes 3 to 7 and 11 to 15.");

    private static readonly byte[] Odd = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];

    public IEnumerable<ConformanceCase> All => [.. LengthCases, .. MaskCases, .. ReservedCases, .. OpcodeCases];

    private IEnumerable<ConformanceCase> LengthCases =>
    [
        .. new[] { 0, 1, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 131072 }.SelectMany(length => new[]
        {
            Echo($"frames/length/text-{length}", Lengths, [Text(new string('*', length))], "the same text")
                .Numbered(Number("1.1", length)),
            Echo($"frames/length/binary-{length}", Lengths, [Binary(Bytes(length))], "the same bytes").Numbered(Number("1.2", length)),
        }),
        Echo("frames/length/text-65536-in-writes", Lengths, [Text(new string('*', 65536))], "the same text", 997).Numbered("1.1.8"),
        Echo("frames/length/binary-65536-in-writes", Lengths, [Binary(Bytes(65536))], "the same bytes", 997).Numbered("1.2.8"),
        Echo("frames/pieces/bytes", Lengths, [Text("one"), Ping("two"), Binary(Bytes(130)), Text("three", false), More("four", true)],
            "all", 1),
        Echo("frames/pieces/three", Lengths, [Binary(Bytes(300)), Text("x"), Binary(Bytes(70000))], "all", 333),
        Echo("frames/pieces/together", Lengths, [.. Enumerable.Range(0, 200).Select(i => Text($"message {i}"))], "all in order"),
        Echo("frames/order/types", Lengths, [Text("a"), Binary([1]), Text(""), Binary([]), Text("b")], "all in order, same types"),
        Echo("frames/binary/not-utf8", Lengths, [Binary([0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80])], "the same bytes"),
        .. new[] { 0, 1, 125 }.SelectMany(length => new[]
        {
            Fail($"frames/length/non-minimal-16{Suffix(length)}", Minimal, [Binary(Bytes(length)) with { Form = LengthForm.In16Bits }],
                1002),
            Fail($"frames/length/non-minimal-64{Suffix(length)}", Minimal, [Binary(Bytes(length)) with { Form = LengthForm.In64Bits }],
                1002),
        }),
        Fail("frames/length/non-minimal-64-of-126", Minimal, [Binary(Bytes(126)) with { Form = LengthForm.In64Bits }], 1002),
        Fail("frames/length/non-minimal-64-of-65535", Minimal, [Binary(Bytes(65535)) with { Form = LengthForm.In64Bits }], 1002),
        Fail("frames/length/non-minimal-continuation", Minimal, [Text("a", false), More("b", true) with { Form = LengthForm.In16Bits }], 1002),
        Fail("frames/length/non-minimal-ping-16", Minimal, [Ping("a") with { Form = LengthForm.In16Bits }], 1002),
        Fail("frames/length/non-minimal-ping-64", Minimal, [Ping("a") with { Form = LengthForm.In64Bits }], 1002),
        Fail("frames/length/non-minimal-pong", Minimal, [Pong("a") with { Form = LengthForm.In16Bits }], 1002),
        Fail("frames/length/non-minimal-close", Minimal, [Close(4001) with { Form = LengthForm.In16Bits }], 1002),
        Fail("frames/length/top-bit", TopBit, [Binary(Bytes(5)) with { Announced = 0x8000_0000_0000_0005 }], 1002, 1009),
        Fail("frames/length/top-bit-70000", TopBit, [Binary(Bytes(70000)) with { Announced = 0x8000_0000_0001_1170 }], 1002, 1009),
        Fail("frames/length/all-bits", TopBit, [Text("hello") with { Announced = ulong.MaxValue }], 1002, 1009),
    ];

    /// <summary>A server is sent frames that are not masked, a client frames that are.</summary>
    private IEnumerable<ConformanceCase> MaskCases =>
    [
        .. new (string Name, ProbeFrame Frame)[]
        {
            ("text", Text("hello")), ("binary", Binary(Odd)), ("empty", Text("")), ("empty-binary", Binary([])), ("ping", Ping("a")),
            ("empty-ping", Ping()), ("pong", Pong("a")), ("empty-pong", Pong()), ("close", Close(4001)), ("empty-close", Close([])),
            ("126", Binary(Bytes(126))), ("65536", Binary(Bytes(65536))),
        }.Select(f => Fail($"frames/mask/{Way}-{f.Name}", Masked, [f.Frame with { IsMasked = Subject.IsClient }], 1002)),
        Fail($"frames/mask/{Way}-later", Masked, [Text("a"), Text("b") with { IsMasked = Subject.IsClient }], 1002),
        Fail($"frames/mask/{Way}-continuation", Masked, [Text("a", false), More("b", true) with { IsMasked = Subject.IsClient }],
            1002),
        .. Subject.IsClient ? MaskedWithZero : KeyCases,
    ];

    private IEnumerable<ConformanceCase> KeyCases =>
    [
        Echo("frames/mask/zero-key", Masking, [Binary(Bytes(100)) with { Key = [0, 0, 0, 0] }], "the same bytes"),
        Echo("frames/mask/ones-key", Masking, [Binary(Bytes(100)) with { Key = [255, 255, 255, 255] }], "the same bytes"),
        Echo("frames/mask/ping", Masking, [new ProbeFrame(9, Bytes(99)), new ProbeFrame(9, Bytes(98))], "Pong with the same payload"),
        Echo("frames/mask/each-frame-its-key", Masking, Cut(2, Bytes(100), 7), "the same bytes"),
        .. new[] { 1, 2, 3, 5, 4097 }
            .Select(cut => Echo($"frames/mask/in-writes-of-{cut}", Masking, [Binary(Bytes(cut > 100 ? 50_000 : 200))], "the same bytes",
                cut)),
    ];

    /// <summary>A key of zero changes no byte: only who looks at the bit sees it.</summary>
    private IEnumerable<ConformanceCase> MaskedWithZero
        => new (string Name, ProbeFrame Frame)[] { ("text", Text("hello")), ("binary", Binary(Odd)), ("ping", Ping("a")), ("empty", Text("")) }
            .Select(f => Fail($"frames/mask/masked-{f.Name}-with-zero", Masked, [f.Frame with { IsMasked = true, Key = [0, 0, 0, 0] }], 1002));

    private string Way => Subject.IsClient ? "masked" : "unmasked";

    private ConformanceRule Masked => Subject.IsClient ? ByClient : ByServer;

    private IEnumerable<ConformanceCase> ReservedCases =>
    [
        Fail("frames/rsv/1-text", Reserved, [Text("a", rsv: 1)], 1002).Numbered("3.1"),
        Fail("frames/rsv/2-after-text", Reserved, [Text("a"), Text("a", rsv: 2), Ping()], 1002).Numbered("3.2"),
        Fail("frames/rsv/3-after-text", Reserved, [Text("a"), Text("a", rsv: 3), Ping()], 1002).Numbered("3.3"),
        Fail("frames/rsv/4-after-text", Reserved, [Text("a"), Text("a", rsv: 4), Ping()], 1002).Numbered("3.4"),
        Fail("frames/rsv/5-binary", Reserved, [Binary(Odd, rsv: 5)], 1002).Numbered("3.5"),
        Fail("frames/rsv/6-ping", Reserved, [Ping("a") with { Rsv = 6 }], 1002).Numbered("3.6"),
        Fail("frames/rsv/7-close", Reserved, [Close(4001) with { Rsv = 7 }], 1002).Numbered("3.7"),
        .. new[] { 1, 2, 4 }.SelectMany(rsv => new[]
        {
            Fail($"frames/rsv/{rsv}-empty-text", Reserved, [Text("", rsv: rsv)], 1002),
            Fail($"frames/rsv/{rsv}-binary", Reserved, [Binary(Odd, rsv: rsv)], 1002),
            Fail($"frames/rsv/{rsv}-ping", Reserved, [Ping("a") with { Rsv = rsv }], 1002),
            Fail($"frames/rsv/{rsv}-pong", Reserved, [Pong("a") with { Rsv = rsv }], 1002),
            Fail($"frames/rsv/{rsv}-close", Reserved, [Close(4001) with { Rsv = rsv }], 1002),
            Fail($"frames/rsv/{rsv}-first-fragment", Reserved, [Text("a", false, rsv), More("b", true)], 1002),
            Fail($"frames/rsv/{rsv}-continuation", Reserved, [Text("a", false), More("b", true, rsv)], 1002),
        }),
    ];

    private IEnumerable<ConformanceCase> OpcodeCases
        => new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }.SelectMany(opcode => new[]
        {
            Fail($"frames/opcode/{opcode}-empty", Opcodes, [new ProbeFrame(opcode, [])], 1002).Numbered(OpcodeNumber(opcode, 1)),
            Fail($"frames/opcode/{opcode}", Opcodes, [new ProbeFrame(opcode, Odd)], 1002).Numbered(OpcodeNumber(opcode, 2)),
            Fail($"frames/opcode/{opcode}-empty-after-text", Opcodes, [Text("a"), new ProbeFrame(opcode, []), Ping()], 1002)
                .Numbered(OpcodeNumber(opcode, 3)),
            Fail($"frames/opcode/{opcode}-after-text", Opcodes, [Text("a"), new ProbeFrame(opcode, Odd), Ping()], 1002)
                .Numbered(OpcodeNumber(opcode, 4)),
            Fail($"frames/opcode/{opcode}-without-fin", Opcodes, [new ProbeFrame(opcode, Odd, Fin: false)], 1002),
            Fail($"frames/opcode/{opcode}-in-a-message", Opcodes, [Text("a", false), new ProbeFrame(opcode, Odd), More("b", true)], 1002),
        });

    internal static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    private static string Suffix(int length) => length == 1 ? "" : $"-of-{length}";

    private static string Number(string section, int length)
        => Array.IndexOf([0, 125, 126, 127, 128, 65535, 65536], length) is >= 0 and int at ? $"{section}.{at + 1}" : "";

    private static string OpcodeNumber(int opcode, int way) => (opcode, way) switch
    {
        (3, 1) => "4.1.1",
        (4, 2) => "4.1.2",
        (5, 3) => "4.1.3",
        (6, 4) => "4.1.4",
        (7, 4) => "4.1.5",
        (11, 1) => "4.2.1",
        (12, 2) => "4.2.2",
        (13, 3) => "4.2.3",
        (14, 4) => "4.2.4",
        (15, 4) => "4.2.5",
        _ => "",
    };
}
