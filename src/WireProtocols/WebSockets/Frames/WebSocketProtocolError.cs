namespace WireProtocols.WebSockets;

/// <summary>The rules of RFC 6455 that frames can break. <see cref="WebSocketProtocolErrors"/> gives the sentence, the section and the close code of each.</summary>
public enum WebSocketProtocolError
{
    /// <summary>No rule was broken.</summary>
    None,

    /// <summary>The input ended inside a frame (§7.1.7; nothing can be sent, the connection counts as closed with 1006).</summary>
    UnexpectedEnd,

    /// <summary>A bit of RSV1-3 is set that no negotiated extension defines for this frame (§5.2; 1002).</summary>
    ReservedBitSet,

    /// <summary>Opcode %x3-7 or %xB-F (§5.2; 1002).</summary>
    ReservedOpcode,

    /// <summary>A control frame without FIN (§5.5; 1002).</summary>
    FragmentedControlFrame,

    /// <summary>A control frame with more than 125 bytes of payload (§5.5; 1002).</summary>
    ControlFrameTooLong,

    /// <summary>A frame from a client without a mask (§5.1; 1002).</summary>
    MaskMissing,

    /// <summary>A frame from a server with a mask (§5.1; 1002).</summary>
    MaskForbidden,

    /// <summary>A payload length that is not on the minimal number of bytes (§5.2; 1002).</summary>
    NonMinimalLength,

    /// <summary>A 64-bit payload length with its most significant bit set (§5.2; 1002).</summary>
    LengthTopBitSet,

    /// <summary>A payload length above the limit in <see cref="WebSocketFrameOptions.MaxPayloadLength"/> (§10.4; 1009).</summary>
    FrameTooLarge,

    /// <summary>A continuation frame with no message under way (§5.4; 1002).</summary>
    UnexpectedContinuation,

    /// <summary>A new data frame inside a fragmented message (§5.4; 1002).</summary>
    ExpectedContinuation,

    /// <summary>A data frame after a Close frame (§5.5.1; 1002, though an endpoint that has received Close only drops what follows).</summary>
    DataAfterClose,

    /// <summary>A Close frame with a payload of one byte (§5.5.1; 1002).</summary>
    CloseCodeTruncated,

    /// <summary>A Close frame with a status code that may not stand on the wire (§7.4; 1002).</summary>
    InvalidCloseCode,

    /// <summary>A Close frame whose reason is not UTF-8 (§5.5.1, §8.1; 1007).</summary>
    InvalidCloseReason,

    /// <summary>A text message that is not UTF-8 (§5.6, §8.1; 1007).</summary>
    InvalidText,

    /// <summary>A message above the receiver's limit, as it is on the wire or decompressed (§10.4; 1009).</summary>
    MessageTooLarge,

    /// <summary>A compressed message that is no DEFLATE data (RFC 7692 §7.2.2; 1007).</summary>
    InvalidCompression,

    /// <summary>A message in more fragments, or more empty ones, than the receiver takes (§10.4; 1008).</summary>
    TooManyFragments,

    /// <summary>A compressed message that grows more than the receiver takes when it is inflated (§10.4; 1009).</summary>
    InflationTooHigh,
}
