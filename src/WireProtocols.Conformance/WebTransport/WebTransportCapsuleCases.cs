using System.Text;
using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportCapsules;
using static WireProtocols.Conformance.WebTransportPlay;
using static WireProtocols.Conformance.WebTransportRules;

namespace WireProtocols.Conformance;

/// <summary>Capsules on the CONNECT stream: the end of sessions, and flow control.</summary>
internal static class WebTransportCapsuleCases
{
    private const long FlowControl = WebTransportErrorCode.FlowControlError;
    private const long MessageError = WebTransportErrorCode.MessageError;
    private static readonly byte[] Unassigned = Frame(0x29 * 1000, [1, 2, 3]);

    public static IEnumerable<ConformanceCase> All =>
    [
        Skips("unknown", Unassigned), Skips("unknown-empty", Frame(0x29 * 999)), Skips("unknown-large", Frame(0x29 * 1001, new byte[70_000])),
        Skips("unknown-of-eight-bytes", [.. Integer(0x29 * 1002, 8), .. Integer(3, 8), 1, 2, 3]),
        Skips("drain", Frame(DrainSession)), Skips("datagram", Frame(0, "hello"u8)), Skips("data-blocked", Frame(DataBlocked, Integer(5))),
        Skips("streams-blocked", [.. Frame(StreamsBlockedBidi, Integer(5)), .. Frame(StreamsBlockedUni, Integer(5))]),
        GoesOn("capsules/in-pieces", UnknownCapsules, async (talk, session) =>
        {
            foreach (byte value in (byte[])[.. Unassigned, .. Frame(DrainSession), .. Unassigned])
            {
                await talk.Peer.SendAsync(session, Frame(DataFrame, value));
            }
        }),
        GoesOn("capsules/frames-in-pieces", UnknownCapsules, (talk, session) => talk.SendCutAsync(session, Frame(DataFrame, Unassigned), 1)),
        GoesOn("capsules/empty-data", UnknownCapsules, (talk, session) => talk.Peer.SendAsync(session, [.. Frame(DataFrame), .. Frame(DataFrame)])),

        Ends("plain", Close(0, ""), fin: true), Ends("code-and-reason", Close(42, "that is all"), fin: true),
        Ends("largest-code", Close(uint.MaxValue, "größe"), fin: true), Ends("reason-of-1024", Close(1, new string('a', 1024)), fin: true),
        Ends("without-the-end", Close(7, "bye"), fin: false),
        OfSession("capsules/close/end-alone", CleanEnd, "the session is over", async (talk, session) =>
        {
            await talk.Peer.SendAsync(session, [], end: true);
            return await JudgeGoneAsync(talk, session, CleanEnd);
        }),
        OfSession("capsules/close/reset", Gone, "the session is over", async (talk, session) =>
        {
            await talk.Peer.ResetAsync(session, WebTransportErrorCode.RequestCancelled);
            return await JudgeGoneAsync(talk, session, Gone, isReset: true);
        }),
        Wrong("close/reason-of-1025", CloseReason, MessageError, Close(1, new string('a', 1025))),
        Wrong("close/reason-no-utf8", CloseReason, MessageError, Frame(CloseSession, [0, 0, 0, 1, 0xC3, 0x28])),
        Wrong("close/three-bytes", CapsulePayload, MessageError, Frame(CloseSession, [0, 0, 1])),
        Wrong("close/empty", CapsulePayload, MessageError, Frame(CloseSession)),
        EndsSession("capsules/close/data-behind", AfterClose, MessageError, (talk, session)
            => talk.Peer.SendAsync(session, Frame(DataFrame, [.. Close(1, "bye"), .. Unassigned]))),
        EndsSession("capsules/cut-off", CapsuleTruncated, MessageError, (talk, session)
            => talk.Peer.SendAsync(session, Frame(DataFrame, Unassigned.AsSpan(0, Unassigned.Length - 1)), end: true)),
        EndsSession("capsules/cut-off-in-the-type", CapsuleTruncated, MessageError, (talk, session)
            => talk.Peer.SendAsync(session, Frame(DataFrame, Unassigned.AsSpan(0, 1)), end: true)),
        Wrong("drain-with-more", CapsulePayload, MessageError, Frame(DrainSession, 1)),

        Flow("max-data/twice", DataIncrease, [.. Frame(MaxData, Integer(1 << 25)), .. Frame(MaxData, Integer(1 << 25))]),
        Flow("max-data/smaller", DataIncrease, [.. Frame(MaxData, Integer(1 << 26)), .. Frame(MaxData, Integer(1 << 25))]),
        Flow("max-streams-bidi/twice", StreamsIncrease, [.. Frame(MaxStreamsBidi, Integer(500)), .. Frame(MaxStreamsBidi, Integer(500))]),
        Flow("max-streams-bidi/smaller", StreamsIncrease, [.. Frame(MaxStreamsBidi, Integer(501)), .. Frame(MaxStreamsBidi, Integer(500))]),
        Flow("max-streams-uni/twice", StreamsIncrease, [.. Frame(MaxStreamsUni, Integer(500)), .. Frame(MaxStreamsUni, Integer(500))]),
        Flow("max-streams-uni/smaller", StreamsIncrease, [.. Frame(MaxStreamsUni, Integer(501)), .. Frame(MaxStreamsUni, Integer(500))]),
        Flow("max-streams-bidi/too-many", StreamsBeyond, Frame(MaxStreamsBidi, Integer((1L << 60) + 1))),
        Flow("max-streams-uni/too-many", StreamsBeyond, Frame(MaxStreamsUni, Integer((1L << 60) + 1))),
        Flow("streams-blocked-bidi/too-many", BlockedBeyond, Frame(StreamsBlockedBidi, Integer((1L << 60) + 1))),
        Flow("streams-blocked-uni/too-many", BlockedBeyond, Frame(StreamsBlockedUni, Integer((1L << 60) + 1))),
        Flow("prohibited/max-stream-data", Prohibited, Frame(MaxStreamData, Integers(0, 5))),
        Flow("prohibited/stream-data-blocked", Prohibited, Frame(StreamDataBlocked, Integers(0, 5))),
        GoesOn("flow/raised", DataIncrease, (talk, session) => talk.Peer.SendAsync(session, Frame(DataFrame,
            [.. Frame(MaxData, Integer(1 << 25)), .. Frame(MaxData, Integer(1 << 26)), .. Frame(MaxStreamsBidi, Integer(500)),
                .. Frame(MaxStreamsUni, Integer(500)), .. Frame(MaxStreamsUni, Integer(1L << 60))]))),
        new("webtransport/flow/without", IgnoredFlow, "the session goes on", async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.BeginAsync(context, limits: null);
            long session = await talk.OpenAsync();
            await talk.Peer.SendAsync(session, Frame(DataFrame, [.. Frame(MaxData, Integer(5)), .. Frame(MaxData, Integer(5)),
                .. Frame(MaxStreamsUni, Integer(5)), .. Frame(MaxStreamsUni, Integer(4))]));
            return await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("the session goes on");
        }),
    ];

    private static byte[] Close(uint code, string reason)
        => Frame(CloseSession, [(byte)(code >> 24), (byte)(code >> 16), (byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    private static ConformanceCase Skips(string id, byte[] capsules)
        => GoesOn($"capsules/{id}", UnknownCapsules, (talk, session) => talk.Peer.SendAsync(session, Frame(DataFrame, capsules)));

    private static ConformanceCase Wrong(string id, ConformanceRule rule, long code, byte[] capsules)
        => EndsSession($"capsules/{id}", rule, code, (talk, session) => talk.Peer.SendAsync(session, Frame(DataFrame, capsules)));

    private static ConformanceCase Flow(string id, ConformanceRule rule, byte[] capsules)
        => EndsSession($"flow/{id}", rule, FlowControl, (talk, session) => talk.Peer.SendAsync(session, Frame(DataFrame, capsules)),
            talk => talk.HasFlowControl ? null : "the subject has no flow control");

    private static ConformanceCase Ends(string id, byte[] capsule, bool fin)
        => OfSession($"capsules/close/{id}", CloseAnswer, "the CONNECT stream is finished or reset, and the streams of the session are",
            async (talk, session) =>
        {
            long open = await OpenStreamAsync(talk, session);
            await talk.Peer.SendAsync(session, Frame(DataFrame, capsule), fin);
            return await JudgeGoneAsync(talk, session, CloseAnswer, open: open);
        });

    private static async Task<long> OpenStreamAsync(WebTransportTalk talk, long session)
    {
        long stream = talk.Peer.NewBidirectional();
        await talk.Peer.SendAsync(stream, [.. Integers(SessionSignal, session), .. "open"u8]);
        await talk.Peer.UntilAsync(() => talk.Peer[stream].Data.Count == 4);
        return stream;
    }

    /// <summary>The CONNECT stream is over, a stream of the session is reset, and another session can be had.</summary>
    private static async Task<ConformanceFinding> JudgeGoneAsync(
        WebTransportTalk talk, long session, ConformanceRule rule, bool isReset = false, long open = -1)
    {
        QuicPeer peer = talk.Peer;
        if (!isReset && !await peer.UntilAsync(() => peer.Closed is not null || peer[session].HasEnded || peer[session].ResetCode is not null))
        {
            return ConformanceFinding.Late("the CONNECT stream is neither finished nor reset in time");
        }

        if (peer.Closed is { } closed)
        {
            return ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}'");
        }

        if (open >= 0 && !await peer.UntilAsync(() => peer.Closed is not null || peer[open].ResetCode is not null || peer[open].StopCode is not null))
        {
            return ConformanceFinding.Late($"a stream of the session is neither reset nor stopped in time ({Gone.Spec}: {Gone.Sentence})");
        }

        long late = peer.NewBidirectional();
        await peer.SendAsync(late, [.. Integers(SessionSignal, session), .. "late"u8], end: true);
        bool isOver = await peer.UntilAsync(() => peer.Closed is not null || peer[late].IsOver);
        long? wrong = open >= 0 ? peer[open].ResetCode ?? peer[open].StopCode : null;
        lock (peer.Gate)
        {
            return peer.Closed is { } end ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(end.Code)} for a late stream")
                : peer[late].Data.Count > 0 ? ConformanceFinding.Fail($"a stream of the session came back when it was over ({rule.Spec})")
                : wrong is { } code && code != WebTransportErrorCode.SessionGone
                    ? ConformanceFinding.Warn($"a stream of the session ended with {QuicPeer.NameOf(code)} ({Gone.Spec})")
                : !isOver ? new ConformanceFinding(ConformanceVerdict.Warn, "a late stream of the session is left open", IsTimeout: true)
                : ConformanceFinding.Pass("the session is over");
        }
    }
}
