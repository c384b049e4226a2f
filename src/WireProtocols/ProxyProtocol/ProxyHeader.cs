using System.Net;

namespace WireProtocols.ProxyProtocol;

/// <summary>A header of the PROXY protocol, of either version. Its slices point into what was decoded and are valid until the next call.</summary>
/// <remarks>A header without addresses (<see cref="HasAddresses"/>) says that the ends of the socket are those of the connection.</remarks>
public readonly ref struct ProxyHeader
{
    /// <summary>The longest line of version 1, its CRLF included (proxy-protocol §2.1).</summary>
    public const int MaxLineLength = 107;

    /// <summary>How long a header of version 2 is before its addresses (proxy-protocol §2.2).</summary>
    public const int FixedLength = 16;

    /// <summary>The twelve bytes that a header of version 2 begins with (proxy-protocol §2.2).</summary>
    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>The offset of its first byte, from the start of the input.</summary>
    public long Offset { get; internal init; }

    /// <summary>The whole header.</summary>
    public ReadOnlySpan<byte> Bytes { get; internal init; }

    /// <summary>1 for a line, 2 for the binary form.</summary>
    public int Version { get; internal init; }

    /// <summary>Whose connection it is.</summary>
    public ProxyCommand Command { get; internal init; }

    /// <summary>The family of the addresses. Of LOCAL, which is not looked into, <see cref="ProxyAddressFamily.Unspecified"/>.</summary>
    public ProxyAddressFamily Family { get; internal init; }

    /// <summary>What the forwarded connection is. Of LOCAL, <see cref="ProxyTransport.Unspecified"/>.</summary>
    public ProxyTransport Transport { get; internal init; }

    /// <summary>Whether it names the ends of the connection: it is forwarded, and both family and transport are specified.</summary>
    public bool HasAddresses => Family != ProxyAddressFamily.Unspecified && Transport != ProxyTransport.Unspecified;

    /// <summary>The client's address as it stands there: text in version 1; 4, 16 or 108 bytes in version 2.</summary>
    public ReadOnlySpan<byte> SourceAddress { get; internal init; }

    /// <summary>The address that the client connected to, as it stands there.</summary>
    public ReadOnlySpan<byte> DestinationAddress { get; internal init; }

    /// <summary>The client's port; 0 where the family has none.</summary>
    public int SourcePort { get; internal init; }

    /// <summary>The port that the client connected to; 0 where the family has none.</summary>
    public int DestinationPort { get; internal init; }

    /// <summary>What is said behind the addresses.</summary>
    public ProxyTlvs Tlvs { get; internal init; }

    /// <summary>
    /// What a receiver passes over where there are no addresses: the block of LOCAL or of a connection without a family, or the rest of a line
    /// of UNKNOWN. HAProxy puts TLVs there, so a <see cref="ProxyTlvs"/> over it may find some.
    /// </summary>
    public ReadOnlySpan<byte> Ignored { get; internal init; }

    /// <summary>The client's end.</summary>
    /// <returns>An <see cref="IPEndPoint"/> or <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>, that of a client mostly without a path;
    /// null where there are no addresses, or where this system cannot have the path.</returns>
    public EndPoint? GetSource() => HasAddresses ? ProxyAddresses.CreateEndPoint(Version, Family, SourceAddress, SourcePort) : null;

    /// <summary>The end that the client connected to.</summary>
    /// <returns>As of <see cref="GetSource"/>.</returns>
    public EndPoint? GetDestination() => HasAddresses ? ProxyAddresses.CreateEndPoint(Version, Family, DestinationAddress, DestinationPort) : null;

    /// <summary>A copy that may be kept.</summary>
    public OwnedProxyHeader ToOwned() => new(Tlvs.ToList())
    {
        Version = Version,
        Command = Command,
        Family = Family,
        Transport = Transport,
        Length = Bytes.Length,
        Source = GetSource(),
        Destination = GetDestination(),
    };
}
