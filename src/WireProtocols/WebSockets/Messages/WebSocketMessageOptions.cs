namespace WireProtocols.WebSockets;

/// <summary>The limits on what a peer may send as a message (RFC 6455 §10.4).</summary>
public sealed class WebSocketMessageOptions
{
    private WebSocketFrameOptions? _plain;
    private WebSocketFrameOptions? _compressed;

    /// <summary>The defaults.</summary>
    public static WebSocketMessageOptions Default { get; } = new();

    /// <summary>The most bytes of a message, after inflation. The default is 16 MiB.</summary>
    public long MaxMessageLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, WebSocketFrameHeader.MaxControlPayloadLength);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>The most payload of one frame, as it crosses the wire. The default is 18 MiB: what does not compress is longer when it is compressed,
    /// and a message at its limit fits in one frame all the same.</summary>
    public long MaxFramePayloadLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, WebSocketFrameHeader.MaxControlPayloadLength);
            field = value;
        }
    } = 18 * 1024 * 1024;

    /// <summary>The most frames of a message: what a peer can make a receiver do for no payload. The default is 131072.</summary>
    public int MaxFragments
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 128 * 1024;

    /// <summary>The most frames of a message that have no payload. The default is 64.</summary>
    public int MaxEmptyFragments
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64;

    /// <summary>
    /// How many bytes of a message one compressed byte may become, once the message is longer than 1 MiB; DEFLATE itself ends near 1000.
    /// The default is 256.
    /// </summary>
    public int MaxInflationRatio
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 256;

    /// <summary>The same limits for frames, shared by all connections with these options.</summary>
    internal WebSocketFrameOptions GetFrameOptions(bool isCompressed)
        => isCompressed ? _compressed ??= CreateFrameOptions(WebSocketReservedBits.Rsv1) : _plain ??= CreateFrameOptions(WebSocketReservedBits.None);

    private WebSocketFrameOptions CreateFrameOptions(WebSocketReservedBits reservedBits) => new()
    {
        MaxPayloadLength = MaxFramePayloadLength,

        // Text fails at its first bad byte, so data is looked at as it comes.
        WholePayloadLength = 0,
        ReservedBits = reservedBits,
    };
}
