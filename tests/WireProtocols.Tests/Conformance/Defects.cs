using static WireProtocols.Tests.Conformance.Defect;

namespace WireProtocols.Tests.Conformance;

/// <summary>One mistake of a server, each as people make it.</summary>
public enum Defect
{
    None,
    AcceptsPost, AcceptsLowerCaseMethod, AcceptsHttp10, MissingHost, TwoHosts, InvalidHost, MissingUpgrade, UpgradeBySubstring, MissingConnection,
    ConnectionBySubstring, UpgradeCaseSensitive, ConnectionCaseSensitive, ConnectionIsNoList, ConnectionFirstLineOnly, NamesCaseSensitive, NeedsSpace,
    KeyNotTrimmed, MissingKey, ShortKey, AnyKey, TwoKeys, MissingVersion, AnyVersion, VersionAsNumber, VersionAsPrefix, TwoVersions,
    RefusesWithoutVersion,
    RefusesWith200, RefusesByHangingUp, WrongGuid, DecodesKey, AcceptTwice, AcceptMissing, Answers200, NoUpgradeInAnswer, NoConnectionInAnswer,
    AnswersHttp10, LengthIn101, ChunkedIn101, SpaceBeforeColonInAnswer, UnofferedSubprotocol, WholeSubprotocolList, TwoSubprotocols,
    LowerCaseSubprotocol,
    UnofferedExtension, EchoesExtensions, MalformedExtensions, MalformedSubprotocols, DropsWhatIsBehind, ReadsHeadOnce, SpaceBeforeColon,
    LineWithoutColon,
    NoAbsoluteForm, RefusesEmptyFields, TakesFoldedFirstLine, HostFirst, RefusesCaseOfUpgradeList,

    Unmasked, UnmaskedControl, UnmaskedEmpty, UnmaskedContinuation, NonMinimal16, NonMinimal64, NonMinimalControl, NonMinimalContinuation,
    TopBitCleared,
    Rsv1, Rsv2, Rsv3, RsvOnControl, RsvOnContinuation, ReservedDataOpcodes, ReservedControlOpcodes, KeyOfFirstFrame, MaskRestartsAt4096,
    Signed16, Length64In16, MasksAnswers, AnswersAlwaysText, AnswersAlwaysBinary, AnswersNonMinimal, AnswersWithRsv, AnswersInTexts,
    DropsEmptyMessages,
    Truncates126, LosesEvery100th,

    NoPong, EmptyPong, ShortPong, AnswersPong, LongControl, FragmentedControl, PongAfterMessage, PingBreaksMessage, PongIsMessage,

    ContinuationOfNothing, MessageInsideMessage, FragmentsAreMessages, LosesLastFragment, LosesFirstFragment, TypeOfLastFrame,
    EmptyFragmentFails,

    NoUtf8, Utf8PerFrame, Overlong, Surrogates, AboveLastPlane, CutOffEnd, RefusesNoncharacters, RefusesNul, StripsBom, Utf8InFragmentsUnchecked,
    WrongTextCode,
    ReplacesBadText, Utf8FirstPart, BinaryChecked,

    NoCloseAnswer, StaysOpen, OneByteClose, AnyCloseCode, CodesBelow1000, ReservedCodes, AnyReason, LongClose, EchoAfterClose, PongAfterClose,
    ClosesAfterMessage, RefusesPrivateCodes, Closes1006, ClosesWithOneByte, ClosesTwice, GoesOnAfterFailing, FailsWithoutClose, FailsWith1000,

    UnknownParameters, Bits7, Bits16, BitsLeadingZero, DuplicateParameters, FlagWithValue, ClientBitsUnasked, LargerServerBits, ServerBitsOmitted,
    ServerNoContextOmitted, ContextKept, ClientContextForgotten, SmallWindow, Rsv1OnContinuation, Rsv1OnControl, TakesPlainForCompressed,
    TakesCompressedForPlain, NoFinalBlock, NoUtf8BehindInflater, KeepsTail, WindowIgnored, NoRsv1OnCompressed, InflatesFragments, BadDeflateIsEmpty,
    DeclinesEverythingWith400, OffersQuoted,

    NoMessageLimit, NoFragmentLimit, NoEmptyFragmentLimit, NoInflateLimit, NoHeadLimit, NoAnnouncedLimit, DiesOfPings,
}

/// <summary>Which case finds which mistake.</summary>
public static class Defects
{
    /// <summary>The cases; a wave stands before those whose verdict is a warning, since no MUST is broken.</summary>
    public static IReadOnlyList<(Defect Defect, string Case)> All { get; } =
    [
        (AcceptsPost, "ws/handshake/method/post"), (AcceptsLowerCaseMethod, "ws/handshake/method/lower-case"),
        (AcceptsHttp10, "ws/handshake/http-version/1.0"), (MissingHost, "ws/handshake/host/missing"), (TwoHosts, "ws/handshake/host/twice"),
        (InvalidHost, "ws/handshake/host/invalid"), (MissingUpgrade, "ws/handshake/upgrade/missing"),
        (UpgradeBySubstring, "ws/handshake/upgrade/longer"), (MissingConnection, "ws/handshake/connection/missing"),
        (ConnectionBySubstring, "ws/handshake/connection/prefix"), (UpgradeCaseSensitive, "ws/handshake/token/upgrade-case"),
        (ConnectionCaseSensitive, "ws/handshake/token/connection-case"), (ConnectionIsNoList, "ws/handshake/token/connection-list"),
        (ConnectionFirstLineOnly, "ws/handshake/token/connection-lines"), (NamesCaseSensitive, "ws/handshake/fields/lower-case"),
        (TakesFoldedFirstLine, "ws/handshake/fields/folded-first"),
        (NeedsSpace, "ws/handshake/fields/no-space"), (KeyNotTrimmed, "ws/handshake/key/space-around"), (MissingKey, "ws/handshake/key/missing"),
        (ShortKey, "ws/handshake/key/15-bytes"), (AnyKey, "ws/handshake/key/no-base64"), (TwoKeys, "ws/handshake/key/twice"),
        (MissingVersion, "ws/handshake/version/missing"), (AnyVersion, "ws/handshake/version/14"),
            (VersionAsNumber, "ws/handshake/version/leading-zero"),
        (VersionAsPrefix, "ws/handshake/version/fraction"), (TwoVersions, "ws/handshake/version/twice"),
        (RefusesWithoutVersion, "ws/handshake/version/14"), (RefusesWith200, "ws/handshake/version/14"),
            (RefusesByHangingUp, "~ws/handshake/key/missing"),
        (WrongGuid, "ws/handshake/plain"), (DecodesKey, "ws/handshake/key/sample"), (AcceptTwice, "ws/handshake/plain"),
        (AcceptMissing, "ws/handshake/plain"), (Answers200, "ws/handshake/plain"), (NoUpgradeInAnswer, "ws/handshake/plain"),
        (NoConnectionInAnswer, "ws/handshake/plain"), (AnswersHttp10, "ws/handshake/plain"), (LengthIn101, "ws/handshake/plain"),
        (ChunkedIn101, "ws/handshake/plain"), (SpaceBeforeColonInAnswer, "ws/handshake/plain"),
            (UnofferedSubprotocol, "ws/handshake/subprotocol/none"),
        (WholeSubprotocolList, "ws/handshake/subprotocol/list"), (TwoSubprotocols, "ws/handshake/subprotocol/list"),
        (LowerCaseSubprotocol, "ws/handshake/subprotocol/case"), (UnofferedExtension, "ws/handshake/plain"),
        (EchoesExtensions, "ws/extensions/unknown"), (MalformedExtensions, "ws/extensions/malformed/open-quote"),
        (MalformedSubprotocols, "ws/handshake/subprotocol/no-token"), (DropsWhatIsBehind, "~ws/handshake/pipelined/frame"),
        (ReadsHeadOnce, "ws/handshake/pieces/bytes"), (SpaceBeforeColon, "ws/handshake/fields/space-before-colon"),
        (LineWithoutColon, "~ws/handshake/fields/no-colon"), (NoAbsoluteForm, "ws/handshake/target/absolute"),
        (RefusesEmptyFields, "ws/handshake/fields/unknown"), (HostFirst, "ws/handshake/fields/reversed"),
        (RefusesCaseOfUpgradeList, "ws/handshake/token/connection-list-empty-members"),

        (Unmasked, "ws/frames/mask/unmasked-text"), (UnmaskedControl, "ws/frames/mask/unmasked-ping"),
            (UnmaskedEmpty, "ws/frames/mask/unmasked-empty"),
        (UnmaskedContinuation, "ws/frames/mask/unmasked-continuation"), (NonMinimal16, "ws/frames/length/non-minimal-16"),
        (NonMinimal64, "ws/frames/length/non-minimal-64"), (NonMinimalControl, "ws/frames/length/non-minimal-ping-16"),
        (NonMinimalContinuation, "ws/frames/length/non-minimal-continuation"), (TopBitCleared, "ws/frames/length/top-bit-70000"),
        (Rsv1, "ws/frames/rsv/4-binary"), (Rsv2, "ws/frames/rsv/2-binary"), (Rsv3, "ws/frames/rsv/1-binary"), (RsvOnControl, "ws/frames/rsv/2-ping"),
        (RsvOnContinuation, "ws/frames/rsv/1-continuation"), (ReservedDataOpcodes, "ws/frames/opcode/3"),
            (ReservedControlOpcodes, "ws/frames/opcode/11"),
        (KeyOfFirstFrame, "ws/frames/mask/each-frame-its-key"), (MaskRestartsAt4096, "ws/frames/mask/in-writes-of-4097"),
        (Signed16, "ws/frames/length/binary-65535"), (Length64In16, "ws/frames/length/binary-65537"), (MasksAnswers, "ws/frames/length/text-1"),
        (AnswersAlwaysText, "ws/frames/length/binary-1"), (AnswersAlwaysBinary, "ws/frames/length/text-1"),
        (AnswersNonMinimal, "ws/frames/length/text-1"), (AnswersWithRsv, "ws/frames/length/text-1"), (AnswersInTexts, "ws/frames/length/text-256"),
        (DropsEmptyMessages, "ws/frames/length/text-0"), (Truncates126, "ws/frames/length/binary-126"),
            (LosesEvery100th, "ws/frames/pieces/together"),

        (NoPong, "ws/control/ping/text"), (EmptyPong, "ws/control/ping/text"), (ShortPong, "ws/control/ping/125"),
            (AnswersPong, "ws/control/pong/payload"),
        (LongControl, "ws/control/length/ping-126"), (FragmentedControl, "ws/control/fragmented/ping-alone"),
        (PongAfterMessage, "ws/fragments/pong-before-the-end"), (PingBreaksMessage, "ws/fragments/ping-between"),
            (PongIsMessage, "ws/control/pong/payload"),

        (ContinuationOfNothing, "ws/fragments/continuation-of-nothing"), (MessageInsideMessage, "ws/fragments/message-inside-a-message"),
        (FragmentsAreMessages, "ws/fragments/two"), (LosesLastFragment, "ws/fragments/two"), (LosesFirstFragment, "ws/fragments/two"),
        (TypeOfLastFrame, "ws/fragments/binary"), (EmptyFragmentFails, "ws/fragments/empty-middle"),

        (NoUtf8, "ws/text/invalid/surrogate-inside"), (Utf8PerFrame, "ws/text/split/1"), (Overlong, "ws/text/overlong-slash/1"),
        (Surrogates, "ws/text/surrogate/1"), (AboveLastPlane, "ws/text/borders/5"), (CutOffEnd, "ws/text/last-byte-missing/7"),
        (RefusesNoncharacters, "ws/text/noncharacter/1"), (RefusesNul, "ws/text/first/1"), (StripsBom, "ws/text/more/19"),
        (Utf8InFragmentsUnchecked, "ws/text/invalid/surrogate-in-byte-frames"), (WrongTextCode, "~ws/text/overlong-slash/1"),
        (ReplacesBadText, "ws/text/surrogate/1"), (Utf8FirstPart, "ws/text/invalid/behind-127"), (BinaryChecked, "ws/frames/binary/not-utf8"),

        (NoCloseAnswer, "ws/close/plain"), (StaysOpen, "ws/close/tcp-ends"), (OneByteClose, "~ws/close/one-byte"),
            (AnyCloseCode, "ws/close/code/1005"),
        (CodesBelow1000, "ws/close/code/999"), (ReservedCodes, "~ws/close/code/2000"), (AnyReason, "ws/close/reason/overlong"),
        (LongClose, "ws/close/reason-of-124"), (EchoAfterClose, "ws/close/then-message"), (PongAfterClose, "ws/close/then-ping"),
        (ClosesAfterMessage, "ws/close/inside-a-message"), (RefusesPrivateCodes, "~ws/close/code/3000"), (Closes1006, "ws/frames/rsv/1-binary"),
        (ClosesWithOneByte, "ws/frames/rsv/1-binary"), (ClosesTwice, "ws/close/plain"), (GoesOnAfterFailing, "ws/frames/rsv/1-binary"),
        (FailsWithoutClose, "~ws/frames/rsv/1-binary"), (FailsWith1000, "~ws/frames/rsv/1-binary"),

        (UnknownParameters, "ws/deflate/offer/invalid/unknown-parameter"), (Bits7, "ws/deflate/offer/invalid/server-bits-7"),
        (Bits16, "ws/deflate/offer/invalid/client-bits-16"), (BitsLeadingZero, "ws/deflate/offer/invalid/server-bits-leading-zero"),
        (DuplicateParameters, "ws/deflate/offer/invalid/twice-server-context"),
        (FlagWithValue, "ws/deflate/offer/invalid/server-context-with-value"), (ClientBitsUnasked, "ws/deflate/offer/no-client-bits"),
        (LargerServerBits, "ws/deflate/offer/server-bits-10"), (ServerBitsOmitted, "ws/deflate/offer/server-bits-12"),
        (ServerNoContextOmitted, "ws/deflate/offer/server-no-context"), (ContextKept, "ws/deflate/own/server-no-context"),
        (ClientContextForgotten, "ws/deflate/history/taken-over"), (SmallWindow, "ws/deflate/history/far"),
        (Rsv1OnContinuation, "ws/deflate/rsv/continuation"), (Rsv1OnControl, "ws/deflate/rsv/ping"),
        (TakesPlainForCompressed, "ws/deflate/message/plain"), (TakesCompressedForPlain, "ws/deflate/message/fixed-code"),
        (NoFinalBlock, "ws/deflate/message/final-block"), (NoUtf8BehindInflater, "ws/deflate/invalid/text"),
            (KeepsTail, "~ws/deflate/message/fixed-code"),
        (WindowIgnored, "ws/deflate/own/server-bits-9"), (NoRsv1OnCompressed, "ws/deflate/message/sample"),
        (InflatesFragments, "ws/deflate/message/in-fragments"), (BadDeflateIsEmpty, "ws/deflate/invalid/block-type"),
        (DeclinesEverythingWith400, "ws/extensions/unknown"), (OffersQuoted, "ws/deflate/offer/plain"),

        (NoMessageLimit, "~ws/attacks/message-of-64m"), (NoFragmentLimit, "~ws/attacks/fragments-of-one-byte"),
        (NoEmptyFragmentLimit, "~ws/attacks/empty-fragments"), (NoInflateLimit, "~ws/attacks/inflate-64m"),
        (NoHeadLimit, "~ws/attacks/endless-head/one-line"), (NoAnnouncedLimit, "~ws/attacks/announced-62-bits"), (DiesOfPings, "ws/attacks/pings"),
    ];
}
