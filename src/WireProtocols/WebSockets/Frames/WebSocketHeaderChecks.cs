namespace WireProtocols.WebSockets;

/// <summary>What a receiver demands of a header (RFC 6455 §5.1, §5.2, §5.5), asked as soon as the bytes are there and in their order.</summary>
/// <param name="options">Limits and leniency.</param>
internal readonly struct WebSocketHeaderChecks(WebSocketFrameOptions options)
{
    /// <summary>Limits and leniency.</summary>
    public WebSocketFrameOptions Options => options;

    /// <summary>
    /// The first error in as much of a header as is there; with <see cref="WebSocketFrameOptions.Lenient"/> only what cannot be followed.
    /// </summary>
    /// <param name="header">The first bytes of a header.</param>
    /// <param name="maskBit">The MASK bit of every frame of this sender.</param>
    /// <param name="state">Where the input stands.</param>
    /// <param name="index">The index of the offending byte.</param>
    public WebSocketProtocolError FindError(ReadOnlySpan<byte> header, int maskBit, WebSocketFrameState state, out int index)
    {
        WebSocketProtocolError error = WebSocketProtocolError.None;
        index = 0;
        if (!options.Lenient)
        {
            error = FindRuleError(header, maskBit, state, out index);
        }

        if (error == WebSocketProtocolError.None)
        {
            error = WebSocketFrameHeader.FindLengthError(header, out index);
            if (error == WebSocketProtocolError.NonMinimalLength && options.Lenient)
            {
                error = WebSocketProtocolError.None;
            }
        }

        return error != WebSocketProtocolError.None ? error : FindLimitError(header, out index);
    }

    /// <summary>The first rule that a whole header breaks, for frames that are handed out with their violation.</summary>
    public WebSocketProtocolError FindFirstViolation(ReadOnlySpan<byte> header, int maskBit, WebSocketFrameState state)
    {
        WebSocketProtocolError violation = FindRuleError(header, maskBit, state, out _);
        return violation != WebSocketProtocolError.None ? violation : WebSocketFrameHeader.FindLengthError(header, out _);
    }

    /// <summary>What the sender's role and the message under way forbid, as far as the first two bytes tell.</summary>
    private WebSocketProtocolError FindRuleError(ReadOnlySpan<byte> header, int maskBit, WebSocketFrameState state, out int index)
    {
        index = 0;
        if (header.IsEmpty)
        {
            return WebSocketProtocolError.None;
        }

        WebSocketProtocolError error = WebSocketFrameRules.FindError(header[0], state, options.ReservedBits);
        if (error != WebSocketProtocolError.None || header.Length < 2)
        {
            return error;
        }

        index = 1;

        // "The server MUST close the connection upon receiving a frame that is not
        // masked." "A client MUST close a connection if it detects a masked frame."
        if (((header[1] ^ maskBit) & WebSocketFrameHeader.MaskBit) != 0)
        {
            return maskBit != 0 ? WebSocketProtocolError.MaskMissing : WebSocketProtocolError.MaskForbidden;
        }

        // "All control frames MUST have a payload length of 125 bytes or less".
        bool tooLong = (header[1] & ~WebSocketFrameHeader.MaskBit) > WebSocketFrameHeader.MaxControlPayloadLength;
        return tooLong && ((WebSocketOpcode)(header[0] & 0xF)).IsControl() ? WebSocketProtocolError.ControlFrameTooLong : WebSocketProtocolError.None;
    }

    private WebSocketProtocolError FindLimitError(ReadOnlySpan<byte> header, out int index)
    {
        index = 0;
        if (header.Length < 2)
        {
            return WebSocketProtocolError.None;
        }

        // The length is judged before the key has come: as that of the same header without a mask.
        int lengthEnd = WebSocketFrameHeader.GetLength((byte)(header[1] & ~WebSocketFrameHeader.MaskBit));
        if (header.Length < lengthEnd)
        {
            return WebSocketProtocolError.None;
        }

        Span<byte> unmaskedForm = stackalloc byte[WebSocketFrameHeader.MaxLength];
        header[..lengthEnd].CopyTo(unmaskedForm);
        unmaskedForm[1] &= unchecked((byte)~WebSocketFrameHeader.MaskBit);
        index = lengthEnd - 1;
        long payloadLength = WebSocketFrameHeader.Read(unmaskedForm).PayloadLength;
        return payloadLength > options.MaxPayloadLength ? WebSocketProtocolError.FrameTooLarge : WebSocketProtocolError.None;
    }
}
