using static WireProtocols.Tests.Conformance.WebTransportServers.WebTransportDefect;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>Which case finds which mistake, by what stands behind <c>webtransport/</c>.</summary>
public static class WebTransportDefects
{
    /// <summary>Mistakes of clients; those of both roles are found by the cases of the same names.</summary>
    public static IReadOnlyList<(WebTransportDefect Defect, string Case)> OfClients { get; } =
    [
        (ConnectsEarly, "connect/waits-for-settings"), (IgnoresRequirements, "connect/without-datagrams"), (AnyMethod, "connect/request/method"),
        (AnyProtocol, "connect/request/protocol"), (AnyScheme, "connect/request/scheme"), (NoAuthorityNeeded, "connect/request/authority"),
        (NoPathNeeded, "connect/request/path"), (PseudoBehind, "connect/request/pseudo-first"), (UpperCase, "connect/request/lower-case"),
        (TakesMalformedAnswers, "connect/answer/malformed/no-status"), (LeavesMalformedAnswers, "connect/answer/malformed/two-status"),
        (CancelsMalformedAnswers, "~connect/answer/malformed/upper-case"), (InterimIsFinal, "connect/answer/interim"),
        (AnyStatus, "connect/answer/404"), (BadSectionsAre400, "qpack/section/huffman-eos"),
    ];

    /// <summary>Those that only a client makes.</summary>
    public static IReadOnlyList<WebTransportDefect> OnlyOfClients { get; } =
        [ConnectsEarly, TakesMalformedAnswers, LeavesMalformedAnswers, CancelsMalformedAnswers, InterimIsFinal, AnyStatus];

    /// <summary>The cases; a wave stands before those whose verdict is a warning, a dot before those that are remarked on.</summary>
    public static IReadOnlyList<(WebTransportDefect Defect, string Case)> All { get; } =
    [
        (SettingsLate, "settings/own/first"), (SendsReservedSetting, "settings/own/reserved"), (SendsSettingTwice, "settings/own/once"),
        (NoConnectProtocol, "settings/own/connect-protocol"), (NoDatagramSetting, "settings/own/datagrams"),
        (TakesReservedSettings, "settings/reserved/3"), (RefusesUnknownSettings, "settings/unknown"),
        (TakesAnyDatagramSetting, "settings/datagrams-2"), (TakesCutOffSettings, "settings/cut-off"),
        (TakesMissingSettings, "settings/missing/unknown-frame"), (TakesSecondSettings, "settings/second"),
        (TakesSettingsAnywhere, "settings/on-a-request-stream"), (IgnoresRequirements, "settings/without-datagrams"),
        (AnswersBeforeSettings, "~settings/behind-the-request"),

        (TakesSecondControl, "control/second"), (ForgetsControl, "control/closed"), (TakesDataOnControl, "control/data"),
        (TakesPushPromise, "control/push-promise"), (TakesHttp2Frames, "control/http2-frame/8"), (RefusesUnknownFrames, "control/unknown-frame"),
        (LowersPushLimit, "control/push-limit-reduced"), (TakesAnyCancelPush, "control/cancel-push-beyond"),
            (TakesAnyGoAway, "control/goaway-larger"),
        (TakesLongPayloads, "control/goaway-with-more"), (TakesPushStreams, "streams/push"), (RefusesUnknownStreams, "streams/unknown"),
        (RefusesEmptyStreams, "streams/empty"), (WrongCode, "~control/second"),

        (NoPathNeeded, "connect/malformed/empty-path"), (NoAuthorityNeeded, "connect/malformed/no-authority"), (AnyScheme, "connect/malformed/http"),
        (AnyMethod, "connect/malformed/get"), (PseudoTwice, "connect/malformed/two-paths"), (UnknownPseudo, "connect/malformed/unknown-pseudo"),
        (PseudoBehind, "connect/malformed/pseudo-behind"), (UpperCase, "connect/malformed/upper-case"),
        (ConnectionFields, "connect/malformed/keep-alive"), (AnyValue, "connect/malformed/line-feed"),
        (ContentLength, "connect/malformed/content-length"), (AnyProtocol, "connect/unknown-protocol"),
        (UnknownProtocolIs400, "~connect/unknown-protocol"), (InventsProtocol, "connect/protocols-not-offered"),
        (TakesTokensForProtocols, "connect/protocols-malformed/token"), (HostIgnored, "~connect/malformed/host-differs"),

        (TakesDataFirst, "frames/data-first"), (TakesCutOffFrames, "frames/cut-off"), (TakesHeadersInSession, "frames/headers-behind-the-request"),
        (SignalAnywhere, "frames/wt-stream-in-a-session"), (LeavesIncompleteOpen, "~frames/nothing"), (TakesManySessions, "sessions/second"),

        (AnySessionId, "session-id/bidirectional/1"), (UnidirectionalIdUnchecked, "session-id/unidirectional/2"),
        (DropsEarlyStreams, "~streams/early/bidirectional"), (NoBufferLimit, "~streams/of-no-session/limited"),
            (LosesLastByte, "streams/bidirectional"),
        (NoEnd, "streams/bidirectional"), (HeaderInOneRead, "streams/bidirectional-in-pieces"), (UnknownSessionIsFatal, "streams/of-no-session"),

        (AnyDatagram, "datagrams/half-an-integer"), (LargeQuarterIds, "datagrams/quarter-too-large"), (DropsEmptyDatagrams, "datagrams/empty"),
        (UnknownDatagramIsFatal, "datagrams/of-no-session"), (CodesPlain, "codes/reset/255"), (CodesOffByOne, "codes/reset/30"),
        (ForeignCodesAreFatal, "codes/foreign/http3"), (StopIgnored, ".codes/stop"),

        (RefusesUnknownCapsules, "capsules/unknown"), (LosesLargeCapsules, "capsules/unknown-large"), (DrainCloses, "capsules/drain"),
        (CloseUnanswered, "capsules/close/plain"), (CloseKeepsStreams, "capsules/close/plain"), (GoneWithOtherCode, "~capsules/close/plain"),
        (LongReason, "~capsules/close/reason-of-1025"), (AnyReason, "~capsules/close/reason-no-utf8"), (ShortClose, "~capsules/close/three-bytes"),
        (DataBehindClose, "~capsules/close/data-behind"), (TakesCutOffCapsules, "~capsules/cut-off"), (EndIgnored, "capsules/close/end-alone"),
        (LateStreamsAreFatal, "capsules/close/plain"), (LimitsMayFall, "flow/max-data/twice"), (AnyStreamCount, "flow/max-streams-uni/too-many"),
        (TakesProhibitedCapsules, "flow/prohibited/max-stream-data"), (NoStreamLimit, "flow/streams-beyond"), (FlowWithoutFlow, "flow/without"),

        (NoDataLimit, "flow/data/beyond/one-stream"), (DataLimitOfEachStream, "flow/data/beyond/over-streams"),
        (UnidirectionalUncounted, "flow/data/beyond/unidirectional"), (CountsHeaders, "flow/data/all"), (CountsCapsules, "flow/data/capsules"),
        (NeverGrantsData, "~flow/data/granted"), (NoBidirectionalLimit, "flow/streams-beyond-bidirectional"),
        (NeverGrantsStreams, "~flow/streams-granted"), (SendsBeyond, "flow/data/kept"), (SendLimitOfEachStream, "flow/data/kept-over-streams"),
        (IgnoresMaxData, "~flow/data/kept"), (OpensBeyond, "flow/streams-kept"), (IgnoresMaxStreams, ".flow/streams-kept"),

        (SecondEncoder, "qpack/encoder-twice"), (ForgetsEncoder, "qpack/encoder-closed"), (AnyStaticIndex, "qpack/section/static-index-99"),
        (BadSectionsAre400, "qpack/section/huffman-eos"), (AnyInstruction, "qpack/encoder/insert"),
            (AnyDecoderInstruction, "qpack/decoder/increment"),
        (NoHuffman, "qpack/section/huffman"),
    ];
}
