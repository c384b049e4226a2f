namespace WireProtocols.WebSockets;

/// <summary>The catalogue of <see cref="WebSocketHandshakeError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class WebSocketHandshakeErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketHandshakeError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this WebSocketHandshakeError error);

    /// <summary>The status that a server refuses the handshake with: 400, 405, 426, 431 or 501; null for what only a response can break.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketHandshakeError.None"/>.</exception>
    public static partial int? GetStatusCode(this WebSocketHandshakeError error);
}
