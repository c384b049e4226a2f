namespace WireProtocols.Conformance;

/// <summary>What a client has to make anew each time: the key of the handshake, and the masking key of each frame.</summary>
internal static class NonceCases
{
    private const int Connections = 4;
    private const int Frames = 64;

    private static readonly ConformanceRule Nonce = ConformanceRule.Must(
        "RFC 6455 §4.1", "The nonce MUST be selected randomly for each connection.", "Take sixteen new bytes of a source of randomness.");

    private static readonly ConformanceRule Fresh = ConformanceRule.Must(
        "RFC 6455 §5.3",
        "When preparing a masked frame, the client MUST pick a fresh masking key from the set of allowed 32-bit values. The masking key "
            + "needs to be unpredictable; thus, the masking key MUST be derived from a strong source of entropy, and the masking key for a "
            + "given frame MUST NOT make it simple for a server/proxy to predict the masking key for a subsequent frame.",
        "Take four new bytes of a source of randomness for each frame, control frames included.");

    private static readonly ConformanceRule Masked = ConformanceRule.Must(
        "RFC 6455 §5.1",
        "To avoid confusing network intermediaries (such as intercepting proxies) and for security reasons that are further discussed in "
            + "Section 10.3, a client MUST mask all frames that it sends to the server (see Section 5.3 for further details).",
        "Set the mask bit of every frame, empty ones and control frames included.");

    public static IEnumerable<ConformanceCase> All =>
    [
        HeadPlay.Of("handshake/request/key/fresh", Nonce, "another key for each connection", PlayNoncesAsync),
        Keys("messages", i => [ProbeFrame.Text("the same text")]),
        Keys("pongs", i => [ProbeFrame.Ping("the same ping")]),
        Keys("messages-and-pongs", i => i % 2 == 0 ? [ProbeFrame.Binary([1, 2, 3])] : [ProbeFrame.Ping("p")]),
        Keys("large-messages", i => [ProbeFrame.Binary(new byte[1000])]),
        HeadPlay.Of("own/masking-key/other-connection", Fresh, "other masking keys on another connection", PlayOtherAsync),
        .. new (string Id, ProbeFrame Frame)[]
        {
            ("text", ProbeFrame.Text("hello")), ("binary", ProbeFrame.Binary([0, 1, 2])), ("empty-text", ProbeFrame.Text("")),
            ("empty-binary", ProbeFrame.Binary([])), ("ping", ProbeFrame.Ping("p")), ("empty-ping", ProbeFrame.Ping()),
            ("126", ProbeFrame.Binary(new byte[126])), ("65536", ProbeFrame.Binary(new byte[65536])),
        }.Select(f => EchoPlay.Case(WebSocketClientSubject.Instance, $"own/masked/{f.Id}", Masked, [f.Frame], "a frame that is masked")),
        Close("close", ProbeFrame.Close(1000)),
        Close("empty-close", ProbeFrame.Close([])),
        Close("close-with-reason", ProbeFrame.Close(1001, "away")),
    ];

    /// <summary>Keys that share twelve of sixteen bytes, in their places, share them for a reason.</summary>
    private static async Task<ConformanceFinding> PlayNoncesAsync(ClientContext context)
    {
        List<string> keys = [];
        for (int i = 0; i < Connections; i++)
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context, isAnother: i > 0);
            await using (peer)
            {
                keys.Add(request.All("Sec-WebSocket-Key")[0]);
                await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
                await ClientOpening.CloseAsync(peer);
            }
        }

        string[] distinct = [.. keys.Distinct()];
        if (distinct.Length < keys.Count)
        {
            return ConformanceFinding.Fail($"{keys.Count} connections have {distinct.Length} keys between them: {string.Join(", ", distinct)}");
        }

        byte[][] bytes = [.. keys.Select(BytesOf)];
        int shared = bytes.SelectMany((a, i) => bytes.Skip(i + 1).Select(b => a.Zip(b).Count(p => p.First == p.Second))).Max();
        return bytes.All(b => b.Length == 16) && shared >= 12
            ? ConformanceFinding.Fail($"two keys have {shared} of 16 bytes in common: {string.Join(", ", keys)}")
            : ConformanceFinding.Pass($"{keys.Count} keys");
    }

    private static byte[] BytesOf(string key)
    {
        byte[] bytes = new byte[key.Length];
        return Convert.TryFromBase64String(key, bytes, out int count) ? bytes[..count] : [];
    }

    private static ConformanceCase Keys(string id, Func<int, ProbeFrame[]> frames)
        => HeadPlay.Of($"own/masking-key/{id}", Fresh, "a fresh masking key for each frame", async context =>
        {
            await using WebSocketPeer peer = await ClientOpening.OpenAsync(context);
            for (int i = 0; i < Frames; i++)
            {
                ProbeFrame[] sent = frames(i);
                await peer.SendAsync(sent);
                byte[][] pings = [.. sent.Where(f => f.Opcode == 9).Select(f => f.Payload)];
                if (await EchoPlay.ReceiveAsync(peer, [.. EchoPlay.MessagesOf(sent)], pings) is { } finding)
                {
                    return finding;
                }
            }

            byte[][] keys = [.. peer.Keys];
            await ClientOpening.CloseAsync(peer);
            return MaskingKeys.FindPattern(keys) is { } pattern ? ConformanceFinding.Fail(pattern)
                : MaskingKeys.FindFewBits(keys) is { } bits ? ConformanceFinding.Warn(bits)
                : ConformanceFinding.Pass($"{keys.Length} masking keys, and no pattern in them");
        });

    /// <summary>
    /// A generator with a fixed seed gives every connection the same keys; one that is fed by the handshake gives keys that the server knows.
    /// </summary>
    private static async Task<ConformanceFinding> PlayOtherAsync(ClientContext context)
    {
        List<string> first = [];
        for (int i = 0; i < 2; i++)
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context, isAnother: i > 0);
            await using (peer)
            {
                await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
                await peer.SendAsync([ProbeFrame.Text("a"), ProbeFrame.Text("b")]);
                if (await EchoPlay.ReceiveAsync(peer, [(true, "a"u8.ToArray()), (true, "b"u8.ToArray())], []) is { } finding)
                {
                    return finding;
                }

                string keys = string.Concat(peer.Keys.Take(2).Select(Convert.ToHexStringLower));
                string nonce = Convert.ToHexStringLower(BytesOf(request.All("Sec-WebSocket-Key")[0]));
                first.Add(keys);
                await ClientOpening.CloseAsync(peer);
                if (nonce.Length == 32 && nonce.Contains(keys[..8], StringComparison.Ordinal))
                {
                    return ConformanceFinding.Fail($"the first masking key, {keys[..8]}, stands in Sec-WebSocket-Key");
                }
            }
        }

        return first[0] == first[1] ? ConformanceFinding.Fail($"two connections begin with the same masking keys: {first[0]}")
            : ConformanceFinding.Pass("other masking keys");
    }

    private static ConformanceCase Close(string id, ProbeFrame close)
        => HeadPlay.Of($"own/masked/{id}", Masked, "a Close that is masked", async context =>
        {
            await using WebSocketPeer peer = await ClientOpening.OpenAsync(context);
            await peer.SendAsync([close]);
            return await peer.NextAsync() switch
            {
                PeerEvent.Close answer => ConformanceFinding.Pass($"{answer}, masked"),
                PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
                PeerEvent.Silence => ConformanceFinding.Late("no Close came in time"),
                PeerEvent.End end => ConformanceFinding.Fail($"{end} came without a Close"),
                var other => ConformanceFinding.Fail($"{other} came where Close was due"),
            };
        });
}
