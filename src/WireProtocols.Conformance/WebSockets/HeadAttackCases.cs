using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Heads of requests that never end, each bounded in what it costs.</summary>
internal static class HeadAttackCases
{
    private static readonly ConformanceRule Head = ConformanceRule.Security(
        "RFC 9110 §5.4",
        "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond with an "
            + "appropriate 4xx (Client Error) status code.",
        "A head that never ends holds memory and a connection for nothing. Limit the head, its lines and their number; answer 431 or 400.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Endless("one-line", "X-Long: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("many-lines", "X-First: 1\r\n", "X-Many: 1\r\nX-Other: 22\r\n"),
        Endless("target", null, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ];

    /// <summary>Silence is the answer where nothing stops an attack: it is not waited for as long as for an answer that is due.</summary>
    private static TimeSpan Moment(ConformanceContext context) => context.Options.Timeout / 5;

    /// <summary>A megabyte of head without an end.</summary>
    private static ConformanceCase Endless(string id, string? first, string piece)
        => WebSocketServerSubject.Instance.Case($"attacks/endless-head/{id}", Head, "an HTTP error, or the end of the connection", async context =>
        {
            await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
            byte[] head = WebSocketPeer.NewRequest(context).ToBytes();
            string begin = first is null ? $"GET {context.Subject.AbsolutePath}?" : Encoding.ASCII.GetString(head.AsSpan(0, head.Length - 2)) + first;
            string block = string.Concat(Enumerable.Repeat(piece, 16 * 1024 / piece.Length));
            Task sending = Task.Run(async () =>
            {
                await peer.SendAsync(Encoding.ASCII.GetBytes(begin), "the beginning of a head");
                for (int i = 0; i < 64 && !peer.Raw.IsSendBroken; i++)
                {
                    await peer.SendAsync(Encoding.ASCII.GetBytes(block), "more of it");
                }
            });
            OpeningAnswer? answer = await peer.ReadAnswerAsync(Moment(context));
            bool isOver = answer is not null || peer.Raw.IsSendBroken || await peer.NextAsync(Moment(context)) is PeerEvent.End;
            return await WebSocketServerSubject.Instance.IsAliveAsync(context, peer) ?? (answer is not null ? ConformanceFinding.Pass($"'{answer}'")
                : isOver ? ConformanceFinding.Pass("the end of the connection")
                : new ConformanceFinding(ConformanceVerdict.Warn, "a megabyte of head was taken in, and nothing stopped it", IsTimeout: true));
        }).Heavy();
}
