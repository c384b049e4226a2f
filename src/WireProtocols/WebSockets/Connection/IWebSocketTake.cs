using System.Diagnostics.CodeAnalysis;

namespace WireProtocols.WebSockets;

/// <summary>What a receiver takes of that which has come.</summary>
internal interface IWebSocketTake<TTaken>
{
    /// <summary>Takes it, where it is there.</summary>
    bool TryTake(WebSocketReading reading, [MaybeNullWhen(false)] out TTaken taken);
}
