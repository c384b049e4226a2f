using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportPlay;
using static WireProtocols.Conformance.WebTransportRules;

namespace WireProtocols.Conformance;

/// <summary>What the subject allows in a session: one byte or one stream more is refused, and more is allowed as what came is used.</summary>
internal static class WebTransportLimitCases
{
    private const long FlowControl = WebTransportErrorCode.FlowControlError;
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxStreams = 300;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    /// <summary>The subject may answer with a byte and no more, so that it uses nothing up and has no reason to allow more.</summary>
    private static readonly WebTransportLimits Narrow = new(1, 1000, 1000);

    private static readonly WebTransportLimits Wide = new(1 << 24, 1000, 1000);

    private static readonly ConformanceRule Data = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §5.6.4",
        "If an endpoint receives Stream Body data in excess of this limit, it MUST close the WebTransport session with a WT_FLOW_CONTROL_ERROR error "
            + "code.",
        "Count what comes on all streams of a session.");

    private static readonly ConformanceRule Uncounted = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §5.6.4",
        "Note that capsules sent on the CONNECT stream, and the Signal Value, Stream Type, and Session ID fields, are not included in this limit.",
        "Count what is behind the header of a stream, and nothing else.");

    private static readonly ConformanceRule Grants = ConformanceRule.Should(
        "draft-ietf-webtrans-http3 §5.6",
        "Endpoints SHOULD send WT_MAX_DATA and WT_MAX_STREAMS capsules as they consume data or close streams",
        "Allow more as the application reads.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Beyond("one-stream", (talk, session, count) => SendAsync(talk, session, count)),
        Beyond("one-write", (talk, session, count) => SendAsync(talk, session, count, cut: int.MaxValue)),
        Beyond("unidirectional", (talk, session, count) => SendAsync(talk, session, count, isUni: true)),
        Beyond("with-the-end", (talk, session, count) => SendAsync(talk, session, count, end: true)),
        Beyond("over-streams", async (talk, session, count) =>
        {
            for (int i = 0; i < 8; i++)
            {
                await SendAsync(talk, session, (count / 8) + (i == 7 ? count % 8 : 0), isUni: i % 2 == 1);
            }
        }),
        Of("data/all", Uncounted, Narrow, "everything comes back", AllAsync),
        Of("data/capsules", Uncounted, Wide, "the session goes on", CapsulesAsync),
        Of("data/granted", Grants, Wide, "WT_MAX_DATA with a larger limit", GrantedAsync),
        Streams("streams-beyond", isUni: true, BeyondAsync),
        Streams("streams-beyond-bidirectional", isUni: false, BeyondAsync),
        Streams("streams-granted", isUni: true, StreamsGrantedAsync),
        Streams("streams-granted-bidirectional", isUni: false, StreamsGrantedAsync),
    ];

    /// <summary>Of a limit of bytes that is not too large.</summary>
    private static ConformanceCase Of(
        string id,
        ConformanceRule rule,
        WebTransportLimits limits,
        string expected,
        Func<WebTransportTalk, long, int, Task<ConformanceFinding>> play)
        => new($"webtransport/flow/{id}", rule, expected, async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context, limits);
            long limit = talk.Find(WebTransportSettingId.InitialMaxData);
            return !talk.HasFlowControl ? ConformanceFinding.Skip("the subject has no flow control")
                : limit is 0 or > MaxBytes ? ConformanceFinding.Skip($"the limit is {limit}")
                : await play(talk, await talk.OpenAsync(), (int)limit);
        });

    private static ConformanceCase Beyond(string id, Func<WebTransportTalk, long, int, Task> send)
        => Of($"data/beyond/{id}", Data, Narrow, $"the session is ended with {QuicPeer.NameOf(FlowControl)}", async (talk, session, limit) =>
        {
            await send(talk, session, limit + 1);
            await talk.Peer.UntilAsync(() => talk.Peer.Closed is not null || talk.Peer[session].IsOver, Moment);
            await AllowAsync(talk, session);
            ConformanceFinding finding = await JudgeEndAsync(talk, session, FlowControl);
            long allowed = WebTransportCapsules.LimitOf(talk.Peer, session, WebTransportCapsules.MaxData);
            return finding.Verdict == ConformanceVerdict.Fail && allowed > limit
                ? ConformanceFinding.Info("the session goes on; the subject allowed more before it read so far") : finding;
        });

    /// <summary>Exactly what is allowed, behind headers that are as long as headers can be.</summary>
    private static async Task<ConformanceFinding> AllAsync(WebTransportTalk talk, long session, int limit)
    {
        QuicPeer peer = talk.Peer;
        long[] streams = new long[4];
        for (int i = 0; i < streams.Length; i++)
        {
            streams[i] = await SendAsync(talk, session, (limit / 4) + (i == 3 ? limit % 4 : 0), headerLength: 8);
        }

        await peer.UntilAsync(() => peer.Closed is not null || peer[session].IsOver, Moment);
        await AllowAsync(talk, session);
        bool isBack = await peer.UntilAsync(
            () => peer.Closed is not null || peer[session].IsOver || streams.Sum(s => (long)peer[s].Data.Count) == limit);
        lock (peer.Gate)
        {
            long back = streams.Sum(s => (long)peer[s].Data.Count);
            return peer.Closed is { } closed ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)}")
                : peer[session].IsOver ? ConformanceFinding.Fail(
                    $"the session was ended with {QuicPeer.NameOf(peer[session].ResetCode ?? peer[session].StopCode ?? 0)}, and {limit} bytes of "
                        + $"{limit} were sent")
                : isBack ? ConformanceFinding.Pass("everything came back")
                : ConformanceFinding.Late($"{back} bytes of {limit} came back in time");
        }
    }

    /// <summary>More bytes of capsules than streams may have.</summary>
    private static async Task<ConformanceFinding> CapsulesAsync(WebTransportTalk talk, long session, int limit)
    {
        byte[] unknown = Frame(DataFrame, Frame(0x29 * 1003, new byte[8000]));
        for (int sent = 0; sent <= limit && talk.Peer.Closed is null; sent += 8000)
        {
            await talk.Peer.SendAsync(session, unknown, note: "an unknown capsule");
        }

        return await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("the session goes on");
    }

    private static async Task<ConformanceFinding> GrantedAsync(WebTransportTalk talk, long session, int limit)
    {
        QuicPeer peer = talk.Peer;
        for (int i = 0; i < 8; i++)
        {
            long stream = await SendAsync(talk, session, limit / 8, end: true);
            await peer.UntilAsync(() => peer.Closed is not null || peer[session].IsOver || peer[stream].IsOver);
        }

        bool isGranted = await peer.UntilAsync(() => WebTransportCapsules.LimitOf(peer, session, WebTransportCapsules.MaxData) > limit);
        return isGranted ? ConformanceFinding.Pass("the limit was raised")
            : new ConformanceFinding(ConformanceVerdict.Warn, $"{limit / 8 * 8} bytes were echoed, and no more was allowed in time", IsTimeout: true);
    }

    private static ConformanceCase Streams(
        string id, bool isUni, Func<WebTransportTalk, long, int, bool, Task<ConformanceFinding>> play)
        => new(
            $"webtransport/flow/{id}",
            play == BeyondAsync ? StreamLimit : Grants,
            play == BeyondAsync ? $"the session is ended with {QuicPeer.NameOf(FlowControl)}" : "WT_MAX_STREAMS with a larger limit",
            async context =>
            {
                await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context, Wide);
                long limit = talk.Find(isUni ? WebTransportSettingId.InitialMaxStreamsUni : WebTransportSettingId.InitialMaxStreamsBidi);
                return !talk.HasFlowControl ? ConformanceFinding.Skip("the subject has no flow control")
                    : limit is 0 or > MaxStreams ? ConformanceFinding.Skip($"the limit is {limit}")
                    : await play(talk, await talk.OpenAsync(), (int)limit, isUni);
            });

    /// <summary>As many streams as the subject allows, and one more; none is finished, so that the subject need not allow more.</summary>
    private static async Task<ConformanceFinding> BeyondAsync(WebTransportTalk talk, long session, int limit, bool isUni)
    {
        for (int i = 0; i <= limit; i++)
        {
            await SendAsync(talk, session, 1, isUni);
        }

        return StreamLimitOf(talk, session, isUni) > limit
            ? ConformanceFinding.Skip("the subject raised the limit before it was reached") : await JudgeEndAsync(talk, session, FlowControl);
    }

    /// <summary>As many streams as the subject allows, each finished.</summary>
    private static async Task<ConformanceFinding> StreamsGrantedAsync(WebTransportTalk talk, long session, int limit, bool isUni)
    {
        for (int i = 0; i < limit && talk.Peer.Closed is null; i++)
        {
            await SendAsync(talk, session, 1, isUni, end: true);
        }

        return await talk.Peer.UntilAsync(() => StreamLimitOf(talk, session, isUni) > limit)
            ? ConformanceFinding.Pass("the limit was raised")
            : new ConformanceFinding(ConformanceVerdict.Warn, $"{limit} streams were finished, and no more were allowed in time", IsTimeout: true);
    }

    private static long StreamLimitOf(WebTransportTalk talk, long session, bool isUni)
        => WebTransportCapsules.LimitOf(talk.Peer, session, isUni ? WebTransportCapsules.MaxStreamsUni : WebTransportCapsules.MaxStreamsBidi);

    /// <summary>The subject may send again.</summary>
    private static async Task AllowAsync(WebTransportTalk talk, long session)
    {
        if (talk.Peer.Closed is null && !talk.Peer[session].IsOver)
        {
            await talk.Peer.SendAsync(session, Frame(DataFrame, Frame(WebTransportCapsules.MaxData, Integer(1 << 24))), note: "WT_MAX_DATA");
        }
    }

    /// <summary>A stream of the session with a body.</summary>
    private static async Task<long> SendAsync(
        WebTransportTalk talk, long session, int count, bool isUni = false, bool end = false, int headerLength = 0, int cut = 16_000)
    {
        long stream = isUni ? talk.Peer.NewUnidirectional() : talk.Peer.NewBidirectional();
        byte[] header = [.. Integer(isUni ? SessionStream : SessionSignal, headerLength), .. Integer(session, headerLength)];
        await talk.SendCutAsync(stream, [.. header, .. new byte[count]], cut);
        if (end)
        {
            await talk.Peer.SendAsync(stream, [], end: true);
        }

        return stream;
    }
}
