using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>The opening handshake of a route that is a WebSocket.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>
    /// Answers with 101, or with what is wrong. Origins are not compared: nothing here is anybody's. The subprotocol that the client prefers is
    /// agreed to, since browsers fail a connection whose offer is passed over.
    /// </summary>
    public static async ValueTask<bool> TryAcceptAsync(ServeRequest request)
    {
        request.KeepsAlive = false;
        bool accepted = Write(request);
        await request.Connection.FlushAsync(request.Stopping);
        return accepted;
    }

    private static bool Write(ServeRequest request)
    {
        WebSocketHandshakeResponse response = WebSocketHandshake.TryParseRequest(request.Head, out WebSocketHandshakeRequest? handshake, out var failure)
            ? handshake.Accept(handshake.Subprotocols.FirstOrDefault())
            : WebSocketHandshakeResponse.Refuse(failure);
        response.WriteTo(request.Connection.Output);
        return response.IsAccepted;
    }
}
