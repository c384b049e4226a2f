namespace WireProtocols.Conformance;

/// <summary>
/// Bytes that a subject has to fail the connection for. It may say so with Close or hang up; it may echo what was right before. After a moment a
/// Ping and a message follow: whoever answers them has not failed. The moment decides nothing; it spares right subjects the bytes behind their
/// Close.
/// </summary>
internal static class FailPlay
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    /// <param name="subject">The role of the subject.</param>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="sent">The frames.</param>
    /// <param name="rest">What makes the bytes whole, where they are not, so that a subject that looks late looks.</param>
    /// <param name="codes">The codes that say what is wrong.</param>
    public static ConformanceCase Case(
        WebSocketSubject subject,
        string id,
        ConformanceRule rule,
        IReadOnlyList<ProbeFrame> sent,
        IReadOnlyList<ProbeFrame> rest,
        params int[] codes)
        => subject.Case(id, rule, $"the connection fails, with Close {string.Join(" or ", codes)}", async context =>
        {
            await using WebSocketPeer peer = await subject.OpenAsync(context);
            return await RunAsync(peer, sent, rest, codes);
        }).Broken();

    public static async Task<ConformanceFinding> RunAsync(
        WebSocketPeer peer, IReadOnlyList<ProbeFrame> sent, IReadOnlyList<ProbeFrame> rest, IReadOnlyCollection<int> codes)
    {
        Task sending = peer.SendAsync(sent);
        List<(bool IsText, byte[] Payload)> before = [.. EchoPlay.MessagesOf(sent)];
        bool isTold = false;
        bool isAsked = false;
        while (true)
        {
            PeerEvent next = await peer.NextAsync(isAsked ? null : Moment);
            switch (next)
            {
                case PeerEvent.Silence when !isTold && rest.Count > 0:
                    isTold = true;
                    await sending;
                    await peer.SendAsync(rest);
                    break;
                case PeerEvent.Silence when !isAsked:
                    isAsked = true;
                    await sending;
                    await peer.SendAsync([ProbeFrame.Ping("still there?"), ProbeFrame.Text("still there?")]);
                    break;
                case PeerEvent.Silence:
                    return ConformanceFinding.Late("the connection neither failed nor went on");
                case PeerEvent.Close close:
                    return IsAnswer(sent, close) && !codes.Contains(close.Code)
                        ? ConformanceFinding.Fail($"{close} came, as if nothing were wrong with what was sent")
                        : await EndAsync(peer, close, codes, isTold);
                case PeerEvent.End end:
                    return ConformanceFinding.Warn(
                        $"{end} without a Close frame (RFC 6455 §7.1.7: an endpoint SHOULD send a Close frame with an appropriate status code)");
                case PeerEvent.Broken broken:
                    return ConformanceFinding.Fail(broken.Rule);
                case PeerEvent.Message message when before.Count > 0 && IsSame(before[0], message) && before.Count > Bad(sent):
                    before.RemoveAt(0);
                    break;
                case PeerEvent.Pong pong when sent.Any(f => f.Opcode == 9 && IsGood(f) && f.Payload.AsSpan().SequenceEqual(pong.Payload)):
                case PeerEvent.Ping:
                    break;
                default:
                    return ConformanceFinding.Fail($"the subject went on: {next} came");
            }
        }
    }

    /// <summary>After its Close a subject sends nothing more, and ends the TCP connection: a client when the server has, or before.</summary>
    private static async Task<ConformanceFinding> EndAsync(WebSocketPeer peer, PeerEvent.Close close, IReadOnlyCollection<int> codes, bool isLate)
    {
        await peer.SendAsync([ProbeFrame.Text("after your Close"), ProbeFrame.Close(close.Code == 0 ? 1000 : close.Code)]);
        peer.EndAsServer();
        PeerEvent after = await peer.NextAsync();
        return after switch
        {
            PeerEvent.Broken or PeerEvent.Message or PeerEvent.Pong
                => ConformanceFinding.Fail($"{close} came, and then {after}: nothing may follow a Close (RFC 6455 §5.5.1)"),
            PeerEvent.Silence => new ConformanceFinding(
                ConformanceVerdict.Warn, $"{close} came, and the TCP connection stayed open (RFC 6455 §7.1.7)", IsTimeout: true),
            _ when !codes.Contains(close.Code) => ConformanceFinding.Warn($"{close} came; what says it is {string.Join(" or ", codes)}"),
            _ when isLate => ConformanceFinding.Info($"{close} came, not before the message was whole"),
            _ => ConformanceFinding.Pass(close.ToString()),
        };
    }

    /// <summary>The subject answers a Close that was sent with its own code.</summary>
    private static bool IsAnswer(IEnumerable<ProbeFrame> sent, PeerEvent.Close close)
        => sent.Any(f => f.Opcode == 8 && f.Payload.Length >= 2 && ((f.Payload[0] << 8) | f.Payload[1]) == close.Code);

    /// <summary>How many messages at the end of what was sent are bad ones: those whose last frame stands at or behind the first bad frame.</summary>
    private static int Bad(IReadOnlyList<ProbeFrame> sent)
        => EchoPlay.MessagesOf(sent).Count() - EchoPlay.MessagesOf(sent.TakeWhile(IsGood)).Count();

    /// <summary>A frame that is right by itself; whether text is text is for the caller, who sends bad text last.</summary>
    private static bool IsGood(ProbeFrame frame)
        => frame is { Rsv: 0, IsMasked: null, Form: LengthForm.Shortest, Announced: null, Opcode: 0 or 1 or 2 or 9 or 10 }
            && frame.Payload.Length <= (frame.Opcode >= 8 ? 125 : int.MaxValue)
            && (frame.Opcode < 8 || frame.Fin)
            && (frame.Opcode != 1 || Array.TrueForAll(frame.Payload, b => b < 0x80));

    private static bool IsSame((bool IsText, byte[] Payload) expected, PeerEvent.Message got)
        => got.IsText == expected.IsText && got.Payload.AsSpan().SequenceEqual(expected.Payload);
}
