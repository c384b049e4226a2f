namespace WireProtocols.WebSockets;

/// <summary>What a receive into memory of the caller's has brought.</summary>
/// <param name="Opcode"><see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/>, on every piece of a message.</param>
/// <param name="Count">How many bytes were copied; 0 only where the message ends with nothing more.</param>
/// <param name="IsLast">True where the message ends with them.</param>
public readonly record struct WebSocketReceivedBytes(WebSocketOpcode Opcode, int Count, bool IsLast);
