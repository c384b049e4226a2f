namespace WireProtocols.WebSockets;

/// <summary>A piece of a message that is to be sent.</summary>
internal readonly record struct WebSocketPiece(WebSocketOpcode Opcode, ReadOnlyMemory<byte> Payload, bool IsFirst, bool IsLast);
