namespace WireProtocols.WebSockets;

/// <summary>
/// The rules of RFC 6455 that frames and messages can break: sentence, section and the code that an endpoint sends in its Close frame.
/// <see cref="WebSocketProtocolErrors"/> gives them.
/// </summary>
public enum WebSocketProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only after a whole frame and a whole message (RFC 6455 §7.1.7; 1006).</summary>
    /// <remarks>Nothing can be sent any more: the connection counts as closed with this code.</remarks>
    UnexpectedEnd,

    /// <summary>RSV1, RSV2 and RSV3 are 0 unless a negotiated extension defines them for the frame (RFC 6455 §5.2; 1002).</summary>
    ReservedBitSet,

    /// <summary>An opcode is none of the reserved %x3-7 and %xB-F (RFC 6455 §5.2; 1002).</summary>
    ReservedOpcode,

    /// <summary>A control frame is not fragmented (RFC 6455 §5.5; 1002).</summary>
    FragmentedControlFrame,

    /// <summary>A control frame carries at most 125 bytes (RFC 6455 §5.5; 1002).</summary>
    ControlFrameTooLong,

    /// <summary>A client masks every frame (RFC 6455 §5.1; 1002).</summary>
    MaskMissing,

    /// <summary>A server masks no frame (RFC 6455 §5.1; 1002).</summary>
    MaskForbidden,

    /// <summary>A payload length is encoded on the minimal number of bytes (RFC 6455 §5.2; 1002).</summary>
    NonMinimalLength,

    /// <summary>The most significant bit of a 64-bit payload length is 0 (RFC 6455 §5.2; 1002).</summary>
    LengthTopBitSet,

    /// <summary>The payload of a frame is no longer than the limit of its receiver (RFC 6455 §10.4; 1009).</summary>
    /// <remarks>
    /// The limit is <see cref="WebSocketFrameOptions.MaxPayloadLength"/> or <see cref="WebSocketMessageOptions.MaxFramePayloadLength"/>.
    /// </remarks>
    FrameTooLarge,

    /// <summary>A continuation frame continues a message that is under way (RFC 6455 §5.4; 1002).</summary>
    UnexpectedContinuation,

    /// <summary>The fragments of a message are not interleaved with another message (RFC 6455 §5.4; 1002).</summary>
    ExpectedContinuation,

    /// <summary>No data frame follows a Close frame (RFC 6455 §5.5.1; 1002).</summary>
    /// <remarks>An endpoint that has received a Close frame drops what follows, without an error.</remarks>
    DataAfterClose,

    /// <summary>The payload of a Close frame is empty or begins with a 2-byte status code (RFC 6455 §5.5.1; 1002).</summary>
    CloseCodeTruncated,

    /// <summary>The status code of a Close frame is one that may stand on the wire (RFC 6455 §7.4; 1002).</summary>
    InvalidCloseCode,

    /// <summary>The reason in a Close frame is UTF-8 (RFC 6455 §5.5.1; 1007).</summary>
    InvalidCloseReason,

    /// <summary>A text message is UTF-8 (RFC 6455 §8.1; 1007).</summary>
    InvalidText,

    /// <summary>A message is no larger than MaxMessageLength (RFC 6455 §10.4; 1009).</summary>
    /// <remarks>
    /// The limit is <see cref="WebSocketMessageOptions.MaxMessageLength"/>. It counts the message as it is on the wire and as it is inflated.
    /// </remarks>
    MessageTooLarge,

    /// <summary>A compressed message is DEFLATE data (RFC 7692 §7.2.2; 1007).</summary>
    InvalidCompression,

    /// <summary>
    /// A message comes in no more fragments than MaxFragments, and in no more empty ones than MaxEmptyFragments (RFC 6455 §10.4; 1008).
    /// </summary>
    /// <remarks>
    /// The limits are <see cref="WebSocketMessageOptions.MaxFragments"/> and <see cref="WebSocketMessageOptions.MaxEmptyFragments"/>.
    /// </remarks>
    TooManyFragments,

    /// <summary>A compressed message grows no more than MaxInflationRatio when it is inflated (RFC 6455 §10.4; 1009).</summary>
    /// <remarks>The limit is <see cref="WebSocketMessageOptions.MaxInflationRatio"/>.</remarks>
    InflationTooHigh,
}
