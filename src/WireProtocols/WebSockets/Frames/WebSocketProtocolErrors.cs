namespace WireProtocols.WebSockets;

/// <summary>The catalogue of <see cref="WebSocketProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class WebSocketProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this WebSocketProtocolError error);

    /// <summary>The code that an endpoint sends in its Close frame when it fails the connection for this error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketProtocolError.None"/>.</exception>
    public static partial WebSocketCloseCode GetCloseCode(this WebSocketProtocolError error);
}
