using System.Net.Security;

namespace WireProtocols.WebSockets;

/// <summary>How a client connects.</summary>
public sealed class WebSocketConnectOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketConnectOptions Default { get; } = new();

    /// <summary>The subprotocols to offer, in order of preference.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The <c>Origin</c> to send, or null for none.</summary>
    public string? Origin { get; init; }

    /// <summary>Fields to add to the request, such as cookies or an authorization.</summary>
    public IReadOnlyList<WebSocketHandshakeField> Fields { get; init; } = [];

    /// <summary>TLS settings for <c>wss</c>; the target host is filled in where it is missing.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The connection that follows; <see cref="WebSocketConnectionOptions.Deflate"/> is offered.</summary>
    public WebSocketConnectionOptions Connection { get; init; } = WebSocketConnectionOptions.Default;
}
