namespace WireProtocols.WebRtc;

/// <summary>The types of parameters that data channels need; every other number up to 65535 is one as well.</summary>
public enum SctpParameterType
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>Heartbeat Info (RFC 9260 §3.3.5).</summary>
    HeartbeatInfo = 1,

    /// <summary>IPv4 Address.</summary>
    IPv4Address = 5,

    /// <summary>IPv6 Address.</summary>
    IPv6Address = 6,

    /// <summary>State Cookie (RFC 9260 §3.3.3.1.1).</summary>
    StateCookie = 7,

    /// <summary>Unrecognized Parameter (RFC 9260 §3.3.3.1.2).</summary>
    UnrecognizedParameter = 8,

    /// <summary>Cookie Preservative.</summary>
    CookiePreservative = 9,

    /// <summary>Host Name Address, which nobody may send any more.</summary>
    HostNameAddress = 11,

    /// <summary>Supported Address Types.</summary>
    SupportedAddressTypes = 12,

    /// <summary>Outgoing SSN Reset Request (RFC 6525 §4.1).</summary>
    OutgoingReset = 13,

    /// <summary>Incoming SSN Reset Request (RFC 6525 §4.2).</summary>
    IncomingReset = 14,

    /// <summary>SSN/TSN Reset Request (RFC 6525 §4.3).</summary>
    SsnTsnReset = 15,

    /// <summary>Re-configuration Response (RFC 6525 §4.4).</summary>
    ReconfigResponse = 16,

    /// <summary>Add Outgoing Streams Request (RFC 6525 §4.5).</summary>
    AddOutgoingStreams = 17,

    /// <summary>Add Incoming Streams Request (RFC 6525 §4.6).</summary>
    AddIncomingStreams = 18,

    /// <summary>Supported Extensions: types of chunks, a byte each (RFC 5061 §4.2.7).</summary>
    SupportedExtensions = 0x8008,

    /// <summary>Forward-TSN-Supported (RFC 3758 §3.1).</summary>
    ForwardTsnSupported = 0xC000,
}
