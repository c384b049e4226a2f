namespace WireProtocols.WebSockets;

/// <summary>What both sides agreed on (RFC 7692 §7.1): what each of them keeps between messages, and how large a window it refers back to.</summary>
/// <param name="ServerNoContextTakeover">The server deflates every message for itself.</param>
/// <param name="ClientNoContextTakeover">The client deflates every message for itself.</param>
/// <param name="ServerMaxWindowBits">The window of the server as its logarithm, 8 to 15.</param>
/// <param name="ClientMaxWindowBits">The window of the client as its logarithm, 8 to 15.</param>
public sealed record WebSocketDeflateParameters(
    bool ServerNoContextTakeover = false,
    bool ClientNoContextTakeover = false,
    int ServerMaxWindowBits = WebSocketDeflateParameters.MaxWindowBits,
    int ClientMaxWindowBits = WebSocketDeflateParameters.MaxWindowBits)
{
    /// <summary>The smallest window of the specification: 256 bytes.</summary>
    public const int MinWindowBits = 8;

    /// <summary>The largest window: 32 KiB.</summary>
    public const int MaxWindowBits = 15;

    /// <summary>The smallest window that zlib deflates with.</summary>
    public const int MinDeflateWindowBits = 9;

    internal bool NoContextTakeover(WebSocketRole sender) => sender == WebSocketRole.Server ? ServerNoContextTakeover : ClientNoContextTakeover;

    internal int WindowBits(WebSocketRole sender) => sender == WebSocketRole.Server ? ServerMaxWindowBits : ClientMaxWindowBits;
}
