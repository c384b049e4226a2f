namespace WireProtocols.Conformance;

/// <summary>The cases behind the opening handshake: the same for both roles, but for what the roles differ in.</summary>
internal static class WebSocketMessageCases
{
    public static IEnumerable<ConformanceCase> Of(WebSocketSubject subject) =>
    [
        .. new FrameCases(subject).All,
        .. new MessageCases(subject).All,
        .. new TextCases(subject).All,
        .. new CloseCases(subject).All,
        .. new DeflateCases(subject).All,
        .. new DeflateSizeCases(subject).All,
        .. new DeflateManyCases(subject).All,
        .. new DeflateWindowCases(subject).All,
        .. new LimitCases(subject).All,
        .. new AttackCases(subject).All,
    ];
}
