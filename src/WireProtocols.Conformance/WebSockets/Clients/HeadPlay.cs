namespace WireProtocols.Conformance;

/// <summary>Answers to the opening handshake: those that a client takes, and those that it has to fail for.</summary>
internal static class HeadPlay
{
    private const string Hello = "hello after the handshake";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    /// <summary>The client takes the answer, and the connection works.</summary>
    /// <param name="id">The id, without its prefix.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="edit">What is special about the answer; it ends the case where the client's request gives no occasion for it.</param>
    /// <param name="mayRefuse">No MUST says that it is taken: a refusal is only remarked on.</param>
    /// <param name="cut">The length of the writes.</param>
    public static ConformanceCase Accepts(
        string id, ConformanceRule rule, Action<OpeningReply> edit, bool mayRefuse = false, int cut = int.MaxValue)
        => Accepts(id, rule, edit, [], mayRefuse, cut, int.MaxValue);

    /// <summary>The same with frames in the same write as the head.</summary>
    public static ConformanceCase Behind(string id, ConformanceRule rule, ProbeFrame[] frames, int held = 0)
        => Accepts(id, rule, _ => { }, frames, mayRefuse: false, int.MaxValue, held);

    /// <summary>
    /// The client does not answer what comes behind the head. When it ends the TCP connection is not judged here: see
    /// <c>handshake/refused/closes</c>.
    /// </summary>
    /// <param name="id">The id, without its prefix.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="edit">What is wrong with the answer.</param>
    /// <param name="isHttp">It is an ordinary response of HTTP, and what the client does with it is its own affair.</param>
    public static ConformanceCase Refuses(string id, ConformanceRule rule, Action<OpeningReply> edit, bool isHttp = false)
        => Of(id, rule, isHttp ? "no connection is opened" : "the connection fails", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                OpeningReply reply = new(request);
                edit(reply);
                byte[] bytes = [.. reply.ToBytes(), .. peer.Join([ProbeFrame.Text("is this open?")])];
                await peer.SendAsync(bytes, $"'{reply.StatusLine}', and a text");
                return await JudgeAsync(peer, rule);
            }
        }).Broken();

    public static ConformanceCase Of(string id, ConformanceRule rule, string expected, Func<ClientContext, Task<ConformanceFinding>> play)
        => ClientCase.Of($"{WebSocketClientSubject.Instance.Prefix}/{id}", rule, expected, play);

    private static ConformanceCase Accepts(
        string id, ConformanceRule rule, Action<OpeningReply> edit, ProbeFrame[] behind, bool mayRefuse, int cut, int held)
        => Of(id, rule, "the connection opens and works", async context =>
        {
            (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                OpeningReply reply = new(request);
                edit(reply);

                // Who may refuse may also wait: not as long as for what is due.
                peer.Patience = mayRefuse ? context.Options.Timeout / 5 : null;
                byte[] bytes = [.. reply.ToBytes(), .. peer.Join(behind)];
                int first = bytes.Length - (behind.Length > 0 ? held : 0);
                for (int at = 0; at < first; at += Math.Min(cut, first - at))
                {
                    await peer.SendAsync(bytes.AsMemory(at, Math.Min(cut, first - at)), at == 0 ? $"'{reply.StatusLine}'" : "…");
                    await Task.Yield();
                }

                await peer.SendAsync(bytes.AsMemory(first), "the rest");
                byte[][] pings = [.. behind.Where(f => f.Opcode == 9).Select(f => f.Payload)];
                ConformanceFinding finding = await EchoPlay.ReceiveAsync(peer, [.. EchoPlay.MessagesOf(behind)], pings)
                    ?? await EchoPlay.RunAsync(peer, [ProbeFrame.Text(Hello)])
                    ?? ConformanceFinding.Pass("the connection opened, and an echo came");
                return finding.Verdict != ConformanceVerdict.Fail ? finding
                    : mayRefuse ? ConformanceFinding.Info($"refused, which it may: {finding.Got}")
                    : finding with { Got = $"after '{reply.StatusLine}': {finding.Got}" };
            }
        });

    private static async Task<ConformanceFinding> JudgeAsync(WebSocketPeer peer, ConformanceRule rule)
    {
        ConformanceVerdict wrong = rule.Level == ConformanceLevel.Must ? ConformanceVerdict.Fail
            : rule.Level == ConformanceLevel.May ? ConformanceVerdict.Info : ConformanceVerdict.Warn;
        bool isAsked = false;
        while (true)
        {
            if (await AsksAgainAsync(peer))
            {
                return ConformanceFinding.Pass("the client sent another request of HTTP");
            }

            PeerEvent next = await peer.NextAsync(isAsked ? peer.Context.Options.Timeout / 5 : Moment);
            switch (next)
            {
                case PeerEvent.Silence when !isAsked:
                    isAsked = true;
                    await peer.SendAsync([ProbeFrame.Ping("is this open?"), ProbeFrame.Text("is this open?")]);
                    break;
                case PeerEvent.Silence:
                    return new ConformanceFinding(
                        ConformanceVerdict.Pass, "nothing was opened, and the TCP connection stayed open for now", IsTimeout: true);
                case PeerEvent.End:
                    return ConformanceFinding.Pass(next.ToString()!);
                case PeerEvent.Close close:
                    return ConformanceFinding.Info($"{close} came, on a connection that was not open yet");
                case PeerEvent.Broken broken:
                    return new ConformanceFinding(wrong, $"the client took the connection for open, and sent frames: {broken.Rule}");
                default:
                    return new ConformanceFinding(wrong, $"the client took the connection for open: {next}");
            }
        }
    }

    /// <summary>The client goes on with HTTP on the same connection.</summary>
    private static async Task<bool> AsksAgainAsync(WebSocketPeer peer)
    {
        if (peer.Raw.Buffered.Length == 0)
        {
            await peer.Raw.FillAsync(Moment);
        }

        return peer.Raw.Buffered.StartsWith("GET "u8) || peer.Raw.Buffered.StartsWith("HEAD "u8) || peer.Raw.Buffered.StartsWith("CONNECT "u8);
    }
}
