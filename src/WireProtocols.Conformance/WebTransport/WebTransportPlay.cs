using WireProtocols.WebTransport;

namespace WireProtocols.Conformance;

/// <summary>What cases of WebTransport are made of: something is done, and what becomes of the connection, the session or the stream is
/// judged.</summary>
internal static class WebTransportPlay
{
    /// <summary>How long the end may take that belongs to something which the subject has read, since it has answered what was sent after
    /// it.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <summary>On a connection with settings, and a session on it.</summary>
    public delegate Task WithSession(WebTransportTalk talk, long session);

    public static ConformanceCase Of(string id, ConformanceRule rule, string expected, Func<WebTransportTalk, Task<ConformanceFinding>> play)
        => new($"webtransport/{id}", rule, expected, async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context);
            return await play(talk);
        });

    public static ConformanceCase OfSession(
        string id, ConformanceRule rule, string expected, Func<WebTransportTalk, long, Task<ConformanceFinding>> play)
        => Of(id, rule, expected, async talk => await play(talk, await talk.OpenAsync()));

    /// <summary>The connection is closed with one of the codes.</summary>
    public static ConformanceCase Closes(string id, ConformanceRule rule, long code, WithSession act, params long[] others)
        => OfSession(id, rule, $"the connection is closed with {QuicPeer.NameOf(code)}", async (talk, session) =>
        {
            await act(talk, session);
            return await JudgeCloseAsync(talk, session, [code, .. others], rule.Level);
        });

    /// <summary>The connection works as before.</summary>
    public static ConformanceCase GoesOn(string id, ConformanceRule rule, WithSession act)
        => OfSession(id, rule, "the session goes on", async (talk, session) =>
        {
            await act(talk, session);
            return await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("the session goes on");
        });

    /// <summary>The session is ended with one of the codes; that the connection is closed with it is as right.</summary>
    public static ConformanceCase EndsSession(string id, ConformanceRule rule, long code, WithSession act, Func<WebTransportTalk,
        string?>? skip = null)
        => OfSession(id, rule, $"the session is ended with {QuicPeer.NameOf(code)}", async (talk, session) =>
        {
            if (skip?.Invoke(talk) is { } reason)
            {
                return ConformanceFinding.Skip(reason);
            }

            await act(talk, session);
            return await JudgeEndAsync(talk, session, code);
        });

    /// <summary>A request that is malformed is no session.</summary>
    /// <param name="id">What is wrong.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="edit">Makes the fields.</param>
    /// <param name="said">Of a server that accepts it: a warning where the sentence binds the client alone.</param>
    public static ConformanceCase Malformed(
        string id,
        ConformanceRule rule,
        Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>> edit,
        ConformanceVerdict said = ConformanceVerdict.Fail)
        => Of($"connect/malformed/{id}", rule, "a reset with H3_MESSAGE_ERROR, or a status that refuses", async talk =>
        {
            long stream = await talk.RequestAsync(edit);
            WebTransportAnswer answer = await talk.AnswerAsync(stream);
            return answer.IsAccepted ? new ConformanceFinding(said, $"a session, with {answer}")
                : answer.IsSilent ? ConformanceFinding.Late("neither an answer nor a reset in time")
                : answer.Status is not null || answer.Code is WebTransportErrorCode.MessageError or WebTransportErrorCode.GeneralProtocolError
                    ? ConformanceFinding.Pass(answer.Text)
                : ConformanceFinding.Warn($"{answer}, and the sentence names H3_MESSAGE_ERROR");
        });

    /// <summary>The connection is closed, or it is seen that it goes on.</summary>
    public static async Task<ConformanceFinding> JudgeCloseAsync(WebTransportTalk talk, long session, long[] codes, ConformanceLevel level)
    {
        ConformanceFinding? dead = await talk.FindDeadAsync(session);
        bool isClosed = await talk.Peer.UntilAsync(() => talk.Peer.Closed is not null, dead is null ? Moment : null);
        if (talk.Peer.Closed is { } closed)
        {
            string text = $"closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}'";
            return codes.Contains(closed.Code) || closed.Code == WebTransportErrorCode.GeneralProtocolError ? ConformanceFinding.Pass(text)
                : ConformanceFinding.Warn($"{text}, and the sentence names {QuicPeer.NameOf(codes[0])}");
        }

        string why = dead is null ? "the subject goes on: a stream of the session came back" : $"the connection stays open, and {dead.Got}";
        return level == ConformanceLevel.May ? ConformanceFinding.Info(why)
            : dead is null && !isClosed ? ConformanceFinding.Fail(why) : ConformanceFinding.Late(why);
    }

    /// <summary>The session is over, or it is seen that it goes on.</summary>
    public static async Task<ConformanceFinding> JudgeEndAsync(WebTransportTalk talk, long session, long code)
    {
        QuicPeer peer = talk.Peer;
        bool isOver = await peer.UntilAsync(() => peer.Closed is not null || peer[session].IsOver, Moment);
        ConformanceFinding? dead = isOver ? null : await talk.FindDeadAsync(session);
        isOver = isOver || await peer.UntilAsync(() => peer.Closed is not null || peer[session].IsOver, dead is null ? Moment : null);
        if (!isOver)
        {
            return dead is null ? ConformanceFinding.Fail("the session goes on: a stream of it came back")
                : ConformanceFinding.Late($"the session is not ended in time, and {dead.Got}");
        }

        // The directions end one after the other, and one that was finished may still be reset.
        await peer.UntilAsync(() => peer.Closed is not null || peer[session].ResetCode is not null, Moment);
        lock (peer.Gate)
        {
            long?[] all = [peer.Closed?.Code, peer[session].ResetCode, peer[session].StopCode];
            return all.Contains(code) || all.Contains(WebTransportErrorCode.GeneralProtocolError)
                ? ConformanceFinding.Pass($"ended with {QuicPeer.NameOf(code)}")
                : Array.Find(all, c => c is not null) is { } other
                    ? ConformanceFinding.Warn($"ended with {QuicPeer.NameOf(other)}, and the sentence names {QuicPeer.NameOf(code)}")
                : ConformanceFinding.Warn($"the CONNECT stream was finished, and the sentence names {QuicPeer.NameOf(code)}");
        }
    }
}
