using System.Text;
using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Messages under permessage-deflate.</summary>
internal sealed class DeflateCases(WebSocketSubject subject)
{
    private const string Name = "permessage-deflate";

    private static readonly ConformanceRule Decompress = ConformanceRule.Must(
        "RFC 7692 §7.2.2",
        "An endpoint uses the following algorithm to decompress a message. ... Append 4 octets of 0x00 0x00 0xff 0xff to the "
            + "tail end of the payload of the message. ... Decompress the resulting data using DEFLATE.",
        "Append the tail, inflate every kind of block, and fail with 1007 or 1002 on what DEFLATE does not know.");

    private static readonly ConformanceRule Blocks = ConformanceRule.Must(
        "RFC 7692 §7.2.1",
        "An endpoint MAY use both DEFLATE blocks with the \"BFINAL\" bit set to 0 and DEFLATE blocks with the \"BFINAL\" bit set to 1.",
        "Take both, and begin a new stream behind a final block.");

    private static readonly ConformanceRule Bits = ConformanceRule.Must(
        "RFC 7692 §6.2",
        "An endpoint MUST NOT set the \"Per-Message Compressed\" bit of control frames and non-first fragments of a data "
            + "message. An endpoint receiving such a frame MUST _Fail the WebSocket Connection_.",
        "Look at RSV1 on first frames of data only.");

    private static readonly ConformanceRule Others = ConformanceRule.Must(
        "RFC 6455 §5.2",
        "If a nonzero value is received and none of the negotiated extensions defines the meaning of such a nonzero value, the "
            + "receiving endpoint MUST _Fail the WebSocket Connection_.",
        "permessage-deflate defines RSV1 alone.");

    private static readonly ConformanceRule Plain = ConformanceRule.Must(
        "RFC 7692 §6",
        "A message with the \"Per-Message Compressed\" bit unset on the first fragment of the message is called an "
            + "\"uncompressed message\".",
        "Decide message by message.");

    private static readonly ConformanceRule OwnOfServer = ConformanceRule.Must(
        "RFC 7692 §7.2.1",
        "If the \"agreed parameters\" contain the \"server_max_window_bits\" extension parameter with a value of w, the server "
            + "MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes to compress messages to send.",
        "Reset the deflater for each message, and give it the window that you agreed to.");

    private static readonly ConformanceRule OwnOfClient = ConformanceRule.Must(
        "RFC 7692 §7.2.1",
        "If the \"agreed parameters\" contain the \"client_no_context_takeover\" extension parameter, the client MUST start "
            + "compressing each new message with an empty LZ77 sliding window. ... If the \"agreed parameters\" contain the "
            + "\"client_max_window_bits\" extension parameter with a value of w, the client MUST NOT use an LZ77 sliding window longer than "
            + "the w-th power of 2 bytes to compress messages to send.",
        "Reset the deflater for each message, and give it the window that you agreed to.");

    private static readonly ConformanceRule HistoryOfClient = ConformanceRule.Must(
        "RFC 7692 §7.2.2",
        "If the \"agreed parameters\" contain the \"client_no_context_takeover\" extension parameter, the server MAY decompress "
            + "each new message with an empty LZ77 sliding window. Otherwise, the server MUST decompress each new message using the "
            + "LZ77 sliding window used to process the last compressed message.",
        "Keep the window of the client between messages unless client_no_context_takeover was agreed on.");

    private static readonly ConformanceRule HistoryOfServer = ConformanceRule.Must(
        "RFC 7692 §7.2.2",
        "If the \"agreed parameters\" contain the \"server_no_context_takeover\" extension parameter, the client MAY decompress "
            + "each new message with an empty LZ77 sliding window. Otherwise, the client MUST decompress each new message using the "
            + "LZ77 sliding window used to process the last compressed message.",
        "Keep the window of the server between messages unless server_no_context_takeover was agreed on.");

    private static readonly ConformanceRule Invalid = ConformanceRule.Must(
        "RFC 6455 §8.1",
        "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 "
            + "stream, that endpoint MUST _Fail the WebSocket Connection_.", "Validate behind the inflater.");

    private static readonly string[] ServerOffers =
    [
        "plain", Name,
        "server-no-context", $"{Name}; server_no_context_takeover",
        "server-bits-9", $"{Name}; server_max_window_bits=9",
        "server-bits-10", $"{Name}; server_max_window_bits=10",
        "server-bits-12", $"{Name}; server_max_window_bits=12",
        "server-bits-15", $"{Name}; server_max_window_bits=15",
        "both", $"{Name}; server_no_context_takeover; server_max_window_bits=9; client_no_context_takeover",
    ];

    private static readonly string[] ClientAnswers =
    [
        "plain", Name,
        "client-no-context", $"{Name}; client_no_context_takeover",
        "client-bits-9", $"{Name}; client_max_window_bits=9",
        "client-bits-10", $"{Name}; client_max_window_bits=10",
        "client-bits-12", $"{Name}; client_max_window_bits=12",
        "client-bits-15", $"{Name}; client_max_window_bits=15",
        "both", $"{Name}; client_no_context_takeover; client_max_window_bits=9",
        "each-for-itself", $"{Name}; client_no_context_takeover; server_no_context_takeover",
    ];

    private static readonly byte[] Hello = [.. "Hello, Hello, Hello: κόσμε"u8];

    private ConformanceRule Own => subject.IsClient ? OwnOfClient : OwnOfServer;

    private ConformanceRule History => subject.IsClient ? HistoryOfServer : HistoryOfClient;

    public IEnumerable<ConformanceCase> All =>
    [
        Echo("deflate/message/fixed-code", Decompress, _ => [Packed(DeflateText.Literals(Hello))], [Hello]),
        Echo("deflate/message/stored", Decompress, _ => [Packed(DeflateText.Stored(Hello))], [Hello]),
        Echo("deflate/message/sample", Decompress, _ => [Packed([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])], ["Hello"u8.ToArray()]),
        Echo("deflate/message/empty", Decompress, _ => [Packed([0])], [[]]),
        Echo("deflate/message/two-blocks", Decompress, _
            => [Packed([0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00])],
            ["Hello"u8.ToArray()]),
        Echo("deflate/message/empty-blocks", Decompress, _
            => [Packed([0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, .. DeflateText.Literals(Hello)])], [Hello]),
        Echo("deflate/message/final-block", Blocks, _ => [Packed([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00])], ["Hello"u8.ToArray()]),
        Echo("deflate/message/final-block-then-more", Blocks, _
            => [Packed([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]), Packed(DeflateText.Literals(Hello))],
            ["Hello"u8.ToArray(), Hello]),
        Echo("deflate/message/dynamic-code", Decompress, _ => [Packed(Zlib(Text(3000)))], [Text(3000)]),
        Echo("deflate/message/in-fragments", Decompress, _ => Cut(1, Zlib(Text(3000)), 11, rsv: 4), [Text(3000)]),
        Echo("deflate/message/byte-fragments", Decompress, _ => Cut(1, DeflateText.Literals(Hello), 1, rsv: 4), [Hello]),
        Echo("deflate/message/empty-fragments", Decompress, _
            => [ProbeFrame.Text("", false, 4), More(DeflateText.Literals(Hello)), More("", true)], [Hello]),
        Echo("deflate/message/ping-between", Decompress,
            _ => [ProbeFrame.Text(DeflateText.Literals(Hello)[..5], false, 4), Ping("p"), More(DeflateText.Literals(Hello)[5..], true)], [Hello]),
        Echo("deflate/message/plain", Plain, _ => [ProbeFrame.Text("not compressed")], ["not compressed"u8.ToArray()]),
        Echo("deflate/message/plain-between", Plain, _
            => [Packed(DeflateText.Literals(Hello)), ProbeFrame.Text("plain"), Packed(DeflateText.Literals(Hello))],
            [Hello, "plain"u8.ToArray(), Hello]),
        Echo("deflate/message/plain-empty", Plain, _ => [ProbeFrame.Text("")], [[]]),
        Echo("deflate/message/long-run", Decompress, _ => [Packed(DeflateText.Run((byte)'a', 100_000))],
            [[.. Enumerable.Repeat((byte)'a', 100_000)]]),
        Echo("deflate/history/taken-over", History, Takeover, [Hello, Hello]),
        Echo("deflate/history/far", History, Far, [Noise(32768), Noise(32768)[..3]], "permessage-deflate", isText: false),
        Echo("deflate/history/zlib", History, a => Zlibs(a, 5), [.. Enumerable.Range(0, 5).Select(_ => Text(500))]),
        .. Own9(),
        Fail("deflate/rsv/continuation", Bits,
            [ProbeFrame.Text(DeflateText.Literals(Hello)[..5], false, 4), More(DeflateText.Literals(Hello)[5..], true, 4)]),
        Fail("deflate/rsv/continuation-of-plain", Bits, [ProbeFrame.Text("a", false), More("b", true, 4)]),
        Fail("deflate/rsv/ping", Bits, [Ping("a") with { Rsv = 4 }]),
        Fail("deflate/rsv/pong", Bits, [Pong("a") with { Rsv = 4 }]),
        Fail("deflate/rsv/close", Bits, [Close(4001) with { Rsv = 4 }]),
        Fail("deflate/rsv/empty-ping", Bits, [Ping() with { Rsv = 4 }]),
        Fail("deflate/rsv/2", Others, [ProbeFrame.Text("a", rsv: 2)]),
        Fail("deflate/rsv/1", Others, [ProbeFrame.Text("a", rsv: 1)]),
        Fail("deflate/rsv/1-and-rsv1", Others, [ProbeFrame.Text(DeflateText.Literals(Hello), rsv: 5)]),
        Fail("deflate/rsv/2-ping", Others, [Ping("a") with { Rsv = 2 }]),
        Fail("deflate/invalid/block-type", Decompress, [Packed([0x07, 0xFF, 0xFF])], 1007, 1002),
        Fail("deflate/invalid/stored-length", Decompress, [Packed([0x00, 0x05, 0x00, 0x00, 0x00, 1, 2, 3, 4, 5, 0])], 1007, 1002),
        Fail("deflate/invalid/distance-before-the-beginning", Decompress,
            [Packed(new DeflateText().Begin(false).Put("ab"u8).Copy(3, 9).EndBlock().Sync())], 1007, 1002),
        Fail("deflate/invalid/code-lengths", Decompress, [Packed([0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])],
            1007, 1002),
        Fail("deflate/invalid/text", Invalid, [Packed(DeflateText.Literals([0x61, 0xC0, 0xAF]))], 1007),
        Fail("deflate/invalid/text-cut-off", Invalid, [Packed(DeflateText.Literals([0x61, 0xE2, 0x82]))], 1007),
        Fail("deflate/invalid/surrogate-in-fragments", Invalid, Cut(1, DeflateText.Literals([0x61, 0xED, 0xA0, 0x80, 0x62]), 2, 4), 1007),
    ];

    private static ProbeFrame Packed(byte[] payload, int opcode = 1) => new(opcode, payload, Rsv: 4);

    internal static byte[] Text(int length)
        => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, (length / 20) + 1)
            .Select(i => $"{{\"n\":{i * 7919 % 10007},\"word\":\"wire\"}}\n")))[..length];

    internal static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }

    private static byte[] Zlib(byte[] payload)
    {
        using ClientDeflater deflater = new(takesOver: false);
        return deflater.Deflate(payload);
    }

    /// <summary>The second message is nothing but a reference to the first.</summary>
    private static ProbeFrame[] Takeover(DeflateTerms agreed)
    {
        DeflateText second = new DeflateText().Begin(false);
        for (int at = 0; at + 3 <= Hello.Length; at += 3)
        {
            second.Copy(3, Hello.Length);
        }

        byte[] rest = second.Put(Hello.AsSpan(Hello.Length - (Hello.Length % 3))).EndBlock().Sync();
        return agreed.OwnNoContext ? [] : [Packed(DeflateText.Literals(Hello)), Packed(rest)];
    }

    /// <summary>A reference over the whole window.</summary>
    private static ProbeFrame[] Far(DeflateTerms agreed)
        => agreed.OwnNoContext || agreed.OwnBits < 15
            ? []
            : [Packed(DeflateText.Stored(Noise(32768)), 2), Packed(new DeflateText().Begin(false).Copy(3, 32768).EndBlock().Sync(), 2)];

    private static ProbeFrame[] Zlibs(DeflateTerms agreed, int count)
    {
        using ClientDeflater deflater = new(!agreed.OwnNoContext);
        return agreed.OwnBits < 15 ? [] : [.. Enumerable.Range(0, count).Select(_ => Packed(deflater.Deflate(Text(500))))];
    }

    /// <summary>What the subject compresses keeps to what it agreed to.</summary>
    private IEnumerable<ConformanceCase> Own9()
    {
        byte[] payload = [.. Enumerable.Range(0, 40).SelectMany(_ => Text(1100)), .. Text(20_000), .. Text(20_000)];
        foreach (string[] pair in (subject.IsClient ? ClientAnswers : ServerOffers).Chunk(2))
        {
            yield return Echo(
                $"deflate/own/{pair[0]}", Own, _ => [ProbeFrame.Text(payload), ProbeFrame.Text(Hello), ProbeFrame.Text(Hello),
                    ProbeFrame.Text(payload)],
                [payload, Hello, Hello, payload], pair[1]);
        }
    }

    private ConformanceCase Echo(
        string id, ConformanceRule rule, Func<DeflateTerms, IReadOnlyList<ProbeFrame>> frames, byte[][] expected, string wish = Name,
            bool isText = true)
        => subject.Case(id, rule, "the same messages", async context =>
        {
            (WebSocketPeer peer, DeflateTerms agreed) = await subject.OpenDeflateAsync(context, wish);
            await using (peer)
            {
                IReadOnlyList<ProbeFrame> sent = frames(agreed);
                if (sent.Count == 0)
                {
                    return ConformanceFinding.Skip("the subject agreed to less history than this takes");
                }

                Task sending = peer.SendAsync(sent);
                byte[][] pings = [.. sent.Where(f => f.Opcode == 9).Select(f => f.Payload)];
                return await EchoPlay.ReceiveAsync(peer, [.. expected.Select(e => (isText, e))], pings)
                    ?? await EchoPlay.RunAsync(peer, [ProbeFrame.Text("and after")])
                    ?? (peer.Inflater!.HasTail
                        ? ConformanceFinding.Warn("the same messages, but 00 00 ff ff was not removed from the end of one (RFC 7692 §7.2.1)")
                        : ConformanceFinding.Pass("the same messages"));
            }
        });

    private ConformanceCase Fail(string id, ConformanceRule rule, IReadOnlyList<ProbeFrame> frames, params int[] codes)
        => subject.Case(id, rule, $"the connection fails, with Close {(codes.Length == 0 ? "1002" : string.Join(" or ", codes))}", async context =>
        {
            (WebSocketPeer peer, _) = await subject.OpenDeflateAsync(context, Name);
            await using (peer)
            {
                return await FailPlay.RunAsync(peer, frames, [], codes.Length == 0 ? [1002] : codes);
            }
        }).Broken();
}
