using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>How a server answers opening handshakes.</summary>
public sealed class WebSocketAcceptOptions
{
    /// <summary>The defaults: any origin, no subprotocol.</summary>
    public static WebSocketAcceptOptions Default { get; } = new();

    /// <summary>The subprotocols that the server speaks, in its order of preference. One that the client offers too is chosen.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether the server's order of preference counts where several subprotocols are known to both. The default is the client's.</summary>
    public bool PrefersOwnSubprotocols { get; init; }

    /// <summary>
    /// Looks at a valid request (path, host, origin, fields) and decides, before anything is accepted; null accepts all. A server that browsers use
    /// checks the origin here (RFC 6455 §10.2). An exception is answered with 500, and thrown on.
    /// </summary>
    public Func<WebSocketHandshakeRequest, CancellationToken, ValueTask<WebSocketDecision>>? Decide { get; init; }

    /// <summary>How long the whole handshake may take: the request, the decision,
    /// and the answer until the client reads it. The default is 10 s.</summary>
    public TimeSpan HandshakeTimeout
    {
        get;
        init => field = WebSocketConnectionOptions.ForTimer(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>The limits and leniencies of the request head. Browsers leave characters such as <c>{ }</c> in a query as they are, which
    /// <see cref="Http1Options.AllowUnescapedTarget"/> takes.</summary>
    public Http1Options Head { get; init; } = Http1Options.Default;

    /// <summary>The limits on the handshake's lists.</summary>
    public WebSocketHandshakeOptions Handshake { get; init; } = WebSocketHandshakeOptions.Default;

    /// <summary>The connection that follows; <see cref="WebSocketConnectionOptions.Deflate"/> decides about permessage-deflate.</summary>
    public WebSocketConnectionOptions Connection { get; init; } = WebSocketConnectionOptions.Default;

    internal string? ChooseSubprotocol(WebSocketHandshakeRequest request)
        => PrefersOwnSubprotocols ? Subprotocols.FirstOrDefault(s => request.Subprotocols.Contains(s)) : request.ChooseSubprotocol([.. Subprotocols]);
}
