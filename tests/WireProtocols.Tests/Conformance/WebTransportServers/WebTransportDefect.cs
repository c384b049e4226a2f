namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>One mistake of a WebTransport server.</summary>
public enum WebTransportDefect
{
    None,
    SettingsLate, SendsReservedSetting, SendsSettingTwice, NoConnectProtocol, NoDatagramSetting, TakesReservedSettings, RefusesUnknownSettings,
    TakesAnyDatagramSetting, TakesCutOffSettings, TakesMissingSettings, TakesSecondSettings, TakesSettingsAnywhere, IgnoresRequirements,
    AnswersBeforeSettings,

    TakesSecondControl, ForgetsControl, TakesDataOnControl, TakesPushPromise, TakesHttp2Frames, RefusesUnknownFrames, LowersPushLimit,
    TakesAnyCancelPush, TakesAnyGoAway, TakesLongPayloads, TakesPushStreams, RefusesUnknownStreams, RefusesEmptyStreams, WrongCode,

    NoPathNeeded, NoAuthorityNeeded, AnyScheme, AnyMethod, PseudoTwice, UnknownPseudo, PseudoBehind, UpperCase, ConnectionFields, AnyValue,
    ContentLength, AnyProtocol, UnknownProtocolIs400, InventsProtocol, TakesTokensForProtocols, HostIgnored,

    TakesDataFirst, TakesCutOffFrames, TakesHeadersInSession, SignalAnywhere, LeavesIncompleteOpen, TakesManySessions,

    AnySessionId, UnidirectionalIdUnchecked, DropsEarlyStreams, NoBufferLimit, LosesLastByte, NoEnd, HeaderInOneRead, UnknownSessionIsFatal,

    AnyDatagram, LargeQuarterIds, DropsEmptyDatagrams, UnknownDatagramIsFatal, CodesPlain, CodesOffByOne, ForeignCodesAreFatal, StopIgnored,

    RefusesUnknownCapsules, LosesLargeCapsules, DrainCloses, CloseUnanswered, CloseKeepsStreams, GoneWithOtherCode, LongReason, AnyReason,
    ShortClose, DataBehindClose, TakesCutOffCapsules, EndIgnored, LateStreamsAreFatal, LimitsMayFall, AnyStreamCount, TakesProhibitedCapsules,
    NoStreamLimit, FlowWithoutFlow,

    NoDataLimit, DataLimitOfEachStream, UnidirectionalUncounted, CountsHeaders, CountsCapsules, NeverGrantsData, NoBidirectionalLimit,
    NeverGrantsStreams, SendsBeyond, SendLimitOfEachStream, IgnoresMaxData, OpensBeyond, IgnoresMaxStreams,

    ConnectsEarly, TakesMalformedAnswers, LeavesMalformedAnswers, CancelsMalformedAnswers, InterimIsFinal, AnyStatus,

    SecondEncoder, ForgetsEncoder, AnyStaticIndex, BadSectionsAre400, AnyInstruction, AnyDecoderInstruction, NoHuffman,
}
