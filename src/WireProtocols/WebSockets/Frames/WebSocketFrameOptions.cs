namespace WireProtocols.WebSockets;

/// <summary>What a frame decoder or reader accepts.</summary>
public sealed class WebSocketFrameOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketFrameOptions Default { get; } = new();

    /// <summary>The most payload that one frame may announce, in bytes. It bounds no buffer, since payload streams. The default is 64 MiB.</summary>
    public long MaxPayloadLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, WebSocketFrameHeader.MaxControlPayloadLength);
            field = value;
        }
    } = 64 * 1024 * 1024;

    /// <summary>
    /// Payloads of data frames up to this many bytes arrive whole, longer ones in pieces as they come; control frames always arrive whole. It
    /// bounds the scratch buffer of a decoder: 0 to 1 MiB; the default is 4096.
    /// </summary>
    public int WholePayloadLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024 * 1024);
            field = value;
        }
    } = 4096;

    /// <summary>
    /// The reserved bits that negotiated extensions define for the first frame of a data message, for instance RSV1 with permessage-deflate
    /// (RFC 7692 §6). Later fragments and control frames carry none.
    /// </summary>
    public WebSocketReservedBits ReservedBits
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)value, 0x7);
            field = value;
        }
    }

    /// <summary>
    /// Off by default. Hands out frames that break a rule, with the rule in <see cref="WebSocketFramePart.Violation"/>, and goes on: for tools that
    /// show what a peer sends. A length that cannot be followed (its top bit set, or above <see cref="MaxPayloadLength"/>) still ends the input.
    /// </summary>
    public bool Lenient { get; init; }
}
