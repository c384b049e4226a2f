namespace WireProtocols.WebSockets;

/// <summary>
/// The bits RSV1 to RSV3 of a frame header, as they stand in it: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero
/// values" (RFC 6455 §5.2).
/// </summary>
[Flags]
public enum WebSocketReservedBits : byte
{
    /// <summary>All three bits are 0.</summary>
    None = 0,

    /// <summary>RSV3, the lowest.</summary>
    Rsv3 = 1,

    /// <summary>RSV2.</summary>
    Rsv2 = 2,

    /// <summary>RSV1, the highest: "Per-Message Compressed" where permessage-deflate was negotiated (RFC 7692 §6).</summary>
    Rsv1 = 4,
}
