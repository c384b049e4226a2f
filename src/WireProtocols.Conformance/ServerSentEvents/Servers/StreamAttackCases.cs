using System.Text;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>Requests without an end, each bounded in what it costs.</summary>
internal static class StreamAttackCases
{
    private static readonly ConformanceRule Head = ConformanceRule.Security(
        "RFC 9110 §17.5",
        "Because HTTP uses mostly textual, character-delimited fields, parsers are often vulnerable to attacks based on sending very long (or very "
            + "slow) streams of data, particularly where an implementation is expecting a protocol element with no predefined length",
        "Limit the head, its lines and their number; answer 431, 414 or 400.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Endless("one-line", "X-Long: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("many-lines", "X-First: 1\r\n", "X-Many: 1\r\nX-Other: 22\r\n"),
        Endless("last-event-id", "Last-Event-ID: ", "99999999999999999999999999999999"),
        Endless("target", null, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("method", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ];

    private static ConformanceCase Endless(string name, string? first, string piece)
        => new ConformanceCase($"sse/attacks/endless-head/{name}", Head, "4xx, or the end of the connection", async context =>
        {
            if (await StreamSeenPlay.IsNoStreamAsync(context) is { } none)
            {
                return none;
            }

            await using StreamPeer peer = await StreamPeer.ConnectAsync(context);
            byte[] head = new StreamRequest(context.Subject).ToBytes();
            string begin = first switch
            {
                null => $"GET {context.Subject.AbsolutePath}?",
                "" => "",
                _ => Encoding.ASCII.GetString(head.AsSpan(0, head.Length - 2)) + first,
            };
            byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 16 * 1024 / piece.Length)));
            Task sending = Task.Run(async () =>
            {
                await peer.Raw.SendAsync(Encoding.ASCII.GetBytes(begin), "the beginning of a head");
                for (int i = 0; i < 64 && !peer.Raw.IsSendBroken; i++)
                {
                    await peer.Raw.SendAsync(block, "more of it");
                }
            });
            StreamHead? answer = await peer.ReadHeadAsync(context.Options.Timeout / 5);
            bool isOver = answer is not null || peer.Last != FillResult.Silence || peer.Raw.IsSendBroken;
            return await StreamRequestPlay.IsHarmedAsync(context) ?? (answer is not null ? Pass($"'{answer}'")
                : isOver ? Pass("the end of the connection")
                : new ConformanceFinding(ConformanceVerdict.Warn, "a megabyte of head was taken in, and nothing stopped it", IsTimeout: true));
        }).Heavy();
}
