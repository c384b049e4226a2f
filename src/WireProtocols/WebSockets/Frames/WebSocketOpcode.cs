namespace WireProtocols.WebSockets;

/// <summary>The opcode of a frame (RFC 6455 §5.2, §11.8): what its payload is.</summary>
public enum WebSocketOpcode : byte
{
    /// <summary>%x0: the next fragment of the message under way.</summary>
    Continuation = 0x0,

    /// <summary>%x1: a text message, or its first fragment. The payload of the whole message is UTF-8.</summary>
    Text = 0x1,

    /// <summary>%x2: a binary message, or its first fragment.</summary>
    Binary = 0x2,

    /// <summary>%x8: Close (§5.5.1).</summary>
    Close = 0x8,

    /// <summary>%x9: Ping (§5.5.2).</summary>
    Ping = 0x9,

    /// <summary>%xA: Pong (§5.5.3).</summary>
    Pong = 0xA,
}

/// <summary>Questions about opcodes.</summary>
public static class WebSocketOpcodes
{
    /// <summary>
    /// True for control frames: "Control frames are identified by opcodes where the most significant bit of the opcode is 1" (§5.5).
    /// </summary>
    public static bool IsControl(this WebSocketOpcode opcode) => ((byte)opcode & 0x8) != 0;

    /// <summary>True for %x3-7 and %xB-F, which are reserved for further frames (§5.2), and for what does not fit in four bits.</summary>
    public static bool IsReserved(this WebSocketOpcode opcode)
        => opcode is not (<= WebSocketOpcode.Binary or (>= WebSocketOpcode.Close and <= WebSocketOpcode.Pong));
}
