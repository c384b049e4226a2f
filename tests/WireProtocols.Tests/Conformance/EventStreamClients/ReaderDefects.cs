using static WireProtocols.Tests.Conformance.EventStreamClients.ReaderDefect;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>One mistake of a client of event streams, each as people make it.</summary>
public enum ReaderDefect
{
    None,
    SpaceKept, AllSpacesRemoved, TabRemoved, EndTrimmed, CutAtLastColon, NeedsColonAndSpace, LinesWithoutColonIgnored, LastLineEndKept,
    JoinedWithNothing,
    JoinedWithSpace, OnlyLastData, OnlyFirstData, EmptyDataDropped, EventsWithoutDataTold, TypeKept, TypeKeptOverEmptyBlock, EmptyTypeTold,
    FirstTypeCounts,
    IdForgotten, EmptyIdIgnored, NulInIdTaken, NulEndsId, IdOnlyWithData, FirstIdCounts, IdTrimmed, IdIsNumber, NamesFolded, NamesTrimmed,
    NamesByPrefix,
    CommentsRead, CommentEndsEvent, UnknownFieldFails, BadRetryFails, ErrorTypeDropped, DoneDropped, FalsyDropped, DataIsDecoded,

    LfOnly, CrLfOnly, CrIgnored, CrLfIsTwo, CrLfCutIsTwo, UnicodeLineEnds, BomKept, BomRemovedEverywhere, TwoBomsRemoved, DecodedByRead, Latin1,
    CharsetObeyed,
    BadUtf8Fails, BadUtf8Dropped, LinesByRead, UnfinishedTold, UnfinishedLineTold, LongLinesLost, NulRemoved, WhiteLinesAreEmpty,

    NoAccept, NoCacheControl, EmptyIdSentAtFirst, NoHost, HostWithoutPort, AsksWithPost,
    TypeByPart, TypeByCase, TypeWhole, AnyType, MissingTypeTaken, AnySuccess, AnyStatus,
    ComesAgainAfter404,
    ComesAgainAfter204, NoRedirects, NoRelativeRedirects, RedirectsWithoutEnd, InterimIsFinal, NamesOfFieldsByCase, ChunksInText, ExtensionsFail,
    UpperCaseSizesFail,
    TrailersAreText, ReadsBehindEnd, SizesOf32Bits, CutOffIsEnd, HeadInOneRead,

    NoLastEventId, IdOfUnfinished, IdInLatin1, IdEscaped, EmptyIdSent, IdOfFirst, RetryIgnored, RetryBegins, RetryTrimmed, RetrySigned, ParserKept,
    BomOnlyAtFirst,
    IdNotKept, NoLimit,
}

/// <summary>Which case finds which mistake.</summary>
public static class ReaderDefects
{
    /// <summary>The cases; a wave stands before those whose verdict is a warning, since no MUST is broken.</summary>
    public static IReadOnlyList<(ReaderDefect Defect, string Case)> All { get; } =
    [
        (SpaceKept, "space/one"), (AllSpacesRemoved, "space/two"), (TabRemoved, "space/tab"), (EndTrimmed, "space/trailing"),
        (CutAtLastColon, "colon/in-value"),
        (NeedsColonAndSpace, "space/none"), (LinesWithoutColonIgnored, "no-colon/data"), (LastLineEndKept, "data/one"),
        (JoinedWithNothing, "data/two"),
        (JoinedWithSpace, "data/two"), (OnlyLastData, "data/two"), (OnlyFirstData, "data/two"), (EmptyDataDropped, "data/empty"),
        (EventsWithoutDataTold, "type-without-data/dropped"), (TypeKept, "type/reset"), (TypeKeptOverEmptyBlock, "type-without-data/dropped"),
        (EmptyTypeTold, "type/empty"), (FirstTypeCounts, "type/twice"), (IdForgotten, "id/persists"), (EmptyIdIgnored, "id/emptied"),
        (NulInIdTaken, "id-nul/inside"), (NulEndsId, "id-nul/inside"), (IdOnlyWithData, "id/without-data"), (FirstIdCounts, "id/twice"),
        (IdTrimmed, "space/two-of-id"), (IdIsNumber, "id/leading-zeros"), (NamesFolded, "name/data-upper"), (NamesTrimmed, "name/space-behind"),
        (NamesByPrefix, "name/longer"), (CommentsRead, "comment/with-field"), (CommentEndsEvent, "comment/inside"),
        (UnknownFieldFails, "unknown/before"),
        (BadRetryFails, "retry/word"), (ErrorTypeDropped, "type/error"), (DoneDropped, "data/done"), (FalsyDropped, "data/number"),
        (DataIsDecoded, "data/backslash"),

        (LfOnly, "lines/crlf"), (CrLfOnly, "lines/lf"), (CrIgnored, "lines/cr"), (CrLfIsTwo, "lines/crlf"),
        (CrLfCutIsTwo, "pieces/crlf-between-lines"),
        (UnicodeLineEnds, "lines/line-separator"), (BomKept, "bom/first"), (BomRemovedEverywhere, "bom/second-event"), (TwoBomsRemoved, "bom/twice"),
        (DecodedByRead, "pieces/three-bytes-cut-after-1"), (Latin1, "utf-8/two-bytes"), (CharsetObeyed, "content-type/charset-latin-1"),
        (BadUtf8Fails, "bad-utf-8/ff"),
        (BadUtf8Dropped, "bad-utf-8/ff"), (LinesByRead, "pieces/value-cut"), (UnfinishedTold, "unfinished/data-line"),
        (UnfinishedLineTold, "unfinished/data"),
        (LongLinesLost, "size/data-of-65536"), (NulRemoved, "utf-8/nul"), (WhiteLinesAreEmpty, "name/indented"),

        (NoAccept, ".request/accept"), (NoCacheControl, "~request/cache"), (EmptyIdSentAtFirst, "request/no-last-event-id"), (NoHost, "request/host"),
        (HostWithoutPort, "request/host-value"), (AsksWithPost, "~request/method"),
        (TypeByPart, "content-type/wrong-in-parameter"), (TypeByCase, "content-type/upper-case"), (TypeWhole, "content-type/charset"),
        (AnyType, "content-type/wrong-plain"),
        (MissingTypeTaken, "content-type/missing"), (AnySuccess, "status/201"), (AnyStatus, "status/404"), (ComesAgainAfter404, "status/404"),
        (ComesAgainAfter204, "status/204"), (NoRedirects, "redirect/307"), (NoRelativeRedirects, "redirect/relative"),
        (RedirectsWithoutEnd, "~redirect/endless"),
        (InterimIsFinal, "head/early-hints"), (NamesOfFieldsByCase, "head/lower-case"), (ChunksInText, "framing/chunk-a-byte"),
        (ExtensionsFail, "framing/extension"),
        (UpperCaseSizesFail, "framing/size-upper-case"), (TrailersAreText, "framing/behind-last-chunk-trailers"),
        (ReadsBehindEnd, "framing/behind-length"),
        (SizesOf32Bits, "broken/size-too-large-for-32-bits"), (CutOffIsEnd, "cut-off/in-chunk"), (HeadInOneRead, "head/in-pieces"),

        (NoLastEventId, "reconnect/last-event-id/one"), (IdOfUnfinished, "reconnect/last-event-id/unfinished"),
        (IdInLatin1, "reconnect/last-event-id/utf-8"),
        (IdEscaped, "reconnect/last-event-id/colon"), (EmptyIdSent, "reconnect/last-event-id/none"),
        (IdOfFirst, "reconnect/last-event-id/last-of-two"),
        (RetryIgnored, "retry-time/digits"), (RetryBegins, "retry-time/ignores-unit"), (RetryTrimmed, "retry-time/ignores-space"),
        (RetrySigned, "retry-time/ignores-negative"), (ParserKept, "reconnect/data-is-forgotten"), (BomOnlyAtFirst, "reconnect/bom-again"),
        (IdNotKept, "reconnect/id-is-kept"), (NoLimit, "~attacks/endless-data-line"),
    ];
}
