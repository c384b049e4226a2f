using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>What the examiner allows in a session: the subject keeps to it, and goes on when more is allowed.</summary>
internal static class WebTransportKeptCases
{
    private const int Bytes = 3000;
    private const int Streams = 5;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private static readonly ConformanceRule Data = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §5.6.4",
        "The sum of the lengths of Stream Body data sent on all streams associated with this session MUST NOT exceed the Maximum Data value "
            + "advertised by a receiver.",
        "Count what is sent on all streams of a session, and wait for WT_MAX_DATA.");

    private static readonly ConformanceRule Opened = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §5.6.2",
        "An endpoint MUST NOT open more streams than permitted by the current stream limit set by its peer.",
        "Count the streams of a session, and wait for WT_MAX_STREAMS.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Kept("data/kept", Data, new WebTransportLimits(1000, 100, 100), WebTransportCapsules.MaxData, [1000, 2000], Bytes, BytesOf,
            (talk, session) => SendAsync(talk, session, [Bytes], isUni: false)),
        Kept("data/kept-over-streams", Data, new WebTransportLimits(1000, 100, 100), WebTransportCapsules.MaxData, [1000, 2000], Bytes, BytesOf,
            (talk, session) => SendAsync(talk, session, [900, 900, 900, 300], isUni: false)),
        Kept("data/kept-unidirectional", Data, new WebTransportLimits(1000, 100, 100), WebTransportCapsules.MaxData, [1000, 2000], Bytes, BytesOf,
            (talk, session) => SendAsync(talk, session, [900, 1200, 900], isUni: true)),
        Kept("streams-kept", Opened, new WebTransportLimits(1 << 24, 2, 100), WebTransportCapsules.MaxStreamsUni, [2, 4], Streams, StreamsOf,
            (talk, session) => SendAsync(talk, session, [.. Enumerable.Repeat(10, Streams)], isUni: true)),
    ];

    /// <param name="id">The id.</param>
    /// <param name="rule">The sentence.</param>
    /// <param name="limits">What is allowed at first.</param>
    /// <param name="capsule">Allows more.</param>
    /// <param name="steps">What is allowed, one after the other.</param>
    /// <param name="all">What there is to be sent.</param>
    /// <param name="count">How much has been sent.</param>
    /// <param name="send">Gives the subject something to echo.</param>
    private static ConformanceCase Kept(
        string id,
        ConformanceRule rule,
        WebTransportLimits limits,
        long capsule,
        long[] steps,
        int all,
        Func<QuicPeer, long, long> count,
        Func<WebTransportTalk, long, Task> send)
        => new($"webtransport/flow/{id}", rule, $"{steps[0]} at first, {steps[1]} then, and all in the end", async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context, limits);
            if (!talk.HasFlowControl)
            {
                return ConformanceFinding.Skip("the subject has no flow control");
            }

            QuicPeer peer = talk.Peer;
            long session = await talk.OpenAsync();
            bool IsOver() => peer.Closed is not null || peer[session].IsOver;
            await send(talk, session);
            foreach (long allowed in steps)
            {
                if (allowed > steps[0])
                {
                    await AllowAsync(talk, session, capsule, allowed);
                }

                // What is sent too much stands before the answer to a request that comes later.
                await peer.UntilAsync(() => IsOver() || count(peer, session) >= allowed, Moment);
                await talk.MarkAsync();
                if (count(peer, session) is var sent && sent > allowed)
                {
                    return ConformanceFinding.Fail($"{sent} were sent, and {allowed} are allowed");
                }
            }

            await AllowAsync(talk, session, capsule, 1 << 20);
            await peer.UntilAsync(() => IsOver() || count(peer, session) == all);
            return count(peer, session) == all ? ConformanceFinding.Pass("no more than was allowed, and all in the end")
                : IsOver() ? ConformanceFinding.Info("the subject ended the session")
                : capsule != WebTransportCapsules.MaxData
                    ? ConformanceFinding.Info($"{count(peer, session)} of {all} came; what cannot be echoed at once need not be echoed")
                : new ConformanceFinding(ConformanceVerdict.Warn, $"{count(peer, session)} of {all} came, and all are allowed", IsTimeout: true);
        });

    private static async Task AllowAsync(WebTransportTalk talk, long session, long capsule, long value)
    {
        if (talk.Peer.Closed is null && !talk.Peer[session].IsOver)
        {
            await talk.Peer.SendAsync(session, Frame(DataFrame, Frame(capsule, Integer(value))), note: $"{value} are allowed");
        }
    }

    private static async Task SendAsync(WebTransportTalk talk, long session, int[] lengths, bool isUni)
    {
        foreach (int length in lengths)
        {
            long stream = isUni ? talk.Peer.NewUnidirectional() : talk.Peer.NewBidirectional();
            byte[] header = Integers(isUni ? SessionStream : SessionSignal, session);
            await talk.Peer.SendAsync(stream, [.. header, .. new byte[length]], end: true, "a stream of the session");
        }
    }

    /// <summary>The bodies that the subject has sent in a session.</summary>
    private static long BytesOf(QuicPeer peer, long session)
    {
        lock (peer.Gate)
        {
            return peer.Streams.Where(s => s.Key % 4 == (peer.IsServer ? 1 : 0) && !IsRequest(s.Value)).Sum(s => (long)s.Value.Data.Count)
                + OwnOf(peer, session).Sum(s => (long)s.Data.Count - HeaderOf(session).Length);
        }
    }

    private static long StreamsOf(QuicPeer peer, long session)
    {
        lock (peer.Gate)
        {
            return OwnOf(peer, session).Count();
        }
    }

    /// <summary>The echo of zeros is nothing but zeros, and a response begins with a frame of headers.</summary>
    private static bool IsRequest(QuicPeerStream stream) => stream.Data.Count > 0 && stream.Data[0] != 0;

    private static byte[] HeaderOf(long session) => Integers(SessionStream, session);

    private static IEnumerable<QuicPeerStream> OwnOf(QuicPeer peer, long session)
        => peer.Streams.Where(s => peer.IsOfSubject(s.Key) && s.Value.Data.Take(HeaderOf(session).Length).SequenceEqual(HeaderOf(session)))
            .Select(s => s.Value);
}
