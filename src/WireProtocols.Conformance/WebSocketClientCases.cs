namespace WireProtocols.Conformance;

/// <summary>The cases for a WebSocket client that echoes every message, same type, until the server closes.</summary>
public static class WebSocketClientCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. RequestCases.All,
        .. AcceptedHeadCases.All,
        .. RefusedHeadCases.All,
        .. AnswerCases.All,
        .. NonceCases.All,
        .. EndingCases.All,
        .. WebSocketMessageCases.Of(WebSocketClientSubject.Instance),
        .. AnswerAttackCases.All,
    ];
}
