namespace WireProtocols.Conformance;

/// <summary>The opening handshake that a server takes.</summary>
internal static class HandshakeCases
{
    private static readonly ConformanceRule Answer = ConformanceRule.Must(
        "RFC 6455 §4.2.2",
        "If the server chooses to accept the incoming connection, it MUST reply with a valid HTTP response indicating the following.",
        "Answer with status 101, Upgrade: websocket, Connection: Upgrade and the Sec-WebSocket-Accept of the key.");

    private static readonly ConformanceRule Tokens = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "An |Upgrade| header field containing the value \"websocket\", treated as an ASCII case-insensitive value. ... A "
            + "|Connection| header field that includes the token \"Upgrade\", treated as an ASCII case-insensitive value.",
        "Compare tokens of a comma-separated list, without regard to case.");

    private static readonly ConformanceRule Order = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "(note that as per [RFC2616], the order of the header fields is not important)",
        "Look fields up by name.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "RFC 9110 §5.1",
        "Field names are case-insensitive.",
        "Compare field names without regard to case.");

    private static readonly ConformanceRule Space = ConformanceRule.Must(
        "RFC 9110 §5.5, RFC 9112 §5",
        "When a specific version of HTTP allows such whitespace to appear in a message, a field parsing implementation MUST "
            + "exclude such whitespace prior to evaluating the field value.",
        "Trim spaces and tabs from both ends of a value.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Must(
        "RFC 6455 §4.2.1",
        "Optionally, other header fields, such as those used to send cookies or request authentication to a server. Unknown "
            + "header fields are ignored.",
        "Pass over fields that you do not know.");

    private static readonly ConformanceRule Absolute = ConformanceRule.Must(
        "RFC 9112 §3.2.2",
        "A server MUST accept the absolute-form in requests even though most HTTP/1.1 clients will only send the absolute-form to a proxy.",
        "Take the path and query out of an absolute http: URI.");

    private static readonly ConformanceRule Keys = ConformanceRule.Must(
        "RFC 6455 §4.2.2",
        "The value of this header field is constructed by concatenating /key/, defined above in step 4 in Section 4.2.2, with "
            + "the string \"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\", taking the SHA-1 hash of this concatenated value to obtain a "
            + "20-byte value and base64-encoding (see Section 4 of [RFC4648]) this 20-byte hash.",
        "Hash the text of the key as it stands, without white space around it; do not decode it.");

    private static readonly ConformanceRule Subprotocols = ConformanceRule.Must(
        "RFC 6455 §4.2.2",
        "The value chosen MUST be derived from the client's handshake, specifically by selecting one of the values from the "
            + "|Sec-WebSocket-Protocol| field that the server is willing to use for this connection (if any).",
        "Answer with one of the names that were offered, as it was written, or with no Sec-WebSocket-Protocol at all.");

    private static readonly ConformanceRule Behind = ConformanceRule.Should(
        "RFC 6455 §4.1",
        "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before sending "
            + "any further data.",
        "Hand what was read behind the head on to the reader of frames, or refuse.");

    private static readonly ConformanceRule Pieces = ConformanceRule.Must(
        "RFC 9112 §2.2",
        "The normal procedure for parsing an HTTP message is to read the start-line into a structure, read each header field "
            + "line into a hash table by field name until the empty line.",
        "Go on reading until the empty line, however the bytes arrive.");

    public static IEnumerable<ConformanceCase> All =>
    [
        OpeningPlay.Accepts("ws/handshake/plain", Answer, _ => { }),
        OpeningPlay.Accepts("ws/handshake/token/upgrade-case", Tokens, r => r.With("Upgrade", "WebSocket")),
        OpeningPlay.Accepts("ws/handshake/token/upgrade-upper", Tokens, r => r.With("Upgrade", "WEBSOCKET")),
        OpeningPlay.Accepts("ws/handshake/token/connection-case", Tokens, r => r.With("Connection", "upgrade")),
        OpeningPlay.Accepts("ws/handshake/token/connection-upper", Tokens, r => r.With("Connection", "UPGRADE")),
        OpeningPlay.Accepts("ws/handshake/token/connection-list", Tokens, r => r.With("Connection", "keep-alive, Upgrade")),
        OpeningPlay.Accepts("ws/handshake/token/connection-list-first", Tokens, r => r.With("Connection", "Upgrade, keep-alive")),
        OpeningPlay.Accepts("ws/handshake/token/connection-list-tight", Tokens, r => r.With("Connection", "keep-alive,upgrade")),
        OpeningPlay.Accepts("ws/handshake/token/connection-list-empty-members", Tokens, r => r.With("Connection", ", ,keep-alive,\tUpgrade , ")),
        OpeningPlay.Accepts("ws/handshake/token/connection-lines", Tokens, r => r.With("Connection", "keep-alive").Add("Connection", "Upgrade")),
        OpeningPlay.Accepts("ws/handshake/token/upgrade-list", Tokens, r => r.With("Upgrade", "h2c, websocket"), mayRefuse: true),
        OpeningPlay.Accepts("ws/handshake/fields/reversed", Order, r => r.Reverse()),
        OpeningPlay.Accepts("ws/handshake/fields/lower-case", Names, r => Rename(r, n => n.ToLowerInvariant())),
        OpeningPlay.Accepts("ws/handshake/fields/upper-case", Names, r => Rename(r, n => n.ToUpperInvariant())),
        OpeningPlay.Accepts("ws/handshake/fields/no-space", Space, r => Each(r, (n, v) => $"{n}:{v}")),
        OpeningPlay.Accepts("ws/handshake/fields/much-space", Space, r => Each(r, (n, v) => $"{n}: \t {v} \t")),
        OpeningPlay.Accepts("ws/handshake/fields/unknown", Unknown, r => r.Add("X-Unknown", "a: b, c").Add("Cookie", "a=b; c=\"d\"")
            .Add("X-Empty", "")),
        OpeningPlay.Accepts("ws/handshake/fields/unknown-bytes", Unknown, r => r.Add("X-Bytes", "\u00e4\u00ff"), mayRefuse: true),
        OpeningPlay.Accepts("ws/handshake/fields/origin", Unknown, r => r.Add("Origin", $"http://{r.Host}"), mayRefuse: true),
        OpeningPlay.Accepts("ws/handshake/fields/cookie-4k", Unknown, r => r.Add("Cookie", "a=" + new string('x', 4000)), mayRefuse: true),
        OpeningPlay.Accepts("ws/handshake/target/query", Answer, r => r.Target += r.Target.Contains('?') ? "&x=1&y=%20" : "?x=1&y=%20",
            mayRefuse: true),
        OpeningPlay.Accepts("ws/handshake/target/absolute", Absolute, r => r.Target = $"http://{r.Host}{r.Target}"),
        .. new[]
        {
            ("zeros", "AAAAAAAAAAAAAAAAAAAAAA=="), ("ones", "/////////////////////w=="), ("sample", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("plus", "+++++++++++++++++++++w=="),
        }.Select(k => OpeningPlay.Accepts($"ws/handshake/key/{k.Item1}", Keys, r => r.WithKey(k.Item2))),
        OpeningPlay.Accepts("ws/handshake/key/space-around", Keys, r => r.Replace("Sec-WebSocket-Key", $"Sec-WebSocket-Key: \t {r.Key} \t ")),
        OpeningPlay.Accepts("ws/handshake/subprotocol/one", Subprotocols, r => r.Add("Sec-WebSocket-Protocol", "chat"), subprotocols: ["chat"]),
        OpeningPlay.Accepts(
            "ws/handshake/subprotocol/list", Subprotocols, r => r.Add("Sec-WebSocket-Protocol", "wire-a, Wire-B,wire-c"),
                subprotocols: ["wire-a", "Wire-B", "wire-c"]),
        OpeningPlay.Accepts(
            "ws/handshake/subprotocol/lines",
            Subprotocols,
            r => r.Add("Sec-WebSocket-Protocol", "wire-a").Add("Sec-WebSocket-Protocol", "wire-b"),
            subprotocols: ["wire-a", "wire-b"]),
        OpeningPlay.Accepts(
            "ws/handshake/subprotocol/case", Subprotocols, r => r.Add("Sec-WebSocket-Protocol", "CHAT, SuperChat"),
                subprotocols: ["CHAT", "SuperChat"]),
        OpeningPlay.Accepts("ws/handshake/subprotocol/none", Subprotocols, _ => { }),
        OpeningPlay.Accepts("ws/handshake/pieces/bytes", Pieces, _ => { }, cut: 1),
        OpeningPlay.Accepts("ws/handshake/pieces/seven", Pieces, _ => { }, cut: 7),
        Pipelined("ws/handshake/pipelined/frame", [ProbeFrame.Text("behind the head")]),
        Pipelined("ws/handshake/pipelined/frames", [ProbeFrame.Text("one"), ProbeFrame.Ping("two"), ProbeFrame.Binary([3])]),
        Pipelined("ws/handshake/pipelined/large", [ProbeFrame.Binary(new byte[20_000])]),
        Pipelined("ws/handshake/pipelined/part-of-a-frame", [ProbeFrame.Text("behind the head, in two writes")], 9),
    ];

    /// <summary>Frames in the same write as the head.</summary>
    private static ConformanceCase Pipelined(string id, ProbeFrame[] frames, int held = 0)
        => new(id, Behind, "101, and the echo of what stood behind the head", async context =>
        {
            await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
            OpeningRequest request = WebSocketPeer.NewRequest(context);
            byte[] all = [.. request.ToBytes(), .. frames.SelectMany(f => f.ToBytes(context.Dice, masks: true))];
            await peer.SendAsync(all.AsMemory(0, all.Length - held), "opening handshake and frames");
            OpeningAnswer? answer = await peer.ReadAnswerAsync();
            if (answer is not { IsAccepted: true })
            {
                return ConformanceFinding.Info(answer is null ? "no answer, which is the client's own fault" : $"refused, which it may: '{answer}'");
            }

            await peer.SendAsync(all.AsMemory(all.Length - held), "the rest");
            byte[][] pings = [.. frames.Where(f => f.Opcode == 9).Select(f => f.Payload)];
            ConformanceFinding finding = await EchoPlay.ReceiveAsync(peer, [.. EchoPlay.MessagesOf(frames)], pings)
                ?? await EchoPlay.RunAsync(peer, [ProbeFrame.Text("and after")])
                ?? ConformanceFinding.Pass("101, and the echo");
            return finding.Verdict == ConformanceVerdict.Fail
                ? finding with { Verdict = ConformanceVerdict.Warn, Got = "accepted with 101, and then: " + finding.Got }
                : finding;
        });

    private static void Rename(OpeningRequest request, Func<string, string> name) => Each(request, (n, v) => $"{name(n)}: {v}");

    private static void Each(OpeningRequest request, Func<string, string, string> line)
    {
        request.Replace("Host", line("Host", request.Host));
        request.Replace("Upgrade", line("Upgrade", "websocket"));
        request.Replace("Connection", line("Connection", "Upgrade"));
        request.Replace("Sec-WebSocket-Key", line("Sec-WebSocket-Key", request.Key));
        request.Replace("Sec-WebSocket-Version", line("Sec-WebSocket-Version", "13"));
    }
}
