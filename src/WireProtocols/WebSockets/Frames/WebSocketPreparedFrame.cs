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
    /// <param name="reservedBits">RSV1-3; none but on the first frame of a message.</param>
    /// <exception cref="ArgumentException">No connection may send such a frame: a reserved opcode, a reserved bit out of place, a control
    /// frame that is fragmented or too long, or a Close payload that is none.</exception>
    public WebSocketPreparedFrame(
        WebSocketOpcode opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None)
    {
        Header = new WebSocketFrameHeader(opcode, payload.Length, fin, reservedBits);

        // Whether it may stand where it is written, and with these bits, is for the connection to say.
        WebSocketFrameState place = opcode == WebSocketOpcode.Continuation ? WebSocketFrameState.InMessage : WebSocketFrameState.BetweenMessages;
        WebSocketProtocolError error = WebSocketFrameRules.FindError(Header.FirstByte, place, reservedBits);
        if (error == WebSocketProtocolError.None)
        {
            error = WebSocketFrameRules.FindPayloadError(opcode, payload);
        }

        if (error != WebSocketProtocolError.None)
        {
            throw new ArgumentException(error.GetRule().Text + ".");
        }

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
