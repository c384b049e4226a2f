namespace WireProtocols.WebSockets;

/// <summary>
/// What the first byte of a frame may be, as a table: for each state of the message under way and each set of negotiated reserved bits, the
/// state that follows for every legal byte. The slow questions, which rule an illegal byte breaks, are asked only after the table said no.
/// </summary>
internal static class WebSocketFrameRules
{
    /// <summary>An entry of the table for a byte that is not legal.</summary>
    public const byte Illegal = 0xFF;

    private const int States = 3;
    private const int ReservedBitSets = 8;

    private static readonly byte[][] Tables = CreateTables();

    /// <summary>The entry a first byte leads to: a <see cref="WebSocketFrameState"/>, or <see cref="Illegal"/>.</summary>
    public static byte[] TableFor(WebSocketFrameState state, WebSocketReservedBits allowed) => Tables[((int)state * ReservedBitSets) + (int)allowed];

    /// <summary>The first rule that the first byte of a frame breaks.</summary>
    public static WebSocketProtocolError FindError(byte first, WebSocketFrameState state, WebSocketReservedBits allowed)
    {
        WebSocketOpcode opcode = (WebSocketOpcode)(first & 0xF);
        WebSocketReservedBits reservedBits = (WebSocketReservedBits)((first >> 4) & 0x7);
        bool startsMessage = opcode is WebSocketOpcode.Text or WebSocketOpcode.Binary;

        // "If a nonzero value is received and none of the negotiated extensions defines the meaning of such a nonzero value, the receiving
        // endpoint MUST _Fail the WebSocket Connection_." RFC 7692 §6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of
        // control frames and non-first fragments of a data message."
        if ((reservedBits & ~(startsMessage ? allowed : WebSocketReservedBits.None)) != 0)
        {
            return WebSocketProtocolError.ReservedBitSet;
        }

        // "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
        if (opcode.IsReserved())
        {
            return WebSocketProtocolError.ReservedOpcode;
        }

        if (opcode.IsControl())
        {
            // "All control frames ... MUST NOT be fragmented."
            return (first & WebSocketFrameHeader.FinBit) == 0 ? WebSocketProtocolError.FragmentedControlFrame : WebSocketProtocolError.None;
        }

        return (state, startsMessage) switch
        {
            // "The application MUST NOT send any more data frames after sending a Close frame."
            (WebSocketFrameState.Closed, _) => WebSocketProtocolError.DataAfterClose,
            (WebSocketFrameState.BetweenMessages, false) => WebSocketProtocolError.UnexpectedContinuation,

            // "The fragments of one message MUST NOT be interleaved between the fragments of another message".
            (WebSocketFrameState.InMessage, true) => WebSocketProtocolError.ExpectedContinuation,
            _ => WebSocketProtocolError.None,
        };
    }

    /// <summary>The rule that the payload of a control frame breaks. Of a Close frame it is looked at, of others only measured.</summary>
    public static WebSocketProtocolError FindPayloadError(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        if (!opcode.IsControl())
        {
            return WebSocketProtocolError.None;
        }

        // "All control frames MUST have a payload length of 125 bytes or less".
        if (payload.Length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            return WebSocketProtocolError.ControlFrameTooLong;
        }

        WebSocketProtocolError error = WebSocketProtocolError.None;
        if (opcode == WebSocketOpcode.Close)
        {
            WebSocketClosePayload.Decode(payload, out _, out _, out error, out _);
        }

        return error;
    }

    /// <summary>The state after a frame that begins with <paramref name="first"/>.</summary>
    public static WebSocketFrameState Next(byte first, WebSocketFrameState state)
    {
        WebSocketOpcode opcode = (WebSocketOpcode)(first & 0xF);
        if (opcode == WebSocketOpcode.Close || state == WebSocketFrameState.Closed)
        {
            return WebSocketFrameState.Closed;
        }

        if (opcode.IsControl())
        {
            return state;
        }

        return (first & WebSocketFrameHeader.FinBit) != 0 ? WebSocketFrameState.BetweenMessages : WebSocketFrameState.InMessage;
    }

    private static byte[][] CreateTables()
    {
        byte[][] tables = new byte[States * ReservedBitSets][];
        for (int index = 0; index < tables.Length; index++)
        {
            WebSocketFrameState state = (WebSocketFrameState)(index / ReservedBitSets);
            WebSocketReservedBits allowed = (WebSocketReservedBits)(index % ReservedBitSets);
            byte[] table = new byte[256];
            for (int first = 0; first < table.Length; first++)
            {
                bool legal = FindError((byte)first, state, allowed) == WebSocketProtocolError.None;
                table[first] = legal ? (byte)Next((byte)first, state) : Illegal;
            }

            tables[index] = table;
        }

        return tables;
    }
}

/// <summary>Where an input stands between frames (RFC 6455 §5.4).</summary>
internal enum WebSocketFrameState : byte
{
    /// <summary>The next data frame starts a message.</summary>
    BetweenMessages,

    /// <summary>The next data frame continues the message under way.</summary>
    InMessage,

    /// <summary>A Close frame has been seen: no data frame may follow.</summary>
    Closed,
}
