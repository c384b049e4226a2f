using System.Collections.Immutable;

namespace WireProtocols.WebSockets;

/// <summary>What a client takes of the extensions that a server lists in its answer: permessage-deflate as it was offered, and no other.</summary>
internal static class WebSocketAgreedDeflate
{
    /// <summary>What is agreed about permessage-deflate; null for nothing.</summary>
    /// <exception cref="WebSocketHandshakeException">The server lists something that was not offered.</exception>
    public static WebSocketDeflateParameters? Of(WebSocketHandshakeAgreement agreement, WebSocketPerMessageDeflateOptions? offered)
    {
        ImmutableArray<WebSocketExtension> extensions = agreement.Extensions;
        if (extensions.IsEmpty)
        {
            return null;
        }

        WebSocketDeflateParameters? deflate = null;
        return offered is not null && extensions.Length == 1 && WebSocketDeflateNegotiation.TryAcceptResponse(extensions[0], offered, out deflate)
            ? deflate
            : throw new WebSocketHandshakeException(WebSocketHandshakeError.InvalidExtensionParameter, 0);
    }
}
