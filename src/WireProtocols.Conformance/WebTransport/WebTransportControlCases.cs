using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;
using static WireProtocols.Conformance.WebTransportPlay;
using static WireProtocols.Conformance.WebTransportRules;

namespace WireProtocols.Conformance;

/// <summary>SETTINGS, the control stream, and the other streams that a connection has once.</summary>
internal static class WebTransportControlCases
{
    private static readonly long[] OfHttp2 = [0x02, 0x06, 0x08, 0x09];

    private static readonly ConformanceRule Announces = ConformanceRule.Must(
        "draft-ietf-webtrans-http3 §3.1",
        "A WebTransport-Capable HTTP/3 connection requires the server to signal support for WebTransport over HTTP/3 using a setting.",
        "Send SETTINGS_WT_ENABLED, SETTINGS_ENABLE_CONNECT_PROTOCOL and SETTINGS_H3_DATAGRAM with the value 1.");

    public static IEnumerable<ConformanceCase> All =>
    [
        Of("settings/own/first", FirstFrame, "SETTINGS as the first frame", talk => Task.FromResult(
            talk.FirstFrame == SettingsFrame ? ConformanceFinding.Pass($"{talk.Settings.Count} settings")
                : ConformanceFinding.Fail($"a frame of type 0x{talk.FirstFrame:x} stands first"))),
        Of("settings/own/reserved", ReservedSettings, "none of 0x02 to 0x05", talk => Task.FromResult(
            talk.Settings.FirstOrDefault(s => s.Id is >= 2 and <= 5) is { Id: > 0 } wrong ? ConformanceFinding.Fail($"setting 0x{wrong.Id:x}")
                : ConformanceFinding.Pass("none"))),
        Of("settings/own/once", OneSetting with { Level = ConformanceLevel.Must, Sentence
            = "The same setting identifier MUST NOT occur more than once in the SETTINGS frame." }, "each once", talk => Task.FromResult(
                talk.Settings.GroupBy(s => s.Id).FirstOrDefault(g => g.Count() > 1) is { } twice
                    ? ConformanceFinding.Fail($"setting 0x{twice.Key:x} stands {twice.Count()} times") : ConformanceFinding.Pass("each once"))),
        Of("settings/own/enabled", Announces, "a setting of WebTransport", talk => Task.FromResult(
            talk.Find(WebTransportSettingId.Enabled) > 1
                ? ConformanceFinding.Fail($"SETTINGS_WT_ENABLED is {talk.Find(WebTransportSettingId.Enabled)}")
                : WebTransportOffer.EnablingSettings.FirstOrDefault(s => talk.Find(s) > 0) is > 0 and long setting
                    ? ConformanceFinding.Pass($"setting 0x{setting:x}")
                    : ConformanceFinding.Fail("no setting of any draft says that there is WebTransport"))),
        OwnSetting("connect-protocol", WebTransportSettingId.EnableConnectProtocol),
        OwnSetting("datagrams", WebTransportSettingId.H3Datagram),
        .. new long[] { 2, 3, 4, 5 }.Select(id => WithSettings($"settings/reserved/{id}", ReservedSettings, WebTransportErrorCode.SettingsError,
            own => [.. own, (id, 1)])),
        WithSettings("settings/twice", OneSetting, WebTransportErrorCode.SettingsError, own => [.. own, (WebTransportSettingId.H3Datagram, 1)]),
        WithSettings("settings/datagrams-2", DatagramSetting, WebTransportErrorCode.SettingsError,
            own => own.Select(s => s.Id == WebTransportSettingId.H3Datagram ? (s.Id, 2) : s)),
        Begins("settings/unknown", UnknownSettings, talk => Settings([.. talk.OwnSettings(), (Grease, 99), (0x4242, 1)])),
        Begins("settings/long-integers", UnknownSettings, talk => Frame(SettingsFrame,
            [.. talk.OwnSettings().SelectMany(s => (byte[])[.. Integer(s.Id, 8), .. Integer(s.Value, 8)])])),
        Begins("settings/in-pieces", FirstFrame, talk => Settings(talk.OwnSettings()), cut: 1),
        WithControl("settings/cut-off", Payload, WebTransportErrorCode.FrameError, talk
            => Frame(SettingsFrame, [.. talk.OwnSettings().SelectMany(s => Integers(s.Id, s.Value)), .. Integer(0x4242)])),
        WithControl("settings/missing/goaway", FirstFrame, WebTransportErrorCode.MissingSettings, talk
            => [.. Frame(GoAwayFrame, Integer(0)), .. Settings(talk.OwnSettings())]),
        WithControl("settings/missing/unknown-frame", FirstFrame, WebTransportErrorCode.MissingSettings, talk
            => [.. Frame(Grease, 1, 2, 3), .. Settings(talk.OwnSettings())]),
        WithControl("settings/missing/data", FirstFrame, WebTransportErrorCode.MissingSettings, talk
            => [.. Frame(DataFrame, 1), .. Settings(talk.OwnSettings())], WebTransportErrorCode.FrameUnexpected),
        Refused("settings/empty", _ => []),
        Refused("settings/without-datagrams", own => own.Where(s => s.Id is not WebTransportSettingId.H3Datagram
            and not WebTransportSettingId.H3DatagramDraft04)),
        new("webtransport/settings/behind-the-request", BeforeSettings, "the session, when SETTINGS have come", BehindRequestAsync),
        OnControl("settings/second", SecondSettings, WebTransportErrorCode.FrameUnexpected, Settings((0x4242, 1))),
        Closes("settings/on-a-request-stream", SettingsElsewhere, WebTransportErrorCode.FrameUnexpected,
            async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewBidirectional(), Settings((0x4242, 1)))),

        Closes("control/second", OneControl, WebTransportErrorCode.StreamCreationError,
            async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [.. Integer(ControlStream), .. Settings()])),
        Closes("control/closed", Critical, WebTransportErrorCode.ClosedCriticalStream, (talk, _) => talk.Peer.SendAsync(talk.Control, [], end: true)),
        Closes("control/reset", Critical, WebTransportErrorCode.ClosedCriticalStream,
            (talk, _) => talk.Peer.ResetAsync(talk.Control, WebTransportErrorCode.NoError)),
        OnControl("control/data", DataOnControl, WebTransportErrorCode.FrameUnexpected, Frame(DataFrame, 1, 2)),
        OnControl("control/headers", HeadersOnControl, WebTransportErrorCode.FrameUnexpected, Headers((":method", "GET"))),
        OnControl("control/push-promise", PushPromise, WebTransportErrorCode.FrameUnexpected, Frame(PushPromiseFrame, 0, 0, 0)),
        .. OfHttp2.Select(t => OnControl($"control/http2-frame/{t:x}", Http2Frames, WebTransportErrorCode.FrameUnexpected, Frame(t, 0, 0, 0, 0, 0))),
        OnControl("control/wt-stream", Signal, WebTransportErrorCode.FrameError, Frame(SessionSignal, 0)),
        OnControl("control/push-limit-reduced", PushLimit, WebTransportErrorCode.IdError,
            [.. Frame(MaxPushIdFrame, Integer(9)), .. Frame(MaxPushIdFrame, Integer(3))]),
        OnControl("control/cancel-push-beyond", CancelBeyond, WebTransportErrorCode.IdError, Frame(CancelPushFrame, Integer(5))),
        OnControl("control/goaway-larger", GoAway, WebTransportErrorCode.IdError,
            [.. Frame(GoAwayFrame, Integer(2)), .. Frame(GoAwayFrame, Integer(6))]),
        OnControl("control/goaway-with-more", Payload, WebTransportErrorCode.FrameError, Frame(GoAwayFrame, 0, 0)),
        OnControl("control/goaway-empty", Payload, WebTransportErrorCode.FrameError, Frame(GoAwayFrame)),
        OnControl("control/push-limit-with-more", Payload, WebTransportErrorCode.FrameError, Frame(MaxPushIdFrame, 0, 0)),
        GoesOn("control/unknown-frame", Unknown, (talk, _) => talk.Peer.SendAsync(talk.Control, [.. Frame(Grease, new byte[300]), .. Frame(Grease)])),
        GoesOn("control/push-limit", PushLimit, (talk, _) => talk.Peer.SendAsync(
            talk.Control, [.. Frame(MaxPushIdFrame, Integer(3)), .. Frame(MaxPushIdFrame, Integer(9))])),
        GoesOn("control/goaway", GoAway, (talk, _) => talk.Peer.SendAsync(talk.Control, Frame(GoAwayFrame, Integer(0)))),

        Closes("streams/push", ClientPush, WebTransportErrorCode.StreamCreationError,
            async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), Integers(PushStream, 0))),
        GoesOn("streams/unknown", UnknownStreams, async (talk, _)
            => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [.. Integer(Grease), .. new byte[500]], end: true)),
        GoesOn("streams/unknown-goes-on", UnknownStreams, async (talk, _)
            => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [.. Integer(Grease, 8), .. new byte[500]])),
        GoesOn("streams/empty", EarlyEnd, async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [], end: true)),
        GoesOn("streams/half-a-type", EarlyEnd, async (talk, _) => await talk.Peer.SendAsync(talk.Peer.NewUnidirectional(), [0x40], end: true)),
        GoesOn("streams/reset-early", EarlyEnd, async (talk, _) =>
        {
            long stream = talk.Peer.NewUnidirectional();
            await talk.Peer.SendAsync(stream, [0x40]);
            await talk.Peer.ResetAsync(stream, WebTransportErrorCode.RequestCancelled);
        }),
    ];

    /// <summary>Drafts up to -06 have another setting for datagrams.</summary>
    private static bool IsOldDraft(WebTransportTalk talk, long setting)
        => setting == WebTransportSettingId.H3Datagram && talk.Find(WebTransportSettingId.H3DatagramDraft04) == 1
            && talk.Find(WebTransportSettingId.Enabled) == 0 && talk.Find(WebTransportSettingId.MaxSessionsDraft13) == 0;

    private static ConformanceCase OwnSetting(string id, long setting)
        => Of($"settings/own/{id}", Announces, "1", talk => Task.FromResult(
            talk.Find(setting) == 1 ? ConformanceFinding.Pass("1")
                : IsOldDraft(talk, setting) ? ConformanceFinding.Info("the setting of the drafts up to -06 is 1")
                : ConformanceFinding.Fail($"setting 0x{setting:x} is {talk.Find(setting)}")));

    private static ConformanceCase OnControl(string id, ConformanceRule rule, long code, byte[] frames)
        => Closes(id, rule, code, (talk, _) => talk.Peer.SendAsync(talk.Control, frames));

    private static ConformanceCase WithSettings(
        string id, ConformanceRule rule, long code, Func<IEnumerable<(long Id, long Value)>, IEnumerable<(long Id, long Value)>> edit)
        => WithControl(id, rule, code, talk => Settings(edit(talk.OwnSettings())));

    /// <summary>A control stream that is wrong: the connection is closed, and no session is had on it.</summary>
    private static ConformanceCase WithControl(
        string id, ConformanceRule rule, long code, Func<WebTransportTalk, byte[]> frames, params long[] others)
        => new($"webtransport/{id}", rule, $"the connection is closed with {QuicPeer.NameOf(code)}", async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.ConnectAsync(context);
            await talk.SendControlAsync(frames(talk));
            await talk.SendQpackAsync();
            long session = await talk.RequestAsync();
            WebTransportAnswer answer = await talk.AnswerAsync(session);
            return answer.IsAccepted ? await JudgeCloseAsync(talk, session, [code, .. others], rule.Level)
                : talk.Peer.Closed is not null ? await JudgeCloseAsync(talk, session, [code, .. others], rule.Level)
                : answer.IsSilent ? ConformanceFinding.Late("the connection is not closed in time")
                : ConformanceFinding.Warn($"{answer} for a request, and the connection stays open; the sentence names {QuicPeer.NameOf(code)}");
        });

    /// <summary>A control stream that is right.</summary>
    private static ConformanceCase Begins(string id, ConformanceRule rule, Func<WebTransportTalk, byte[]> frames, int cut = int.MaxValue)
        => new($"webtransport/{id}", rule, "a session", async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.ConnectAsync(context);
            await talk.SendControlAsync(frames(talk), cut);
            await talk.SendQpackAsync();
            return await talk.FindDeadAsync(await talk.OpenAsync()) ?? ConformanceFinding.Pass("a session");
        });

    /// <summary>Settings with which there is no WebTransport.</summary>
    private static ConformanceCase Refused(string id, Func<IEnumerable<(long Id, long Value)>, IEnumerable<(long Id, long Value)>> edit)
        => new($"webtransport/{id}", Requirements, "no session", async context =>
        {
            await using WebTransportTalk talk = await WebTransportTalk.ConnectAsync(context);
            await talk.SendControlAsync(Settings(edit(talk.OwnSettings())));
            await talk.SendQpackAsync();
            WebTransportAnswer answer = await talk.AnswerAsync(await talk.RequestAsync());
            return answer.IsAccepted ? ConformanceFinding.Fail($"a session, with {answer}")
                : answer.IsSilent ? ConformanceFinding.Late("neither an answer nor a reset in time")
                : ConformanceFinding.Pass(answer.Text);
        });

    private static async Task<ConformanceFinding> BehindRequestAsync(ConformanceContext context)
    {
        await using WebTransportTalk talk = await WebTransportTalk.ConnectAsync(context);
        long session = await talk.RequestAsync();
        await talk.SendControlAsync(Settings(talk.OwnSettings()));
        await talk.SendQpackAsync();
        WebTransportAnswer answer = await talk.AnswerAsync(session);
        return answer.IsSilent ? ConformanceFinding.Late("no answer in time")
            : !answer.IsAccepted ? ConformanceFinding.Warn($"{answer}: the request came before SETTINGS, as it may in QUIC")
            : await talk.FindDeadAsync(session) ?? ConformanceFinding.Pass("a session");
    }
}
