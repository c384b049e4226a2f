using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Answers that never end, each bounded in what it costs.</summary>
internal static class AnswerAttackCases
{
    private static readonly ConformanceRule Head = ConformanceRule.Security(
        "RFC 9110 §5.4",
        "A client MAY discard or truncate received field lines that are larger than the client wishes to process if the field semantics are such "
            + "that the dropped value(s) can be safely ignored without changing the message framing or response semantics.",
        "A head that never ends holds memory and a connection for nothing. Limit the head of the answer, its lines and their number, and fail "
            + "the connection.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Endless("one-line", "HTTP/1.1 101 Switching Protocols\r\nX-Long: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("many-lines", "HTTP/1.1 101 Switching Protocols\r\n", "X-Many: 1\r\nX-Other: 22\r\n"),
        Endless("status-line", "HTTP/1.1 101 ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        Endless("no-line", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ];

    /// <summary>A megabyte of head without an end. Silence is the answer where nothing stops it.</summary>
    private static ConformanceCase Endless(string id, string begin, string piece)
        => HeadPlay.Of($"attacks/endless-head/{id}", Head, "the end of the connection", async context =>
        {
            (WebSocketPeer peer, _) = await ClientOpening.AcceptAsync(context);
            await using (peer)
            {
                byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 16 * 1024 / piece.Length)));
                Task sending = Task.Run(async () =>
                {
                    await peer.SendAsync(Encoding.ASCII.GetBytes(begin), "the beginning of a head");
                    for (int i = 0; i < 64 && !peer.Raw.IsSendBroken; i++)
                    {
                        await peer.SendAsync(block, "more of it");
                    }
                });
                PeerEvent end = await peer.NextAsync(context.Options.Timeout / 5);
                if (end is not PeerEvent.End)
                {
                    return new ConformanceFinding(
                        ConformanceVerdict.Warn, "a megabyte of head was taken in, and nothing stopped it", IsTimeout: end is PeerEvent.Silence);
                }

                await peer.DisposeAsync();
                return await WebSocketClientSubject.Instance.IsAliveAsync(context, peer) ?? ConformanceFinding.Pass(end.ToString()!);
            }
        }).Heavy().Broken();
}
