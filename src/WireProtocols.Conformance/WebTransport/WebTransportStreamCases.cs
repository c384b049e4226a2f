using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportPlay;
using static WireProtocols.Conformance.WebTransportRules;

namespace WireProtocols.Conformance;

/// <summary>The streams and the datagrams of a session, and what becomes of them with it.</summary>
internal static class WebTransportStreamCases
{
    private const int Large = 200_000;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Hello = [.. "hello, session"u8];

    private static readonly ConformanceRule Stop = ConformanceRule.Should(
        "RFC 9000 §3.5",
        "An endpoint SHOULD copy the error code from the STOP_SENDING frame to the RESET_STREAM frame it sends, but it can use any application error "
            + "code.",
        "Reset the stream with the code of STOP_SENDING.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Echo("bidirectional", session => [.. Integers(SessionSignal, session), .. Hello], Hello),
        Echo("bidirectional-empty", session => Integers(SessionSignal, session), []),
        Echo("bidirectional-in-pieces", session => [.. Integers(SessionSignal, session), .. Hello], Hello, cut: 1),
        Echo("bidirectional-large", session => [.. Integers(SessionSignal, session), .. new byte[Large]], new byte[Large], cut: 16_000),
        Echo("bidirectional-long-integers", session => [.. Integer(SessionSignal, 8), .. Integer(session, 8), .. Hello], Hello),
        Echo("unidirectional", session => [.. Integers(SessionStream, session), .. Hello], Hello, isUni: true),
        Echo("unidirectional-in-pieces", session => [.. Integers(SessionStream, session), .. Hello], Hello, isUni: true, cut: 1),
        Echo("unidirectional-long-integers", session => [.. Integer(SessionStream, 4), .. Integer(session, 8), .. Hello], Hello, isUni: true),
        OfSession("streams/twenty", Echoes, "all of them back", async (talk, session) =>
        {
            ConformanceFinding?[] found = await Task.WhenAll(Enumerable.Range(0, 1).Select(_ => talk.FindDeadAsync(session)));
            for (int i = 0; i < 20 && found[0] is null; i++)
            {
                found[0] = await talk.FindDeadAsync(session);
            }

            return found[0] ?? ConformanceFinding.Pass("all of them back");
        }),
        .. new long[] { 1, 2, 3 }.SelectMany(id => new[]
        {
            Closes($"session-id/unidirectional/{id}", SessionId, WebTransportErrorCode.IdError, async (talk, _)
                => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [.. Integers(SessionStream, id), .. Hello])),
            Closes($"session-id/bidirectional/{id}", SessionId, WebTransportErrorCode.IdError, async (talk, _)
                => await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), [.. Integers(SessionSignal, id), .. Hello])),
        }),
        Early("bidirectional", false), Early("unidirectional", true),
        GoesOn("streams/of-no-session", Buffered, async (talk, _) =>
        {
            await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [.. Integers(SessionStream, 4000), .. Hello]);
            await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), [.. Integers(SessionSignal, 4000), .. Hello]);
        }),
        OfSession("streams/of-no-session/limited", ConformanceRule.Must("draft-ietf-webtrans-http3 §4.6",
            "To avoid resource exhaustion, endpoints MUST limit the number of buffered streams and datagrams.", "Hold so many streams and no more."),
            "some of a hundred streams are refused", async (talk, session) =>
        {
            List<long> sent = [];
            for (int i = 0; i < 100; i++)
            {
                sent.Add(talk.Peer.NewUnidirectional());
                await talk.Peer.SendAsync(sent[^1], [.. Integers(SessionStream, 4000), .. Hello]);
            }

            ConformanceFinding? dead = await talk.FindDeadAsync(session);
            bool isLimited = await talk.Peer.UntilAsync(() => talk.Peer.Closed is not null || sent.Any(s => talk.Peer[s].StopCode is not null),
                Moment);
            return dead ?? (isLimited ? ConformanceFinding.Pass("streams are refused")
                : ConformanceFinding.Warn("a hundred streams wait for a session"));
        }),

        OfSession("datagrams/echo", Echoes, "the datagram", (talk, session) => EchoDatagramAsync(talk, session, Hello, 1)),
        OfSession("datagrams/empty", Echoes, "the datagram", (talk, session) => EchoDatagramAsync(talk, session, [], 1)),
        OfSession("datagrams/long-integer", Echoes, "the datagram", (talk, session) => EchoDatagramAsync(talk, session, Hello, 8)),
        GoesOn("datagrams/of-no-session", Buffered, (talk, _) => talk.Peer.SendDatagramAsync([.. Integer(1000), .. Hello])),
        Datagram("datagrams/no-byte", DatagramShort, []), Datagram("datagrams/half-an-integer", DatagramShort, [0x40]),
        Datagram("datagrams/three-of-four", DatagramShort, [0x80, 0, 0]),
        Datagram("datagrams/quarter-too-large", QuarterTooLarge, [.. Integer(1L << 60, 8), .. Hello]),
        Datagram("datagrams/quarter-largest", QuarterTooLarge, [.. Integer((1L << 62) - 1, 8), .. Hello]),

        .. new (string Id, uint Code)[] { ("0", 0), ("29", 29), ("30", 30), ("31", 31), ("255", 255), ("4294967295", uint.MaxValue) }.Select(c
            => Reset($"codes/reset/{c.Id}", c.Code)),
        .. new (string Id, long Code)[]
        {
            ("below", WebTransportErrorCode.FirstApplicationError - 1), ("above", WebTransportErrorCode.LastApplicationError + 1),
            ("http3", WebTransportErrorCode.RequestCancelled), ("reserved", WebTransportErrorCode.FirstApplicationError + 30), ("zero", 0),
            ("of-53-bits", (1L << 53) - 1),
        }.SelectMany(c => new[]
        {
            GoesOn($"codes/foreign/{c.Id}", ForeignCodes, async (talk, session) =>
            {
                long stream = talk.Peer.NewBidirectional();
                await talk.Peer.SendAsync(stream, [.. Integers(SessionSignal, session), .. Hello]);
                await talk.Peer.ResetAsync(stream, c.Code);
            }),
        }),
        OfSession("codes/stop", Stop, "a reset with the same code", async (talk, session) =>
        {
            long code = WebTransportErrorCode.FromApplicationCode(77);
            long stream = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(stream, [.. Integers(SessionSignal, session), .. Hello]);
            await talk.Peer.UntilAsync(() => talk.Peer[stream].Data.Count == Hello.Length);
            await talk.Peer.StopAsync(stream, code);
            await talk.Peer.UntilAsync(() => talk.Peer.Closed is not null || talk.Peer[stream].ResetCode is not null, Moment);
            return await talk.FindDeadAsync(session) ?? (talk.Peer[stream].ResetCode is not { } got
                ? ConformanceFinding.Info("no reset was seen; some QUIC stacks tell of none where reading was stopped")
                : got == code ? ConformanceFinding.Pass(QuicPeer.NameOf(got)) : ConformanceFinding.Warn(QuicPeer.NameOf(got)));
        }),
    ];

    private static ConformanceCase Echo(
        string id, Func<long, byte[]> bytes, byte[] expected, bool isUni = false, int cut = int.MaxValue)
        => OfSession($"streams/{id}", Echoes, $"{expected.Length} bytes back, and the end", async (talk, session) =>
        {
            long stream = isUni ? talk.Peer.NewUnidirectional() : talk.Peer.NewBidirectional();
            await talk.SendCutAsync(stream, bytes(session), cut);
            await talk.Peer.SendAsync(stream, [], end: true);
            return await JudgeEchoAsync(talk, session, stream, expected, isUni);
        });

    /// <summary>What came back, on the stream or on one of the subject's own.</summary>
    private static async Task<ConformanceFinding> JudgeEchoAsync(WebTransportTalk talk, long session, long stream, byte[] expected, bool isUni)
    {
        QuicPeer peer = talk.Peer;
        byte[] header = Integers(SessionStream, session);
        byte[] Back() => !isUni ? [.. peer[stream].Data]
            : peer.Streams.Where(s => peer.IsOfSubject(s.Key) && s.Value.Data.Take(header.Length).SequenceEqual(header))
                .Select(s => s.Value.Data.Skip(header.Length).ToArray()).FirstOrDefault() ?? [];
        bool HasEnded() => !isUni ? peer[stream].HasEnded
            : peer.Streams.Any(s => peer.IsOfSubject(s.Key) && s.Value.HasEnded && s.Value.Data.Take(header.Length).SequenceEqual(header));
        bool IsBack() => HasEnded() && Back().AsSpan().SequenceEqual(expected);
        await peer.UntilAsync(() => peer.Closed is not null || peer[stream].ResetCode is not null || HasEnded());
        lock (peer.Gate)
        {
            return IsBack() ? ConformanceFinding.Pass($"{expected.Length} bytes back, and the end")
                : peer.Closed is { } closed
                    ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}'")
                : peer[stream].ResetCode is { } reset ? ConformanceFinding.Fail($"a reset with {QuicPeer.NameOf(reset)}")
                : HasEnded() ? ConformanceFinding.Fail($"{Back().Length} bytes came back of {expected.Length}, or others")
                : ConformanceFinding.Late($"{Back().Length} bytes of {expected.Length} came back in time, and no end");
        }
    }

    /// <summary>A stream that overtakes the request of its session.</summary>
    private static ConformanceCase Early(string id, bool isUni)
        => Of($"streams/early/{id}", Buffered, "the stream is echoed when its session is there", async talk =>
        {
            long session = talk.Peer.NewBidirectional();
            long stream = isUni ? talk.Peer.NewUnidirectional() : talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(stream, [.. Integers(isUni ? SessionStream : SessionSignal, session), .. Hello], end: true);
            await talk.Peer.SendAsync(session, Headers(talk.Fields()), note: "CONNECT");
            WebTransportAnswer answer = await talk.AnswerAsync(session);
            if (!answer.IsAccepted)
            {
                return answer.IsSilent ? ConformanceFinding.Late("no answer in time") : ConformanceFinding.Fail($"no session: {answer}");
            }

            ConformanceFinding finding = await JudgeEchoAsync(talk, session, stream, Hello, isUni);
            return finding.Verdict == ConformanceVerdict.Fail && talk.Peer.Closed is null ? finding with { Verdict = ConformanceVerdict.Warn }
                : finding;
        });

    private static async Task<ConformanceFinding> EchoDatagramAsync(WebTransportTalk talk, long session, byte[] payload, int length)
    {
        if (talk.Peer.MaxDatagramSize == 0)
        {
            return ConformanceFinding.Skip("there are no datagrams on this connection");
        }

        byte[] right = [.. Integer(session / 4), .. payload];
        for (int i = 0; i < 5; i++)
        {
            // A datagram may be lost.
            await talk.Peer.SendDatagramAsync([.. Integer(session / 4, length), .. payload]);
            if (await talk.Peer.UntilAsync(() => talk.Peer.Closed is not null || talk.Peer.Datagrams.Exists(d => IsOf(d, session, payload)), Moment)
                && talk.Peer.Closed is null)
            {
                return ConformanceFinding.Pass("the datagram");
            }
        }

        lock (talk.Peer.Gate)
        {
            return talk.Peer.Closed is { } closed ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)}")
                : talk.Peer.Datagrams is [var other, ..]
                    ? ConformanceFinding.Fail($"{Convert.ToHexStringLower(other)} came back, and {Convert.ToHexStringLower(right)} is right")
                : ConformanceFinding.Late("five datagrams, and none came back");
        }
    }

    private static bool IsOf(byte[] datagram, long session, byte[] payload)
        => TryRead(datagram, out long quarter, out int length) && quarter == session / 4 && datagram.AsSpan(length).SequenceEqual(payload);

    private static ConformanceCase Datagram(string id, ConformanceRule rule, byte[] datagram)
        => OfSession(id, rule, $"the connection is closed with {QuicPeer.NameOf(WebTransportErrorCode.DatagramError)}", async (talk, session) =>
        {
            if (talk.Peer.MaxDatagramSize == 0)
            {
                return ConformanceFinding.Skip("there are no datagrams on this connection");
            }

            await talk.Peer.SendDatagramAsync(datagram);
            return await JudgeCloseAsync(talk, session, [WebTransportErrorCode.DatagramError], rule.Level);
        });

    /// <summary>An echo that is reset because what it echoes was, with the code of that in the right place of the range.</summary>
    private static ConformanceCase Reset(string id, uint code)
        => OfSession(id, Codes, "a reset with the same code, where resets are echoed", async (talk, session) =>
        {
            long sent = WebTransportErrorCode.FromApplicationCode(code);
            long stream = talk.Peer.NewBidirectional();
            await talk.Peer.SendAsync(stream, [.. Integers(SessionSignal, session), .. Hello]);
            await talk.Peer.UntilAsync(() => talk.Peer[stream].Data.Count == Hello.Length);
            await talk.Peer.ResetAsync(stream, sent);
            if (await talk.FindDeadAsync(session) is { } dead)
            {
                return dead;
            }

            await talk.Peer.UntilAsync(() => talk.Peer[stream].ResetCode is not null, Moment);
            return talk.Peer[stream].ResetCode is not { } got ? ConformanceFinding.Info("the subject does not reset its side")
                : got == sent ? ConformanceFinding.Pass(QuicPeer.NameOf(got))
                : WebTransportErrorCode.TryGetApplicationCode(got, out uint other) ? other == 0 ? ConformanceFinding.Info("a reset with code 0")
                    : other == byte.MaxValue && code > byte.MaxValue
                        ? ConformanceFinding.Info("a reset with code 255: the codes of the first drafts have 8 bits")
                    : ConformanceFinding.Fail($"a reset with {QuicPeer.NameOf(got)}, which is application code {other}, and {code} was sent")
                : WebTransportErrorCode.GetName(got) is null
                    ? ConformanceFinding.Fail($"a reset with {QuicPeer.NameOf(got)}, which is outside the range of WT_APPLICATION_ERROR")
                : ConformanceFinding.Warn($"a reset with {QuicPeer.NameOf(got)}");
        });
}
