using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The server goes away without a word; the client speaks when it is not its turn.</summary>
internal static class EndingCases
{
    private static readonly ConformanceRule Lost = ConformanceRule.Must(
        "RFC 6455 §7.2.1",
        "If at any point the underlying transport layer connection is unexpectedly lost, the client MUST _Fail the WebSocket Connection_.",
        "End the connection when the end of the server's bytes is read, and hand out nothing that is not whole.");

    private static readonly ConformanceRule Waits = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "Once the client's opening handshake has been sent, the client MUST wait for a response from the server before sending any further data.",
        "Send no frame before the 101 has been read.");

    private static readonly ConformanceRule OneAtATime = ConformanceRule.Must(
        "RFC 6455 §4.1",
        "There MUST be no more than one connection in a CONNECTING state.",
        "Wait for the answer before you connect to the same server again.");

    private static readonly ConformanceRule Stays = ConformanceRule.Should(
        "RFC 6455 §7.2.1",
        "Except as indicated above or as specified by the application layer (e.g., a script using the WebSocket API), clients SHOULD NOT close "
            + "the connection.",
        "Stay until the server closes.");

    public static IEnumerable<ConformanceCase> All =>
    [
        HeadPlay.Of("handshake/request/waits", Waits, "nothing before the 101", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                await peer.Raw.FillAsync(TimeSpan.FromMilliseconds(300));
                int early = peer.Raw.Buffered.Length;
                await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
                await ClientOpening.CloseAsync(peer);
                return early > 0 ? ConformanceFinding.Fail($"{early} bytes came before the 101") : ConformanceFinding.Pass("it waited");
            }
        }),
        HeadPlay.Of("handshake/request/one-at-a-time", OneAtATime, "no second connection before the 101", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                // Of clients in a loop there may be several.
                ClientArrival? second = context.IsStarted ? await context.TryAcceptAsync(TimeSpan.FromMilliseconds(300)) : null;
                await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
                await ClientOpening.CloseAsync(peer);
                if (second is null)
                {
                    return context.IsStarted ? ConformanceFinding.Pass("one connection")
                        : ConformanceFinding.Skip("it is seen only where the examiner starts the client");
                }

                await second.DisposeAsync();
                return ConformanceFinding.Fail("another connection came before the first was answered");
            }
        }),
        HeadPlay.Of("close/not-by-itself", Stays, "the connection stays open", async context =>
        {
            await using WebSocketPeer peer = await ClientOpening.OpenAsync(context);
            return await EchoPlay.ReceiveAsync(peer, [], [])
                ?? await peer.NextAsync(TimeSpan.FromMilliseconds(300)) switch
                {
                    PeerEvent.Silence => await EchoPlay.RunAsync(peer, [ProbeFrame.Text("still there?")]) ?? ConformanceFinding.Pass("it stayed"),
                    PeerEvent.Ping => ConformanceFinding.Pass("a Ping came"),
                    PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
                    var other => ConformanceFinding.Warn($"{other} came, and nothing asked for it"),
                };
        }),
        Ends("idle", []),
        Ends("after-a-message", [ProbeFrame.Text("whole")]),
        Ends("inside-a-message", [ProbeFrame.Text("not whole", fin: false)]),
        Ends("inside-a-frame", [ProbeFrame.Binary([1, 2, 3]) with { Announced = 70_000 }]),
        Ends("inside-a-frame-after-a-message", [ProbeFrame.Text("whole"), ProbeFrame.Text("cut off") with { Announced = 70_000 }]),
        EndsInHead("inside-the-head", a => a[..^2]),
        EndsInHead("inside-the-status-line", a => a[..9]),
        EndsInHead("before-the-head", _ => ""),
    ];

    /// <summary>What was whole may come back; what was not may not.</summary>
    private static ConformanceCase Ends(string id, ProbeFrame[] frames)
        => HeadPlay.Of($"close/lost/{id}", Lost, "the end of the TCP connection", async context =>
        {
            await using WebSocketPeer peer = await ClientOpening.OpenAsync(context);
            await peer.SendAsync(frames);
            List<(bool IsText, byte[] Payload)> whole
                = [.. EchoPlay.MessagesOf(frames.Where(f => f.Announced is null))];
            if (await EchoPlay.ReceiveAsync(peer, whole, []) is { } missing)
            {
                return missing;
            }

            peer.Raw.EndSending();
            while (true)
            {
                PeerEvent next = await peer.NextAsync();
                switch (next)
                {
                    case PeerEvent.Close or PeerEvent.Ping:
                        break;
                    case PeerEvent.End:
                        return ConformanceFinding.Pass(next.ToString()!);
                    case PeerEvent.Silence:
                        return ConformanceFinding.Late("the connection stayed open on the client's side");
                    case PeerEvent.Broken broken:
                        return ConformanceFinding.Fail(broken.Rule);
                    default:
                        return ConformanceFinding.Fail($"{next} came for something that was not whole");
                }
            }
        }).Broken();

    private static ConformanceCase EndsInHead(string id, Func<string, string> cut)
        => HeadPlay.Of($"close/lost/{id}", Lost, "the end of the TCP connection", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                string head = Encoding.Latin1.GetString(new OpeningReply(request).ToBytes());
                await peer.SendAsync(Encoding.Latin1.GetBytes(cut(head)), "part of a 101");
                peer.Raw.EndSending();
                return await peer.NextAsync() switch
                {
                    PeerEvent.End end => ConformanceFinding.Pass(end.ToString()),
                    PeerEvent.Silence => ConformanceFinding.Late("the connection stayed open on the client's side"),
                    _ when peer.Raw.Buffered.StartsWith("GET "u8) => ConformanceFinding.Pass("the client sent its request again"),
                    var other => ConformanceFinding.Fail($"{other} came, though the head was cut off"),
                };
            }
        }).Broken();
}
