namespace WireProtocols.WebRtc;

/// <summary>
/// The rules of SCTP that a packet can break: sentence, section, and the cause of the ABORT that an endpoint answers with; None where the packet is
/// silently discarded. <see cref="SctpProtocolErrors"/> gives them.
/// </summary>
public enum SctpProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>A packet holds a common header and a chunk (RFC 9260 §3; None).</summary>
    UnexpectedEnd,

    /// <summary>The checksum is the CRC32c of the packet (RFC 9260 §6.8; None).</summary>
    ChecksumMismatch,

    /// <summary>Ports are not 0 (RFC 9260 §3.1; None).</summary>
    PortZero,

    /// <summary>A chunk is at least 4 bytes long, and ends with its padding within the packet (RFC 9260 §3.2; ProtocolViolation).</summary>
    ChunkTruncated,

    /// <summary>A chunk is as long as the fields of its type (RFC 9260 §3.3; ProtocolViolation).</summary>
    ChunkLengthWrong,

    /// <summary>INIT, INIT ACK and SHUTDOWN COMPLETE stand alone in their packet (RFC 9260 §6.10; None).</summary>
    NotAlone,

    /// <summary>The verification tag is 0 in packets with an INIT and in no others (RFC 9260 §8.5.1; None).</summary>
    TagMisplaced,

    /// <summary>COOKIE ECHO is the first chunk of its packet (RFC 9260 §3.2.2; None).</summary>
    CookieNotFirst,

    /// <summary>A parameter or cause is at least 4 bytes long, and ends within its chunk (RFC 9260 §3.2.1; ProtocolViolation).</summary>
    ParameterTruncated,

    /// <summary>DATA holds user data (RFC 9260 §6.2; NoUserData).</summary>
    DataEmpty,

    /// <summary>The initiate tag is not 0 (RFC 9260 §3.3.2, RFC 9260 §3.3.3; None).</summary>
    InitiateTagZero,

    /// <summary>The first receiver window is at least 1500 bytes (RFC 9260 §3.3.2; InvalidMandatoryParameter).</summary>
    WindowTooSmall,

    /// <summary>The numbers of streams are not 0 (RFC 9260 §3.3.2; InvalidMandatoryParameter).</summary>
    NoStreams,

    /// <summary>INIT and INIT ACK hold no host name (RFC 9260 §3.3.2.1.4; UnresolvableAddress).</summary>
    HostName,

    /// <summary>INIT ACK holds a state cookie (RFC 9260 §3.3.3; MissingMandatoryParameter).</summary>
    CookieMissing,

    /// <summary>A gap block begins behind the cumulative TSN, and ends where it begins or later (RFC 9260 §3.3.4; ProtocolViolation).</summary>
    /// <remarks>That blocks are isolated and ascending is a SHOULD, and peers are known that overlap them.</remarks>
    GapReversed,
}
