using static WireProtocols.Conformance.ProbeFrame;

namespace WireProtocols.Conformance;

/// <summary>Attacks, each bounded in what it costs. Harm that is seen is a failure; that nothing stopped the attack is a warning.</summary>
internal sealed class AttackCases(WebSocketSubject subject)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>A little more than 64 MiB, which is the limit of many.</summary>
    private const int Much = (64 * Megabyte) + 1024;

    private static readonly ConformanceRule Memory
        = Of("A message has a limit, counted over all its fragments and after inflation.", "Close with 1009.");

    private static readonly ConformanceRule Announced = Of(
        "A length that is announced is no reason to set memory aside, and one above the limit is refused before its payload.",
            "Close with 1009 at the header.");

    private static readonly ConformanceRule Count = Of(
        "Frames without payload, and fragments by the hundred thousand, cost a receiver work and memory that no limit on bytes sees.",
            "Limit fragments.");

    private static readonly ConformanceRule Ratio = Of(
        "A few kilobytes inflate to a message a thousand times as long.", "Count what comes out of the inflater, and stop at the limit.");

    private static readonly ConformanceRule Pings = Of(
        "Each Ping asks for an answer of its own length; who does not read the answers makes the subject keep them.",
            "Answer the latest Ping; wait for the peer.");

    public IEnumerable<ConformanceCase> All =>
    [
        Attack("announced-62-bits", Announced, [[Binary([]) with { Announced = 1UL << 62 }]], isOpen: true),
        Attack("announced-2g", Announced, [[Binary([]) with { Announced = 1UL << 31 }]], isOpen: true),
        Attack("announced-continuation", Announced, [[Binary([1], false), More([]) with { Announced = 1UL << 62 }]], isOpen: true),
        Attack("message-of-64m", Memory, [.. Enumerable.Range(0, 64).Select(i => new[] { new ProbeFrame(i == 0 ? 2 : 0, new byte[Much / 64],
            Fin: false) })]),
        Attack("frame-of-64m", Memory, [[Binary(new byte[Much], false)]]),
        Attack("fragments-of-one-byte", Count, [.. Enumerable.Range(0, 100).Select(b => Small(b == 0, 2000, 1))]),
        Attack("empty-fragments", Count, [.. Enumerable.Range(0, 50).Select(b => Small(b == 0, 2000, 0))]),
        Attack("inflate-64m", Ratio, [[new ProbeFrame(2, DeflateText.Run(0, Much), Fin: true, Rsv: 4)]], isCompressed: true),
        Attack(
            "inflate-64m-in-fragments", Ratio, [Cut(2, DeflateText.Run(0, Much), 1000, rsv: 4)], isCompressed: true),
        Flood(),
    ];

    /// <param name="attack">What the attack is: no sentence of a specification, so it stands in the advice.</param>
    /// <param name="advice">What to do about it.</param>
    private static ConformanceRule Of(string attack, string advice) => ConformanceRule.Security(
        "RFC 6455 §10.4",
        "Implementations that have implementation- and/or platform-specific limitations regarding the frame size or total message size after "
            + "reassembly from multiple frames MUST protect themselves against exceeding those limits.",
        $"{attack} {advice}");

    private static ProbeFrame[] Small(bool isFirst, int count, int length)
        => [.. Enumerable.Range(0, count).Select(i => new ProbeFrame(isFirst && i == 0 ? 2 : 0, new byte[length], Fin: false))];

    /// <summary>Sends until the subject has enough of it. A Ping behind it is answered by who took it all in; inside a frame there is none.</summary>
    private ConformanceCase Attack(string id, ConformanceRule rule, IEnumerable<ProbeFrame[]> batches, bool isCompressed = false,
        bool isOpen = false)
        => subject.Case($"attacks/{id}", rule, "Close 1009 or the like, and the next connection works", async context =>
        {
            WebSocketPeer peer = isCompressed
                ? (await subject.OpenDeflateAsync(context, "permessage-deflate")).Peer
                : await subject.OpenAsync(context);
            await using (peer)
            {
                Task sending = Task.Run(async () =>
                {
                    foreach (ProbeFrame[] batch in batches)
                    {
                        await peer.SendAsync(batch);
                    }
                });
                PeerEvent? answer = await WaitAsync(peer, sending, isOpen);
                return await subject.IsAliveAsync(context, peer) ?? answer switch
                {
                    PeerEvent.Silence => new ConformanceFinding(ConformanceVerdict.Warn, "nothing stopped it in time", IsTimeout: true),
                    null or PeerEvent.Pong => ConformanceFinding.Warn("nothing stopped it"),
                    PeerEvent.Broken broken => ConformanceFinding.Fail(broken.Rule),
                    PeerEvent.Message message => ConformanceFinding.Warn($"nothing stopped it: {message} came back"),
                    _ => ConformanceFinding.Pass(answer.ToString()!),
                };
            }
        }).Heavy().Broken();

    /// <summary>What comes while it is sent, and behind it.</summary>
    private static async Task<PeerEvent?> WaitAsync(WebSocketPeer peer, Task sending, bool isOpen)
    {
        Task asking = isOpen ? sending : AskAsync();
        while (true)
        {
            bool isSent = asking.IsCompleted;
            PeerEvent next = await peer.NextAsync(isOpen ? Moment(peer.Context) : null);
            if (next is not (PeerEvent.Silence or PeerEvent.Ping) || isSent)
            {
                return next;
            }
        }

        async Task AskAsync()
        {
            await sending;
            await peer.SendAsync([Ping("still there?")]);
        }
    }

    /// <summary>Silence is the answer where nothing stops an attack: it is not waited for as long as for an answer that is due.</summary>
    private static TimeSpan Moment(ConformanceContext context) => context.Options.Timeout / 5;

    /// <summary>Pings whose answers are not read until the end.</summary>
    private ConformanceCase Flood()
        => subject.Case("attacks/pings", Pings, "the last Pong, or the end of the connection", async context =>
        {
            await using WebSocketPeer peer = await subject.OpenAsync(context);
            Task sending = Task.Run(() => peer.SendAsync([.. Enumerable.Range(0, 20_000).Select(_ => Ping(new string('p', 125))), Ping("last")]));
            await Task.WhenAny(sending, Task.Delay(Moment(context), context.Stop));
            while (true)
            {
                switch (await peer.NextAsync())
                {
                    case PeerEvent.Pong pong when pong.Payload.AsSpan().SequenceEqual("last"u8):
                        return await subject.IsAliveAsync(context, peer) ?? ConformanceFinding.Pass("the last Pong");
                    case PeerEvent.Close or PeerEvent.End:
                        return await subject.IsAliveAsync(context, peer) ?? ConformanceFinding.Pass("the connection ended");
                    case PeerEvent.Silence:
                        return ConformanceFinding.Late("no Pong for the last Ping");
                    case PeerEvent.Broken broken:
                        return ConformanceFinding.Fail(broken.Rule);
                }
            }
        }).Heavy().Broken();
}
