using WireProtocols.WebSockets;

namespace WireProtocols.Resume;

/// <summary>Sessions over WebSockets, on a server.</summary>
public static class WebSocketResumeExtensions
{
    /// <summary>Runs one WebSocket, from HELLO to its end, and closes it.</summary>
    /// <param name="server">The sessions.</param>
    /// <param name="socket">The WebSocket, which has agreed on <see cref="WebSocketResumeConnection.Subprotocol"/>; it is disposed.</param>
    /// <param name="cancellationToken">Ends the connection; the session stays.</param>
    /// <exception cref="ArgumentException">The subprotocol was not agreed to.</exception>
    public static Task RunAsync(this ResumeServer server, WebSocketConnection socket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.RunAsync(new WebSocketResumeConnection(socket), cancellationToken);
    }
}
