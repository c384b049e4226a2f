namespace WireProtocols.WebSockets;

/// <summary>The two ends of a connection. They differ in masking: a client masks every frame, a server none (RFC 6455 §5.1).</summary>
public enum WebSocketRole
{
    /// <summary>The end that sent the opening handshake.</summary>
    Client,

    /// <summary>The end that answered it.</summary>
    Server,
}
