using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>Answers a request of an HTTP/1.1 connection, and takes its transport over where the answer accepts.</summary>
internal sealed class WebSocketExchangeResponder(Http1Exchange exchange) : IWebSocketResponder
{
    public async ValueTask<IDuplexPipe?> RespondAsync(WebSocketHandshakeResponse response, CancellationToken cancellationToken)
    {
        // What the HTTP/1.1 connection writes itself, it writes to the same effect.
        (string Name, string Value)[] fields =
        [
            .. response.GetUpgradeFields().Where(f => f.Name is not ("Connection" or "Content-Length")).Select(f => (f.Name, f.Value)),
        ];
        if (response.IsAccepted)
        {
            return await exchange.SwitchAsync(fields, cancellationToken).ConfigureAwait(false);
        }

        await exchange.RespondAsync(response.StatusCode, Encoding.UTF8.GetBytes(response.Body), fields).ConfigureAwait(false);
        return null;
    }
}
