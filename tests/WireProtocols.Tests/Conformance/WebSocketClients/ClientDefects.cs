using static WireProtocols.Tests.Conformance.ClientDefect;

namespace WireProtocols.Tests.Conformance;

/// <summary>One mistake of a client, each as people make it. What clients and servers have in common stands in <see cref="Defect"/>.</summary>
public enum ClientDefect
{
    None,

    LowerCaseMethod, Post, Http10, NoVersionInLine, TwoSpaces, AsksForRoot, TargetWithoutSlash, TargetIsUrl, TargetWithFragment, LineFeeds,
    SpaceBeforeColon, LineWithoutColon, ControlInValue, NoHost, TwoHosts, HostWithoutPort, NoUpgrade, UpgradeToOther, NoConnection,
    ConnectionKeepAlive, NoKey, TwoKeysInRequest, KeyOf15Bytes, KeyOf20Bytes, KeyWithoutPadding, KeyInHex, ConstantNonce, CountingNonce, NoVersion,
    Version8, VersionList, TwoVersions, SameSubprotocolTwice, SubprotocolWithSpace, EmptySubprotocol, OfferWithoutEnd, OfferWithSpace,
    OfferOfUnknownParameter, OfferOf7Bits, OfferOf16Bits, OfferWithLeadingZero, OfferOfBitsWithoutValue, OfferOfParameterTwice,
    OfferOfFlagWithValue, OriginWithPath, SendsEarly, ConnectsTwice,

    AnyStatus, StatusBySubstring, StatusByReason, StatusByFirstDigit, StatusByPrefix, StatusAsNumber, AnyProtocolName, ReasonWanted, Takes200,
    TakesErrors, TakesRedirects, AnyUpgrade, UpgradeWhereThere, UpgradePresent, UpgradeCaseSensitive, UpgradeBySubstring, AnyConnection,
    ConnectionPresent, ConnectionCaseSensitive, ConnectionBySubstring, ConnectionIsNoList, ConnectionFirstLine, ConnectionLastLine, AnyAccept,
    AcceptPresent, AcceptWhereThere, AcceptOfLength, AcceptCaseInsensitive, AcceptByBeginning, AcceptByContent, AcceptWithoutPadding,
    AcceptIsPartOfRight, AcceptIgnoresSpace, LastAcceptCounts, AnyAcceptCounts, NamesCaseSensitive, SpaceWanted, ValuesNotTrimmed, FieldsInOrder,
    HeadOf1024, TenFields, ReadsHeadOnce, DropsWhatIsBehind, AnySubprotocol, SubprotocolCaseInsensitive, SubprotocolLists, SubprotocolByPrefix,
    FirstSubprotocolOnly, IgnoresExtensions, AnyExtension, UnknownExtensionPassed, ExtensionByPrefix, FirstExtensionOnly, MalformedExtensions,
    ParameterTwice, FlagWithValue, RefusesNoContext, BitsWithoutValue, AnyBits, BitsAsNumber, UnknownParameter, ClientBitsTaken,
    LargerServerBitsTaken, NoHeadLimit,

    MasksNothing, MasksNoPong, MasksNoClose, MasksNoEmptyFrame, MasksNoLargeFrame, MasksNoBinary, MasksFromTheSecond, MasksLate, ZeroKeys,
    ZeroKeysOfPongs, ConstantKey, KeyOfTheConnection, TwoKeys, CountingKeys, CountingKeysLittleEndian, GeneratedKeys, KeysOfTheClock, OneByteKeys,
    DigitKeys,
    KeysOf16Bits, PositiveKeys, SeededKeys, KeyOfTheNonce, TakesMasked, TakesMaskedControl, TakesMaskedEmpty, TakesMaskedUnread, SpeaksFirst,
    EchoesWhenLost,
    StaysWhenLost,
}

/// <summary>Which case finds which mistake.</summary>
public static class ClientDefects
{
    private const string Prefix = "ws-client/";

    /// <summary>The cases; a wave stands before those whose verdict is a warning, since no MUST is broken.</summary>
    public static IReadOnlyList<(ClientDefect Own, Defect Shared, string Case)> All { get; } =
    [
        .. Own.Select(o => (o.Defect, Defect.None, Id(o.Case))),
        .. Defects.All.Where(d => IsShared(d.Case) && d.Defect is not (Defect.MasksAnswers or Defect.DiesOfPings))
            .Select(d => (None, d.Defect, Id(OfClient(d.Case)))),
    ];

    private static IReadOnlyList<(ClientDefect Defect, string Case)> Own =>
    [
        (LowerCaseMethod, "handshake/request/method"), (Post, "handshake/request/method"), (Http10, "handshake/request/http-version"),
        (NoVersionInLine, "handshake/request/line"), (TwoSpaces, "handshake/request/line"), (AsksForRoot, "handshake/request/target"),
        (TargetWithoutSlash, "handshake/request/target"), (TargetIsUrl, "handshake/request/target"),
        (TargetWithFragment, "handshake/request/fragment"), (LineFeeds, "handshake/request/grammar"),
        (SpaceBeforeColon, "handshake/request/grammar"), (LineWithoutColon, "handshake/request/grammar"),
        (ControlInValue, "handshake/request/values"), (NoHost, "handshake/request/host/once"), (TwoHosts, "handshake/request/host/once"),
        (HostWithoutPort, "handshake/request/host/port"), (NoUpgrade, "handshake/request/upgrade"), (UpgradeToOther, "handshake/request/upgrade"),
        (NoConnection, "handshake/request/connection"), (ConnectionKeepAlive, "handshake/request/connection"),
        (NoKey, "handshake/request/key/once"), (TwoKeysInRequest, "handshake/request/key/once"), (KeyOf15Bytes, "handshake/request/key/base64"),
        (KeyOf20Bytes, "handshake/request/key/base64"), (KeyWithoutPadding, "handshake/request/key/base64"),
        (KeyInHex, "handshake/request/key/base64"), (ConstantNonce, "handshake/request/key/fresh"), (CountingNonce, "handshake/request/key/fresh"),
        (NoVersion, "handshake/request/version/13"), (Version8, "handshake/request/version/13"), (VersionList, "handshake/request/version/13"),
        (TwoVersions, "handshake/request/version/once"), (SameSubprotocolTwice, "handshake/request/subprotocols/unique"),
        (SubprotocolWithSpace, "handshake/request/subprotocols/tokens"), (EmptySubprotocol, "handshake/request/subprotocols/tokens"),
        (OfferWithoutEnd, "handshake/request/extensions/grammar"), (OfferWithSpace, "handshake/request/extensions/grammar"),
        (OfferOfUnknownParameter, "handshake/request/extensions/deflate-parameters"),
        (OfferOf7Bits, "handshake/request/extensions/deflate-parameters"), (OfferOf16Bits, "handshake/request/extensions/deflate-parameters"),
        (OfferWithLeadingZero, "handshake/request/extensions/deflate-parameters"),
        (OfferOfBitsWithoutValue, "handshake/request/extensions/deflate-parameters"),
        (OfferOfParameterTwice, "handshake/request/extensions/deflate-parameters"),
        (OfferOfFlagWithValue, "handshake/request/extensions/deflate-parameters"), (OriginWithPath, "~handshake/request/origin"),
        (SendsEarly, "handshake/request/waits"),
        (ConnectsTwice, "handshake/request/one-at-a-time"),

        (AnyStatus, "handshake/refused/status/404"), (StatusBySubstring, "handshake/refused/status/reason-101"),
        (StatusByReason, "handshake/refused/status/reason-of-101"), (StatusByFirstDigit, "handshake/refused/status/200"),
        (StatusByPrefix, "handshake/refused/status-line/1010"), (StatusAsNumber, "~handshake/refused/status-line/0101"),
        (AnyProtocolName, "~handshake/refused/status-line/no-http"), (ReasonWanted, "handshake/answer/status/reason-of-old-servers"),
        (Takes200, "handshake/refused/status/200-without-length"), (TakesErrors, "handshake/refused/status/401"),
        (TakesRedirects, "handshake/refused/status/302"), (AnyUpgrade, "handshake/refused/upgrade/h2c"),
        (UpgradeWhereThere, "handshake/refused/upgrade/missing"), (UpgradePresent, "handshake/refused/upgrade/empty"),
        (UpgradeCaseSensitive, "handshake/answer/upgrade/mixed-case"), (UpgradeBySubstring, "handshake/refused/upgrade/websockets"),
        (AnyConnection, "handshake/refused/connection/close"), (ConnectionPresent, "handshake/refused/connection/keep-alive"),
        (ConnectionCaseSensitive, "handshake/answer/connection/lower-case"), (ConnectionBySubstring, "handshake/refused/connection/before-hyphen"),
        (ConnectionIsNoList, "handshake/answer/connection/list"), (ConnectionFirstLine, "handshake/answer/connection/lines"),
        (ConnectionLastLine, "handshake/answer/connection/lines-reversed"), (AnyAccept, "handshake/refused/accept/missing"),
        (AcceptPresent, "handshake/refused/accept/sample"), (AcceptWhereThere, "handshake/refused/accept/missing"),
        (AcceptOfLength, "handshake/refused/accept/of-another-key"), (AcceptCaseInsensitive, "handshake/refused/accept/other-case"),
        (AcceptByBeginning, "handshake/refused/accept/last-character"), (AcceptByContent, "handshake/refused/accept/longer"),
        (AcceptWithoutPadding, "handshake/refused/accept/no-padding"), (AcceptIsPartOfRight, "handshake/refused/accept/cut"),
        (AcceptIgnoresSpace, "handshake/refused/accept/inner-space"), (LastAcceptCounts, "~handshake/refused/accept/wrong-then-right"),
        (AnyAcceptCounts, "~handshake/refused/accept/right-then-wrong"), (NamesCaseSensitive, "handshake/answer/fields/lower-case"),
        (SpaceWanted, "handshake/answer/fields/no-space"), (ValuesNotTrimmed, "handshake/answer/fields/tabs"),
        (FieldsInOrder, "handshake/answer/fields/reversed"), (HeadOf1024, "handshake/answer/fields/of-2000"),
        (TenFields, "handshake/answer/fields/fifty"), (ReadsHeadOnce, "handshake/answer/pieces/bytes"),
        (DropsWhatIsBehind, "handshake/answer/behind/frame"), (AnySubprotocol, "handshake/refused/subprotocol/unknown"),
        (SubprotocolCaseInsensitive, "handshake/refused/subprotocol/case"), (SubprotocolLists, "handshake/refused/subprotocol/list"),
        (SubprotocolByPrefix, "handshake/refused/subprotocol/longer"), (FirstSubprotocolOnly, "handshake/answer/subprotocol/last"),
        (IgnoresExtensions, "handshake/refused/extensions/unknown"), (AnyExtension, "handshake/refused/extensions/unknown"),
        (UnknownExtensionPassed, "handshake/refused/extensions/unknown"), (ExtensionByPrefix, "handshake/refused/extensions/bzip2"),
        (FirstExtensionOnly, "handshake/refused/extensions/deflate-and-unknown"),
        (MalformedExtensions, "handshake/refused/extensions/malformed/semicolon-at-the-end"),
        (ParameterTwice, "handshake/refused/extensions/parameters/twice-client-context"),
        (FlagWithValue, "handshake/refused/extensions/parameters/server-context-with-value"),
        (RefusesNoContext, "handshake/answer/extensions/client-no-context"),
        (BitsWithoutValue, "handshake/refused/extensions/parameters/server-bits-without-value"),
        (AnyBits, "handshake/refused/extensions/parameters/client-bits-16"),
        (BitsAsNumber, "handshake/refused/extensions/parameters/server-bits-leading-zero"),
        (UnknownParameter, "handshake/refused/extensions/parameters/unknown-flag"),
        (ClientBitsTaken, "handshake/refused/extensions/parameters/client-bits-not-offered"),
        (LargerServerBitsTaken, "handshake/refused/extensions/parameters/server-bits-above-the-offer"),
        (NoHeadLimit, "~attacks/endless-head/one-line"),

        (MasksNothing, "own/masked/text"), (MasksNoPong, "own/masked/ping"), (MasksNoClose, "own/masked/close"),
        (MasksNoEmptyFrame, "own/masked/empty-text"), (MasksNoLargeFrame, "own/masked/65536"), (MasksNoBinary, "own/masked/binary"),
        (MasksFromTheSecond, "frames/length/text-128"), (MasksLate, "frames/length/binary-128"), (ZeroKeys, "own/masking-key/messages"),
        (ZeroKeysOfPongs, "own/masking-key/pongs"), (ConstantKey, "own/masking-key/messages"), (KeyOfTheConnection, "own/masking-key/messages"),
        (TwoKeys, "own/masking-key/messages"), (CountingKeys, "own/masking-key/messages"), (CountingKeysLittleEndian, "own/masking-key/messages"),
        (GeneratedKeys, "own/masking-key/messages"),
        (KeysOfTheClock, "own/masking-key/messages"), (OneByteKeys, "own/masking-key/messages"), (DigitKeys, "own/masking-key/messages"),
        (KeysOf16Bits, "own/masking-key/messages"), (PositiveKeys, "~own/masking-key/messages"), (SeededKeys, "own/masking-key/other-connection"),
        (KeyOfTheNonce, "own/masking-key/other-connection"), (TakesMasked, "frames/mask/masked-text"),
        (TakesMaskedControl, "frames/mask/masked-ping"), (TakesMaskedEmpty, "frames/mask/masked-empty"),
        (TakesMaskedUnread, "frames/mask/masked-binary"), (SpeaksFirst, "~close/not-by-itself"), (StaysWhenLost, "close/lost/idle"),
        (EchoesWhenLost, "close/lost/inside-a-message"),
    ];

    /// <summary>Everything behind the handshake, but for what is about masks and for what only a server decides.</summary>
    private static bool IsShared(string id)
        => !id.Contains("/handshake/", StringComparison.Ordinal) && !id.Contains("/mask/", StringComparison.Ordinal)
            && !id.Contains("/offer/", StringComparison.Ordinal) && !id.Contains("/extensions/", StringComparison.Ordinal)
            && !id.Contains("/endless-head/", StringComparison.Ordinal);

    private static string OfClient(string id)
        => (id[0] == '~' ? "~" : "")
            + id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace("/own/server-", "/own/client-", StringComparison.Ordinal);

    private static string Id(string id) => id[0] == '~' ? $"~{Prefix}{id[1..]}" : Prefix + id;
}
