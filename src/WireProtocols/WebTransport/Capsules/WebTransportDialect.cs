namespace WireProtocols.WebTransport;

/// <summary>
/// The wire formats of WebTransport that are in use. Each is announced by a setting of its own (draft-ietf-webtrans-http3 §7.1); a higher
/// member is a newer one, and "the highest version supported by both endpoints is selected".
/// </summary>
public enum WebTransportDialect
{
    /// <summary>draft-ietf-webtrans-http3-02 to -06: ENABLE_WEBTRANSPORT 0x2b603742.</summary>
    Draft02 = 2,

    /// <summary>-07 to -12: WEBTRANSPORT_MAX_SESSIONS 0xc671706a.</summary>
    Draft07 = 7,

    /// <summary>-13 and -14: WT_MAX_SESSIONS 0x14e9cd29, session flow control.</summary>
    Draft13 = 13,

    /// <summary>-15 and -16: WT_ENABLED 0x2c7cf000, session flow control, RESET_STREAM_AT, <c>:protocol</c> webtransport-h3.</summary>
    Draft15 = 15,
}
