using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>The opening handshake of a route that is a WebSocket. Its connections share their options.</summary>
internal sealed class WebSocketUpgrade
{
    private readonly WebSocketAcceptOptions _plain;
    private readonly WebSocketAcceptOptions _deflating;

    /// <param name="settings">The server's.</param>
    /// <param name="maxMessageLength">The most bytes of a message.</param>
    public WebSocketUpgrade(ServeSettings settings, int maxMessageLength)
    {
        _plain = CreateOptions(settings, maxMessageLength, null);
        _deflating = settings.Deflate ? CreateOptions(settings, maxMessageLength, WebSocketPerMessageDeflateOptions.Default) : _plain;
    }

    /// <summary>
    /// Answers with 101, or with what is wrong. A page of a foreign origin is refused unless it is allowed: browsers send cookies with it (RFC 6455
    /// §10.2). The subprotocol that the client prefers is agreed to, since browsers fail a connection whose offer is passed over.
    /// <c>?deflate=off</c> is for browsers, which offer permessage-deflate unasked.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>The connection; null where the request was refused.</returns>
    public ValueTask<WebSocketConnection?> TryAcceptAsync(ServeRequest request)
        => WebSocketServer.AcceptAsync(request.Exchange, request.GetQuery("deflate") == "off" ? _plain : _deflating, request.Stopping);

    private static WebSocketDecision Decide(WebSocketHandshakeRequest handshake, ServeSettings settings)
        => IsAllowed(handshake, settings)
            ? WebSocketDecision.Accept(handshake.Subprotocols is [var first, ..] ? first : null)
            : WebSocketDecision.Refuse(handshake.Reject(403, $"The origin {handshake.Origin} is not allowed; --allow-origin allows it.\n"));

    private static bool IsAllowed(WebSocketHandshakeRequest handshake, ServeSettings settings)
        => handshake.Origin is not { } origin
        || settings.AllowsOrigin(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Authority.Equals(handshake.Host, StringComparison.OrdinalIgnoreCase));

    private static WebSocketAcceptOptions CreateOptions(ServeSettings settings, int maxMessageLength, WebSocketPerMessageDeflateOptions? deflate)
        => new()
        {
            Decide = (handshake, _) => new ValueTask<WebSocketDecision>(Decide(handshake, settings)),
            Connection = CreateConnectionOptions(settings, maxMessageLength, deflate),
        };

    private static WebSocketConnectionOptions CreateConnectionOptions(
        ServeSettings settings, int maxMessageLength, WebSocketPerMessageDeflateOptions? deflate)
        => new()
        {
            // The length bounds what a message may cost; however well it compresses, it is to be had back.
            Messages = new WebSocketMessageOptions
            {
                MaxMessageLength = maxMessageLength,

                // What does not compress is longer when it is compressed.
                MaxFramePayloadLength = maxMessageLength + (maxMessageLength / 8L),
                MaxInflationRatio = int.MaxValue,
            },
            Deflate = deflate,
            CloseTimeout = settings.CloseTimeout,
            KeepAliveInterval = settings.KeepAlive,
            KeepAliveTimeout = settings.KeepAlive,

            // One message waits at a time.
            MaxQueuedBytes = maxMessageLength,
            TimeProvider = settings.Time,
        };
}
