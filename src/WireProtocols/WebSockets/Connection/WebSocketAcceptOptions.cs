using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>How a server answers opening handshakes.</summary>
public sealed class WebSocketAcceptOptions
{
    /// <summary>The defaults: any origin, no subprotocol.</summary>
    public static WebSocketAcceptOptions Default { get; } = new();

    /// <summary>The subprotocols that the server speaks; the first that the client offers too is chosen.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// Looks at a valid request (path, host, origin, fields) before anything is accepted. A response from <see cref="WebSocketHandshakeRequest.Reject"/>
    /// refuses it; null goes on. A server that browsers use checks the origin here (RFC 6455 §10.2).
    /// </summary>
    public Func<WebSocketHandshakeRequest, WebSocketHandshakeResponse?>? Inspect { get; init; }

    /// <summary>The limits and leniencies of the request head. Browsers leave characters such as <c>{ }</c> in a query as they are, which
    /// <see cref="Http1Options.AllowUnescapedTarget"/> takes.</summary>
    public Http1Options Head { get; init; } = Http1Options.Default;

    /// <summary>The limits on the handshake's lists.</summary>
    public WebSocketHandshakeOptions Handshake { get; init; } = WebSocketHandshakeOptions.Default;

    /// <summary>The connection that follows; <see cref="WebSocketConnectionOptions.Deflate"/> decides about permessage-deflate.</summary>
    public WebSocketConnectionOptions Connection { get; init; } = WebSocketConnectionOptions.Default;
}
