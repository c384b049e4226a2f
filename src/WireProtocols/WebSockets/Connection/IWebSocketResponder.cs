using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>What carries a server's answer to an opening handshake to the client.</summary>
internal interface IWebSocketResponder
{
    /// <summary>Sends the answer.</summary>
    /// <returns>The transport that carries frames from now on; null where the answer refuses.</returns>
    ValueTask<IDuplexPipe?> RespondAsync(WebSocketHandshakeResponse response, CancellationToken cancellationToken);
}
