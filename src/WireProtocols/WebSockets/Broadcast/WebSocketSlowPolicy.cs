namespace WireProtocols.WebSockets;

/// <summary>What happens when more waits for a connection of a broadcast than <see cref="WebSocketBroadcasterOptions.MaxWaitingBytes"/>.</summary>
public enum WebSocketSlowPolicy
{
    /// <summary>Whoever publishes waits for it, as long as <see cref="WebSocketBroadcasterOptions.Patience"/>
    /// says; then the connection is closed with <see cref="WebSocketCloseCode.PolicyViolation"/>.</summary>
    Wait = 0,

    /// <summary>The connection is closed at once with <see cref="WebSocketCloseCode.PolicyViolation"/>.</summary>
    Disconnect,

    /// <summary>The oldest messages that wait are dropped: for messages that mean something each on its own.</summary>
    DropOldest,

    /// <summary>Only the latest message waits, however little that is: for messages that are the whole state, each.</summary>
    KeepLatest,
}
