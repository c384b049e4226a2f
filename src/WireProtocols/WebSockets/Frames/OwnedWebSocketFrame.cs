namespace WireProtocols.WebSockets;

/// <summary>A whole frame with a payload of its own, as <see cref="WebSocketFrameReader.ReadAllAsync"/> hands it out.</summary>
/// <param name="Header">The header.</param>
/// <param name="Offset">Where the frame begins, in bytes from the start of the input.</param>
/// <param name="Payload">The payload, unmasked.</param>
/// <param name="Violation">The first rule that the frame breaks; only where <see cref="WebSocketFrameOptions.Lenient"/> is on.</param>
public sealed record OwnedWebSocketFrame(WebSocketFrameHeader Header, long Offset, ReadOnlyMemory<byte> Payload, WebSocketProtocolError Violation);
