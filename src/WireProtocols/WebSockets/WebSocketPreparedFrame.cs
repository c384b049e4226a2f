namespace WireProtocols.WebSockets;

/// <summary>
/// A frame that is encoded once and written to many connections with <see cref="WebSocketFrameWriter.WriteFrame(WebSocketPreparedFrame)"/>.
/// Immutable, so any number of connections may write it at the same time.
/// </summary>
public sealed class WebSocketPreparedFrame
{
    /// <summary>Prepares a whole frame.</summary>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="payload">The payload; it is copied.</param>
    /// <param name="fin">Whether the frame ends its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <exception cref="ArgumentException">A reserved opcode, or a control frame that is fragmented or too long.</exception>
    public WebSocketPreparedFrame(
        WebSocketOpcode opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        if (opcode.IsReserved())
        {
            throw new ArgumentException("The opcode is reserved.", nameof(opcode));
        }

        if (opcode.IsControl() && (!fin || payload.Length > WebSocketFrameHeader.MaxControlPayloadLength))
        {
            throw new ArgumentException("A control frame is not fragmented and holds at most 125 bytes.", nameof(opcode));
        }

        Header = new WebSocketFrameHeader(opcode, payload.Length, fin, reservedBits);
        byte[] bytes = new byte[Header.HeaderLength + payload.Length];
        Header.Encode(bytes, out _);
        payload.CopyTo(bytes.AsSpan(Header.HeaderLength));
        Bytes = bytes;
    }

    /// <summary>The header of the unmasked frame.</summary>
    public WebSocketFrameHeader Header { get; }

    /// <summary>The frame as a server sends it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes[Header.HeaderLength..];
}
