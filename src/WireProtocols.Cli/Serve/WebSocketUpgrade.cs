using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>The opening handshake of a route that is a WebSocket.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>
    /// Answers with 101, or with what is wrong. A page of a foreign origin is refused unless it is allowed: browsers send cookies with it (RFC 6455
    /// §10.2). The subprotocol that the client prefers is agreed to, since browsers fail a connection whose offer is passed over.
    /// <c>?deflate=off</c> is for browsers, which offer permessage-deflate unasked.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="maxMessageLength">The most bytes of a message.</param>
    /// <returns>The connection; null where the request was refused.</returns>
    public static async ValueTask<WebSocketConnection?> TryAcceptAsync(ServeRequest request, int maxMessageLength)
    {
        WebSocketAcceptOptions options = new()
        {
            Decide = (handshake, _) => new ValueTask<WebSocketDecision>(Decide(handshake, request.Settings)),
            Connection = CreateOptions(request, maxMessageLength),
        };
        WebSocketConnection? socket = await WebSocketServer.AcceptAsync(request.Exchange, options, request.Stopping);
        if (socket is not null)
        {
            // Not before: what follows a handshake that is refused is another request.
            request.Connection.WatchAll();
        }

        return socket;
    }

    private static WebSocketDecision Decide(WebSocketHandshakeRequest handshake, ServeSettings settings)
        => IsAllowed(handshake, settings)
            ? WebSocketDecision.Accept(handshake.Subprotocols is [var first, ..] ? first : null)
            : WebSocketDecision.Refuse(handshake.Reject(403, $"The origin {handshake.Origin} is not allowed; --allow-origin allows it.\n"));

    private static bool IsAllowed(WebSocketHandshakeRequest handshake, ServeSettings settings)
        => handshake.Origin is not { } origin
        || settings.AllowedOrigins.Contains("*")
        || settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Authority.Equals(handshake.Host, StringComparison.OrdinalIgnoreCase));

    private static WebSocketConnectionOptions CreateOptions(ServeRequest request, int maxMessageLength) => new()
    {
        // The length bounds what a message may cost; however well it compresses, it is to be had back.
        Messages = new WebSocketMessageOptions
        {
            MaxMessageLength = maxMessageLength,

            // What does not compress is longer when it is compressed.
            MaxFramePayloadLength = maxMessageLength + (maxMessageLength / 8L),
            MaxInflationRatio = int.MaxValue,
        },
        Deflate = request.Settings.Deflate && request.GetQuery("deflate") != "off" ? WebSocketPerMessageDeflateOptions.Default : null,
        CloseTimeout = request.Settings.CloseTimeout,
        KeepAliveInterval = request.Settings.KeepAlive,
        KeepAliveTimeout = request.Settings.KeepAlive,

        // One message waits at a time.
        MaxQueuedBytes = maxMessageLength,
        TimeProvider = request.Settings.Time,
    };
}
