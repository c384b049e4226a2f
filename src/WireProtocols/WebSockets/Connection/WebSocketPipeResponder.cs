using System.IO.Pipelines;

namespace WireProtocols.WebSockets;

/// <summary>Answers on a transport that carries nothing but this handshake and what follows it.</summary>
internal sealed class WebSocketPipeResponder(IDuplexPipe transport) : IWebSocketResponder
{
    public async ValueTask<IDuplexPipe?> RespondAsync(WebSocketHandshakeResponse response, CancellationToken cancellationToken)
    {
        response.WriteTo(transport.Output);
        await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return response.IsAccepted ? transport : null;
    }
}
