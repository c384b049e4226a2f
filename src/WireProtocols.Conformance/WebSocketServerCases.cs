namespace WireProtocols.Conformance;

/// <summary>The cases for a WebSocket server that echoes every message, same type.</summary>
public static class WebSocketServerCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. HandshakeCases.All,
        .. RefusalCases.All,
        .. NegotiationCases.All,
        .. WebSocketMessageCases.Of(WebSocketServerSubject.Instance),
        .. HeadAttackCases.All,
    ];
}
