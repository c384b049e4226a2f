using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>The opening handshake of a route that is a WebSocket.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>
    /// Answers with 101, or with what is wrong. Origins are not compared: nothing here is anybody's. The subprotocol that the client prefers is
    /// agreed to, since browsers fail a connection whose offer is passed over. <c>?deflate=off</c> is for browsers, which offer permessage-deflate
    /// unasked.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="maxMessageLength">The most bytes of a message.</param>
    /// <returns>The connection; null where the request was refused.</returns>
    public static async ValueTask<WebSocketConnection?> TryAcceptAsync(ServeRequest request, int maxMessageLength)
    {
        request.KeepsAlive = false;
        if (WebSocketHandshake.TryParseRequest(request.Head, out WebSocketHandshakeRequest? handshake, out WebSocketHandshakeFailure failure))
        {
            WebSocketAcceptOptions options = new()
            {
                Subprotocols = handshake.Subprotocols,
                Connection = CreateOptions(request, maxMessageLength),
            };
            return await WebSocketServer.AnswerAsync(request.Connection, handshake, options, request.Stopping);
        }

        WebSocketHandshakeResponse.Refuse(failure).WriteTo(request.Connection.Output);
        await request.Connection.FlushAsync(request.Stopping);
        return null;
    }

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
