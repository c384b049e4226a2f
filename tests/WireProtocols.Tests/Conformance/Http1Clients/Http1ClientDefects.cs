using static WireProtocols.Tests.Conformance.Http1ClientDefect;

namespace WireProtocols.Tests.Conformance;

/// <summary>One mistake of an HTTP/1.1 client, each as people make it.</summary>
public enum Http1ClientDefect
{
    None,
    LfInRequest, NoHost, HostWithoutPort, HostTwice, AbsoluteTarget, OldVersion, LowerCaseGet, SpaceBeforeColon, BadName, FoldedField, LineEndBehind,
    LineEndBefore,
    LengthInGet, TeHasChunked, TeWithoutOption, UpgradeWithoutOption, ExpectInGet, BareReturnInRequest, UserAgentTwice, BothFramings,
    FragmentInTarget, TwoSpaces,
    ControlInValue, UserInfoInHost, OptionIsNoToken,

    NeedsReason, AnyVersion, FourDigits, NoHead, UnknownStatusIsError, ErrorsAreErrors, InterimIsFinal, OneInterim, OnlyKnownInterims,
    NamesCaseSensitive, NeedsSpace,
    TabNotTrimmed, EndNotTrimmed, CodingCaseSensitive, LengthWins, FirstLength, LastLength, LengthOfList, LengthByPrefix, LengthPlus, LengthMinus,
    LengthHex,
    InvalidLengthIgnored, LengthWraps32, LengthFraction, LengthUnderscore, LengthTrimmedOfAll, LengthEmpty, CutLengthTaken, CutChunksTaken,
    CutHeadTaken, NothingIsEmpty,
    NoLengthIsEmpty, BodyIn204, BodyIn304, TakesAllThatCame, TakesSecondResponse, FoldIsField, FirstLineIsField, BareReturnEndsLine,
    UnderscoreIsHyphen, NameBySuffix,
    RefusesFold, ShortHeads,
    NoUpperHex, NoLowerHex, DecimalSizes, SizePrefix, SizePlus, SizeMinus, SizeEmpty, SizeByPrefix, SizeWraps32, SizeWraps64, SizeTrimmed,
    SkipsTwoBytes, NoEndNeeded,
    BareLfInChunks, LfInExtension, RefusesExtensions, LastIsOneZero, RefusesZerosBefore, SearchesTheEnd, ChunkedBySubstring, ChunkedNotLast,
    NoChunked,
    RefusesTrailers, TrailersInBody, BadTrailers, TrailersNotTrimmed, TrailersChangeStatus,
    BodyIsText, TrimsBody, Truncates64K, HeadInOneRead, BodyOfOneRead, ReportsEarly,
    ReusedAfterClose, CloseCaseSensitive, CloseIsNoList, CloseOfFirstLine, ReusedOld, ReusedWithMore, NoHeadLimit, NoInterimLimit, NoTrailerLimit,
}

/// <summary>Each mistake with the case that is for it; a tilde where the verdict is a warning.</summary>
public static class Http1ClientDefects
{
    public static IReadOnlyList<(Http1ClientDefect Defect, string Case)> All { get; } =
    [
        (LfInRequest, "request/line-ends"), (NoHost, "request/host/there"), (HostWithoutPort, "request/host/value"), (HostTwice, "request/host/once"),
        (AbsoluteTarget, "request/target"), (OldVersion, "~request/version"), (LowerCaseGet, "request/method"),
        (SpaceBeforeColon, "request/field-lines"),
        (BadName, "request/field-lines"), (FoldedField, "request/folding"), (LineEndBehind, "request/nothing-behind"),
        (LineEndBefore, "request/no-line-end-before"),
        (LengthInGet, "~request/length"), (TeHasChunked, "request/te"), (TeWithoutOption, "request/te-option"),
        (UpgradeWithoutOption, "request/upgrade-option"),
        (ExpectInGet, "request/expect"), (BareReturnInRequest, "request/bare-cr"), (UserAgentTwice, "request/once"),
        (BothFramings, "request/length-and-coding"),
        (FragmentInTarget, "request/fragment"), (TwoSpaces, "request/line"), (ControlInValue, "request/values"),
        (UserInfoInHost, "request/user-info"),
        (OptionIsNoToken, "request/connection"),

        (NeedsReason, "status-line/no-reason"), (AnyVersion, "~status-line/bad/major-2"), (FourDigits, "~status-line/bad/four-digits"),
        (NoHead, "~status-line/bad/words"),
        (UnknownStatusIsError, "status/299"), (ErrorsAreErrors, "~status/404"), (InterimIsFinal, "interim/100"), (OneInterim, "interim/two"),
        (OnlyKnownInterims, "interim/unknown"), (NamesCaseSensitive, "fields/length/lower-case"), (NeedsSpace, "fields/length/no-space"),
        (TabNotTrimmed, "fields/length/tab"), (EndNotTrimmed, "fields/length/space-behind"), (CodingCaseSensitive, "framing/coding/upper-case"),
        (LengthWins, "framing/length-and-chunked/short-length"), (FirstLength, "framing/length/two-different"),
        (LastLength, "framing/length/two-different-first"),
        (LengthOfList, "framing/length/invalid/list-different"), (LengthByPrefix, "framing/length/invalid/letter-behind"),
        (LengthPlus, "framing/length/invalid/plus"), (LengthMinus, "framing/length/invalid/minus"), (LengthHex, "framing/length/invalid/hex"),
        (InvalidLengthIgnored, "framing/length/invalid/letters"), (LengthWraps32, "framing/length/overflow/32-bits"),
        (LengthFraction, "framing/length/invalid/fraction"),
        (LengthUnderscore, "framing/length/invalid/underscore"), (LengthTrimmedOfAll, "framing/length/invalid/vertical-tab-before"),
        (LengthEmpty, "framing/length/invalid/empty"), (CutLengthTaken, "cut-off/length-some"), (CutChunksTaken, "cut-off/chunked-behind-chunk"),
        (CutHeadTaken, "cut-off/behind-a-field"), (NothingIsEmpty, "cut-off/nothing"), (NoLengthIsEmpty, "framing/until-close/no-length"),
        (BodyIn204, "framing/no-body/204-with-length"), (BodyIn304, "framing/no-body/304-with-length"), (TakesAllThatCame, "behind/length"),
        (TakesSecondResponse, "behind/length"), (FoldIsField, "fields/hidden/folded"), (FirstLineIsField, "fields/hidden/first-line"),
        (BareReturnEndsLine, "fields/hidden/behind-bare-cr"), (UnderscoreIsHyphen, "fields/hidden/underscore"),
        (NameBySuffix, "fields/hidden/prefix"),
        (RefusesFold, "~fields/fold/space"), (ShortHeads, "~fields/length-4000"),
        (NoUpperHex, "chunked/upper-case"), (NoLowerHex, "chunked/lower-case"), (DecimalSizes, "chunked/two-digits"),
        (SizePrefix, "chunked/bad-size/prefix-0x"),
        (SizePlus, "chunked/bad-size/plus"), (SizeMinus, "chunked/bad-size/minus"), (SizeEmpty, "chunked/bad-size/last-empty"),
        (SizeByPrefix, "chunked/bad-size/letter-behind"), (SizeWraps32, "chunked/overflow/32-bits"), (SizeWraps64, "chunked/overflow/64-bits"),
        (SizeTrimmed, "~chunked/lines/space-behind-size"), (SkipsTwoBytes, "chunked/data-end/two-letters"), (NoEndNeeded, "chunked/data-end/nothing"),
        (BareLfInChunks, "~chunked/lines/bare-lf-behind-size"), (LfInExtension, "~chunked/lines/bare-lf-in-extension"),
        (RefusesExtensions, "chunked/extension/name"),
        (LastIsOneZero, "chunked/zeros-at-the-end"), (RefusesZerosBefore, "chunked/leading-zero"), (SearchesTheEnd, "chunked/like-the-end"),
        (ChunkedBySubstring, "framing/coding/not-chunked/letter-before"), (ChunkedNotLast, "framing/coding/not-chunked/chunked-then-identity"),
        (NoChunked, "framing/coding/chunked"), (RefusesTrailers, "trailers/one"), (TrailersInBody, "trailers/one"),
        (BadTrailers, "~trailers/bad/no-colon"),
        (TrailersNotTrimmed, "trailers/spaces"), (TrailersChangeStatus, "trailers/status"),
        (BodyIsText, "framing/length/all-bytes"), (TrimsBody, "framing/length/line-ends"), (Truncates64K, "framing/length/65536"),
        (HeadInOneRead, "pieces/paused/behind-each-line"), (BodyOfOneRead, "pieces/paused/in-body"), (ReportsEarly, "whole/length"),
        (ReusedAfterClose, "connection/close"), (CloseCaseSensitive, "connection/close-upper-case"), (CloseIsNoList, "connection/close-in-list"),
        (CloseOfFirstLine, "connection/close-in-second-line"), (ReusedOld, "connection/old-version"), (ReusedWithMore, "~behind/garbage"),
        (NoHeadLimit, "~attacks/head/one-line"), (NoInterimLimit, "~attacks/interim"), (NoTrailerLimit, "~attacks/trailers/many-lines"),
    ];
}
