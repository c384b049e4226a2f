namespace WireProtocols.WebSockets;

/// <summary>The catalogue of <see cref="WebSocketProtocolError"/>.</summary>
public static class WebSocketProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebSocketProtocolError.None"/>.</exception>
    public static ProtocolRule GetRule(this WebSocketProtocolError error) => error switch
    {
        WebSocketProtocolError.UnexpectedEnd => new("The input ended inside a frame", "RFC 6455 §7.1.7"),
        WebSocketProtocolError.ReservedBitSet => new("A reserved bit is set and no negotiated extension defines it for this frame", "RFC 6455 §5.2"),
        WebSocketProtocolError.ReservedOpcode => new("The opcode is reserved", "RFC 6455 §5.2"),
        WebSocketProtocolError.FragmentedControlFrame => new("A control frame must not be fragmented", "RFC 6455 §5.5"),
        WebSocketProtocolError.ControlFrameTooLong => new("A control frame carries at most 125 bytes", "RFC 6455 §5.5"),
        WebSocketProtocolError.MaskMissing => new("A client must mask every frame", "RFC 6455 §5.1"),
        WebSocketProtocolError.MaskForbidden => new("A server must not mask any frame", "RFC 6455 §5.1"),
        WebSocketProtocolError.NonMinimalLength => new("The payload length must be encoded on the minimal number of bytes", "RFC 6455 §5.2"),
        WebSocketProtocolError.LengthTopBitSet => new("The most significant bit of a 64-bit payload length must be 0", "RFC 6455 §5.2"),
        WebSocketProtocolError.FrameTooLarge => new("The frame is larger than the limit", "RFC 6455 §10.4"),
        WebSocketProtocolError.UnexpectedContinuation => new("A continuation frame needs a message under way", "RFC 6455 §5.4"),
        WebSocketProtocolError.ExpectedContinuation => new("The fragments of a message must not be interleaved with another message", "RFC 6455 §5.4"),
        WebSocketProtocolError.DataAfterClose => new("No data frame may follow a Close frame", "RFC 6455 §5.5.1"),
        WebSocketProtocolError.CloseCodeTruncated => new("The payload of a Close frame is empty or begins with a 2-byte status code", "RFC 6455 §5.5.1"),
        WebSocketProtocolError.InvalidCloseCode => new("The status code must not be set in a Close frame", "RFC 6455 §7.4"),
        WebSocketProtocolError.InvalidCloseReason => new("The reason in a Close frame must be UTF-8", "RFC 6455 §5.5.1"),
        WebSocketProtocolError.InvalidText => new("A text message must be UTF-8", "RFC 6455 §8.1"),
        WebSocketProtocolError.MessageTooLarge => new("The message is larger than the limit", "RFC 6455 §10.4"),
        WebSocketProtocolError.InvalidCompression => new("A compressed message must be DEFLATE data", "RFC 7692 §7.2.2"),
        WebSocketProtocolError.TooManyFragments => new("The message is in more fragments than the limit", "RFC 6455 §10.4"),
        WebSocketProtocolError.InflationTooHigh => new("The message grows more than the limit when it is inflated", "RFC 6455 §10.4"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is no such rule."),
    };

    /// <summary>The code that an endpoint sends in its Close frame when it fails the connection for this error.</summary>
    public static WebSocketCloseCode GetCloseCode(this WebSocketProtocolError error) => error switch
    {
        WebSocketProtocolError.UnexpectedEnd => WebSocketCloseCode.AbnormalClosure,
        WebSocketProtocolError.FrameTooLarge or WebSocketProtocolError.MessageTooLarge or WebSocketProtocolError.InflationTooHigh
            => WebSocketCloseCode.MessageTooBig,
        WebSocketProtocolError.TooManyFragments => WebSocketCloseCode.PolicyViolation,
        WebSocketProtocolError.InvalidCloseReason or WebSocketProtocolError.InvalidText or WebSocketProtocolError.InvalidCompression
            => WebSocketCloseCode.InvalidPayloadData,
        _ => WebSocketCloseCode.ProtocolError,
    };
}
