namespace WireProtocols.ProxyProtocol;

/// <summary>
/// The rules of the PROXY protocol, versions 1 and 2, that bytes from a peer can break: sentence and section, which
/// <see cref="ProxyProtocolErrors"/> gives.
/// </summary>
public enum ProxyProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The input ends only behind a whole header (proxy-protocol §2).</summary>
    UnexpectedEnd,

    /// <summary>A connection begins with the header of a version that is accepted (proxy-protocol §2, proxy-protocol §2.2).</summary>
    SignatureMissing,

    /// <summary>A line has at most 107 characters (proxy-protocol §2.1).</summary>
    LineTooLong,

    /// <summary>A line ends with CR and LF, and has neither of them before (proxy-protocol §2.1).</summary>
    LineEndMalformed,

    /// <summary>A line names TCP4, TCP6 or UNKNOWN (proxy-protocol §2.1).</summary>
    ProtocolUnknown,

    /// <summary>A line has one address after the other, each in the canonical format of its family (proxy-protocol §2.1).</summary>
    AddressMalformed,

    /// <summary>A port is a decimal number up to 65535 without leading zeros (proxy-protocol §2.1).</summary>
    PortMalformed,

    /// <summary>The version behind the signature is 2 (proxy-protocol §2.2).</summary>
    VersionUnsupported,

    /// <summary>A command is LOCAL or PROXY (proxy-protocol §2.2).</summary>
    CommandUnknown,

    /// <summary>An address family is UNSPEC, INET, INET6 or UNIX (proxy-protocol §2.2).</summary>
    FamilyUnknown,

    /// <summary>A transport is UNSPEC, STREAM or DGRAM (proxy-protocol §2.2).</summary>
    TransportUnknown,

    /// <summary>A header is no longer than MaxLength (proxy-protocol §2.2).</summary>
    /// <remarks>The limit is <see cref="ProxyHeaderOptions.MaxLength"/>.</remarks>
    HeaderTooLong,

    /// <summary>The length holds at least the addresses of the family (proxy-protocol §2.2).</summary>
    AddressTruncated,

    /// <summary>A TLV ends inside of the header (proxy-protocol §2.2).</summary>
    TlvTruncated,

    /// <summary>A checksum has four bytes, and there is one (proxy-protocol §2.2.3).</summary>
    ChecksumMalformed,

    /// <summary>The checksum is that of the whole header (proxy-protocol §2.2.3).</summary>
    ChecksumMismatch,

    /// <summary>An authority is UTF-8 (proxy-protocol §2.2.2).</summary>
    AuthorityNotUtf8,

    /// <summary>A unique ID has at most 128 bytes (proxy-protocol §2.2.5).</summary>
    UniqueIdTooLong,

    /// <summary>A TLV of SSL has its two fields, and whole TLVs behind them (proxy-protocol §2.2.6).</summary>
    SslMalformed,
}
