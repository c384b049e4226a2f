using static WireProtocols.Tests.Conformance.EventStreamServers.StreamDefect;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>One mistake of a server of event streams, each as people make it.</summary>
public enum StreamDefect
{
    None,
    WrongType, NoType, TypeTwice, TypeOfLonger, OtherCharset, Status201, StatusWithoutReasonSpace, BareLineEnds, SpaceBeforeColon, FoldedField,
    ControlInField, LengthAndChunks, LengthTooLarge, LengthInCharacters, LengthOfText, IdentityCoding, ChunkedTwice, OldWithChunks, GzipUnsaid,
    GzipNotDone, KeptByCaches, BufferedByProxies, HeadWithFirstEvent, ListOfOrigins, AnyOriginWithCredentials, BadDate, TwoDates,

    DecimalSizes, SizesInCharacters, NoLineEndBehindChunk, BareLfBehindSize, NoLastChunk, NoEmptyLineAtEnd, EmptyChunk, BytesBehindEnd, PrefixedSizes,
    SpaceBehindSize, ChunksUnsaid, ChunksInChunks, NotChunked,

    Latin1, Utf16, CutCharacters, Surrogates, BomEach, CrInData, UnsplitText, NoEmptyLines, UnfinishedEnd, PlainJson,

    UpperCaseNames, SpaceBeforeFieldColon, IndentedFields, EqualsSigns, UnknownField, HashComments, NulInId, TwoIds, SameIds, RetryInWords,
    RetryNegative,
    RetryFraction, RetryEmpty, RetryForYears, CommentsWithoutEnd, EventsWithoutData, TwoTypes,

    AllAtEnd, EmptyLineLater, Blocks, Batches, GzipHeld, GzipUnasked, GzipBySubstring, GzipThoughExcluded,

    AcceptWhole, AcceptFirst, AcceptByCase, NeedsAccept, RefusesAny, AcceptByLine, NamesByCase, NeedsSpace, SpaceNotTrimmed, HeadInOneRead,
    NoAbsoluteForm,
    BadEscapeIs500, ChunksToOld, OldNotClosed, ContentOfHead, PostIs500, UnknownMethodIs500, NoAllow, PostUnanswered, SecondUnanswered, ClosesUnsaid,
    CloseNotKept, StaysOpenAfterClose,

    IgnoresId, RepeatsLast, SkipsOne, ComparesAsText, LosesIds, LosesTypes, OtherData, EndBeginsAnew, LengthOf204, SharedCursor, ResumedIsSilent,
    IdNameByCase, IdNotTrimmed, ResumeNotInOrder,

    WordIs500, WordHangsUp, LargeNumberIs500, NegativeIs500, WordWaits, EmptyIs500, BytesAre500, LongIs500, TwiceIs500, BadUtf8Is500, IdKills,

    LfFromQuery, CrFromQuery, CutToLatin1, LfInType, EscapedInId, CrInId, HeadFromQuery, LfInComment, EscapedInUserAgent, EscapedTwice, NameFromQuery,

    OneAtATime, SecondIs503, NewEndsOld, TakesTurns, DiesOfReset, LeaksClients, LeavingEndsAll, HeadsInLine, NoHeadLimit, NoTargetLimit,
}

/// <summary>Which case finds which mistake.</summary>
public static class StreamDefects
{
    /// <summary>The cases; a wave stands before those whose verdict is a warning, since no MUST is broken.</summary>
    public static IReadOnlyList<(StreamDefect Defect, string Case)> All { get; } =
    [
        (WrongType, "answer/content-type"), (NoType, "answer/content-type"), (TypeTwice, "answer/once/content-type"),
        (TypeOfLonger, "answer/content-type"), (OtherCharset, "answer/charset"), (Status201, "answer/status"),
        (StatusWithoutReasonSpace, "answer/status-line"), (BareLineEnds, "answer/line-ends"), (SpaceBeforeColon, "answer/fields"),
        (FoldedField, "answer/fields"), (ControlInField, "answer/fields"), (LengthAndChunks, "answer/length-and-coding"),
        (LengthTooLarge, "answer/content-length"), (LengthInCharacters, "answer/content-length"), (LengthOfText, "answer/content-length"),
        (IdentityCoding, "answer/transfer-coding"), (ChunkedTwice, "answer/transfer-coding"), (OldWithChunks, "answer/version"),
        (GzipUnsaid, "answer/content-encoding"), (GzipNotDone, "flush/compressed/gzip"), (KeptByCaches, "~answer/cache"),
        (BufferedByProxies, "~answer/proxy-buffering"), (HeadWithFirstEvent, "~answer/head-at-once"), (ListOfOrigins, "~answer/cors"),
        (AnyOriginWithCredentials, "~request/origin/stranger"), (BadDate, "~answer/date"), (TwoDates, "answer/once/date"),

        (DecimalSizes, "framing/chunks"), (SizesInCharacters, "framing/chunks"), (NoLineEndBehindChunk, "framing/chunks"),
        (BareLfBehindSize, "framing/chunks"), (NoLastChunk, "framing/end"), (NoEmptyLineAtEnd, "framing/end"), (EmptyChunk, "connection/keep-alive"),
        (BytesBehindEnd, "framing/behind-the-end"), (PrefixedSizes, "framing/chunks"), (SpaceBehindSize, "framing/chunks"),
        (ChunksUnsaid, "format/twice-chunked"), (ChunksInChunks, "format/twice-chunked"), (NotChunked, "framing/chunks"),

        (Latin1, "format/utf-8"), (Utf16, "format/utf-16"), (CutCharacters, "format/utf-8"), (Surrogates, "format/utf-8"), (BomEach, "format/bom"),
        (CrInData, "format/lone-cr"), (UnsplitText, "fields/data-lines"), (NoEmptyLines, "format/empty-lines"), (UnfinishedEnd, "format/last-event"),
        (PlainJson, "format/events"),

        (UpperCaseNames, "fields/name-case"), (SpaceBeforeFieldColon, "fields/name-space"), (IndentedFields, "fields/name-space"),
        (EqualsSigns, "fields/separator"), (UnknownField, "~fields/unknown"), (HashComments, "~fields/unknown"), (NulInId, "fields/id-nul"),
        (TwoIds, "~fields/id-twice"), (SameIds, "~fields/id-unique"), (RetryInWords, "fields/retry"), (RetryNegative, "fields/retry"),
        (RetryFraction, "fields/retry"), (RetryEmpty, "fields/retry"), (RetryForYears, "~fields/retry-range"),
        (CommentsWithoutEnd, "~fields/comment"),
        (EventsWithoutData, "~fields/event-without-data"), (TwoTypes, "~fields/event-twice"),

        (AllAtEnd, "flush/first-event"), (EmptyLineLater, "flush/end-of-event"), (Blocks, "flush/blocks"), (Batches, "~flush/batches"),
        (GzipHeld, "flush/compressed/gzip"), (GzipUnasked, "flush/compressed/br"),
        (GzipBySubstring, "flush/compressed/xgzip"), (GzipThoughExcluded, "~flush/compressed/excluded"),

        (AcceptWhole, "request/accept/first-of-list"), (AcceptFirst, "request/accept/last-of-list"), (AcceptByCase, "request/accept/upper-case"),
        (NeedsAccept, "request/accept/missing"), (RefusesAny, "request/accept/any"), (AcceptByLine, "request/accept/two-lines"),
        (NamesByCase, "request/fields/lower-case"), (NeedsSpace, "resume/no-space"), (SpaceNotTrimmed, "request/fields/much-space"),
        (HeadInOneRead, "request/pieces/bytes"), (NoAbsoluteForm, "request/target/absolute"), (BadEscapeIs500, "request/target/bad-escape"),
        (ChunksToOld, "request/http-1.0"), (OldNotClosed, "request/http-1.0"), (ContentOfHead, "methods/head"), (PostIs500, "methods/post"),
        (UnknownMethodIs500, "methods/brew"), (NoAllow, "methods/allow/put"), (PostUnanswered, "~methods/post"),
        (SecondUnanswered, "connection/keep-alive"), (ClosesUnsaid, "~connection/keep-alive"), (CloseNotKept, "connection/close-kept"),
        (StaysOpenAfterClose, "connection/close"),

        (IgnoresId, "~resume/behind/middle"), (RepeatsLast, "resume/behind/middle"), (SkipsOne, "resume/behind/middle"),
        (ComparesAsText, "~resume/behind/last-but-one"), (LosesIds, "~resume/behind/middle"), (LosesTypes, "resume/same-events"),
        (OtherData, "resume/same-events"), (EndBeginsAnew, "resume/behind-the-end"), (LengthOf204, "resume/no-content"),
        (SharedCursor, "resume/two-at-once"), (ResumedIsSilent, "~resume/behind/first"), (IdNameByCase, "resume/field-lower-case"),
        (IdNotTrimmed, "resume/space-around"), (ResumeNotInOrder, "resume/sequence"),

        (WordIs500, "last-event-id/text/word"), (WordHangsUp, "last-event-id/text/word"), (LargeNumberIs500, "last-event-id/text/long-max-and-one"),
        (NegativeIs500, "last-event-id/text/minus-one"), (WordWaits, "~last-event-id/text/word"), (EmptyIs500, "last-event-id/text/empty"),
        (BytesAre500, "last-event-id/text/utf-8"), (LongIs500, "last-event-id/length/4k"), (TwiceIs500, "last-event-id/twice/same"),
        (BadUtf8Is500, "last-event-id/bytes/bad-utf-8"), (IdKills, "last-event-id/text/braces"),

        (LfFromQuery, "injection/query/lf"), (CrFromQuery, "injection/query/cr"), (CutToLatin1, "injection/query/u-560a"),
        (LfInType, "injection/query/lf"), (EscapedInId, "injection/last-event-id/escaped-lf"), (CrInId, "injection/last-event-id/cr"),
        (HeadFromQuery, "injection/head/crlf"), (LfInComment, "injection/query/lf"), (EscapedInUserAgent, "injection/user-agent/escaped-lf"),
        (EscapedTwice, "injection/query/twice-escaped"), (NameFromQuery, "injection/name/lf"),

        (OneAtATime, "clients/second"), (SecondIs503, "~clients/second"), (NewEndsOld, "clients/first-goes-on"), (TakesTurns, "clients/own-events"),
        (DiesOfReset, "clients/leaves/reset-in-stream"), (LeaksClients, "clients/come-and-go-40"), (LeavingEndsAll, "clients/reset-leaves-others"),
        (HeadsInLine, "clients/half-heads"), (NoHeadLimit, "~attacks/endless-head/one-line"), (NoTargetLimit, "~attacks/endless-head/target"),
    ];

    /// <summary>Those that need a stream that goes on.</summary>
    public static bool IsEndless(StreamDefect defect)
        => defect is OneAtATime or SecondIs503 or NewEndsOld or TakesTurns or DiesOfReset or LeaksClients or LeavingEndsAll;

    /// <summary>Those that show only by silence.</summary>
    public static bool IsSilent(StreamDefect defect)
        => defect is PostUnanswered or SecondUnanswered or CloseNotKept or StaysOpenAfterClose or OldNotClosed
            or WordWaits or ResumedIsSilent or OneAtATime
            or HeadInOneRead or NoHeadLimit or NoTargetLimit or HeadsInLine or AllAtEnd;
}
