namespace WireProtocols.WebTransport;

/// <summary>What capsules have that differs from one <see cref="WebTransportDialect"/> to another.</summary>
internal static class CapsuleDialects
{
    /// <summary>
    /// The type of the WT_STREAM capsule that finishes its stream. "Stream data consists of any number of 0x190B4D3C capsules followed by
    /// a terminal 0x190B4D3B capsule" (draft-ietf-webtrans-http2-15 §6.4); before -15 it was the other way round.
    /// </summary>
    public static long GetFinalStreamCapsule(this WebTransportDialect dialect)
        => dialect >= WebTransportDialect.Draft15 ? CapsuleType.Stream3B : CapsuleType.Stream3C;

    /// <summary>True where WT_RESET_STREAM ends with a reliable size (draft-ietf-webtrans-http2 §6.2).</summary>
    public static bool HasReliableSize(this WebTransportDialect dialect) => dialect >= WebTransportDialect.Draft13;
}
