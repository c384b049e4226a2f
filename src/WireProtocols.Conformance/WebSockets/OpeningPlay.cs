namespace WireProtocols.Conformance;

/// <summary>Opening handshakes: those that a server takes, and those that it has to refuse.</summary>
internal static class OpeningPlay
{
    private const string Hello = "hello after the handshake";

    /// <summary>The handshake is accepted, its answer is right, and the connection works.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="edit">What is special about the request.</param>
    /// <param name="mayRefuse">No MUST says that it is accepted: a refusal is only remarked on.</param>
    /// <param name="subprotocols">Those that are offered.</param>
    /// <param name="cut">The length of the writes.</param>
    public static ConformanceCase Accepts(
        string id, ConformanceRule rule, Action<OpeningRequest> edit, bool mayRefuse = false, string[]? subprotocols = null, int cut = int.MaxValue)
        => new(id, rule, "101, and the connection works", async context =>
        {
            await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
            OpeningRequest request = WebSocketPeer.NewRequest(context);
            edit(request);
            return await OpenAsync(peer, request, mayRefuse, subprotocols ?? [], false, cut) ?? await UseAsync(peer);
        });

    /// <summary>The handshake is answered with an error.</summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="edit">What is wrong with the request.</param>
    /// <param name="isPlain">Without it the request is an ordinary one of HTTP, which may be answered with 200.</param>
    /// <param name="isGarbage">It may be answered with hanging up.</param>
    /// <param name="check">What else the answer has to have.</param>
    public static ConformanceCase Refuses(
        string id,
        ConformanceRule rule,
        Action<OpeningRequest> edit,
        bool isPlain = false,
        bool isGarbage = false,
        Func<OpeningAnswer, ConformanceFinding?>? check = null)
        => new(id, rule, isPlain ? "anything but 101" : "an HTTP error, such as 400", async context =>
        {
            await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
            OpeningRequest request = WebSocketPeer.NewRequest(context);
            edit(request);
            await peer.SendAsync(request.ToBytes(), "opening handshake");
            return await JudgeAsync(peer, rule, isPlain, isGarbage, check);
        });

    /// <summary>
    /// A list outside its grammar. Who takes it all the same and picks from right lists has read the field; who never reads it is only warned.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="field">The field.</param>
    /// <param name="list">What is outside the grammar.</param>
    /// <param name="right">What shows whether the subject reads the field.</param>
    public static ConformanceCase RefusesList(string id, ConformanceRule rule, string field, string list, string right)
        => new(id, rule, "an HTTP error, such as 400", async context =>
        {
            OpeningAnswer? answer = await AskAsync(context, field, list);
            if (answer is not { IsAccepted: true })
            {
                return ConformanceFinding.Pass(answer is null ? "hung up" : $"'{answer}'");
            }

            if (answer.All(field).Length > 0)
            {
                return ConformanceFinding.Fail($"accepted with 101 and '{field}: {answer.All(field)[0]}'");
            }

            return (await AskAsync(context, field, right))?.All(field).Length > 0
                ? ConformanceFinding.Fail($"accepted with 101, though the subject reads {field}")
                : ConformanceFinding.Warn($"accepted with 101; the subject seems not to read {field} at all");
        });

    private static async Task<OpeningAnswer?> AskAsync(ConformanceContext context, string field, string value)
    {
        await using WebSocketPeer peer = await WebSocketPeer.ConnectAsync(context);
        await peer.SendAsync(WebSocketPeer.NewRequest(context).Line($"{field}: {value}").ToBytes(), "opening handshake");
        OpeningAnswer? answer = await peer.ReadAnswerAsync();
        return answer is null && await peer.NextAsync(TimeSpan.FromMilliseconds(1)) is PeerEvent.Silence
            ? throw new ConformanceEndException(ConformanceFinding.Late("no answer in time"))
            : answer;
    }

    /// <summary>Opens a connection with a request.</summary>
    /// <returns>Null where it is open and the answer is right.</returns>
    public static async Task<ConformanceFinding?> OpenAsync(
        WebSocketPeer peer, OpeningRequest request, bool mayRefuse, IReadOnlyCollection<string> subprotocols, bool offersExtensions,
            int cut = int.MaxValue)
    {
        byte[] bytes = request.ToBytes();
        for (int at = 0; at < bytes.Length; at += Math.Min(cut, bytes.Length - at))
        {
            await peer.SendAsync(bytes.AsMemory(at, Math.Min(cut, bytes.Length - at)), at == 0 ? "opening handshake" : "…");
            await Task.Yield();
        }

        OpeningAnswer? answer = await peer.ReadAnswerAsync();
        if (answer is null)
        {
            PeerEvent why = await peer.NextAsync(TimeSpan.FromMilliseconds(1));
            return why is PeerEvent.End
                ? (mayRefuse ? ConformanceFinding.Info("the subject hung up, which it may") : ConformanceFinding.Fail("the subject hung up"))
                : mayRefuse ? ConformanceFinding.Info("no answer in time") : ConformanceFinding.Late("no answer in time");
        }

        if (!answer.IsAccepted)
        {
            return answer.FindBrokenGrammar() is { } broken ? ConformanceFinding.Fail(broken)
                : mayRefuse ? ConformanceFinding.Info($"refused with '{answer}', which it may")
                : ConformanceFinding.Fail($"refused: '{answer}'");
        }

        return (answer.FindBrokenAccept(request.Key) ?? answer.FindUnasked(subprotocols, offersExtensions)) is { } wrong
            ? ConformanceFinding.Fail(wrong)
            : null;
    }

    /// <summary>Sees whether a connection that was opened works.</summary>
    public static async Task<ConformanceFinding> UseAsync(WebSocketPeer peer)
        => await EchoPlay.RunAsync(peer, [ProbeFrame.Text(Hello)]) ?? ConformanceFinding.Pass($"'{peer.Answer}', and an echo");

    /// <summary>Judges what a server says to a handshake that is wrong.</summary>
    public static async Task<ConformanceFinding> JudgeAsync(
        WebSocketPeer peer, ConformanceRule rule, bool isPlain, bool isGarbage, Func<OpeningAnswer, ConformanceFinding?>? check)
    {
        OpeningAnswer? answer = await peer.ReadAnswerAsync();
        bool isStrict = rule.Level == ConformanceLevel.Must;
        if (answer is null)
        {
            return await peer.NextAsync(TimeSpan.FromMilliseconds(1)) switch
            {
                _ when isGarbage => ConformanceFinding.Pass("no answer: hung up, or waits for more"),
                PeerEvent.End or PeerEvent.Broken when peer.Raw.Buffered.Length > 0
                    => ConformanceFinding.Warn("what came is no HTTP response"),
                PeerEvent.End => ConformanceFinding.Warn("hung up without an HTTP response (RFC 6455 §4.2.1: return an appropriate error code)"),
                _ when isStrict => ConformanceFinding.Late("no answer in time"),
                _ => ConformanceFinding.Info("no answer in time"),
            };
        }

        if (answer.IsAccepted)
        {
            return isStrict ? ConformanceFinding.Fail("accepted with 101")
                : rule.Level == ConformanceLevel.May ? ConformanceFinding.Info("accepted with 101") : ConformanceFinding.Warn("accepted with 101");
        }

        return answer.FindBrokenGrammar() is { } broken ? ConformanceFinding.Fail(broken)
            : check?.Invoke(answer)
            ?? (answer.Status >= 400 || isPlain || (answer.Status is >= 300 and < 400)
                ? ConformanceFinding.Pass($"'{answer}'")
                : ConformanceFinding.Warn($"'{answer}' is no error"));
    }
}
