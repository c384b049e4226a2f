using System.Net;

namespace WireProtocols.ProxyProtocol;

/// <summary>A header that may be kept: what <see cref="ProxyHeader.ToOwned"/> makes.</summary>
public sealed class OwnedProxyHeader
{
    internal OwnedProxyHeader(IReadOnlyList<OwnedProxyTlv> tlvs) => Tlvs = tlvs;

    /// <summary>1 for a line, 2 for the binary form.</summary>
    public int Version { get; internal init; }

    /// <summary>Whose connection it is.</summary>
    public ProxyCommand Command { get; internal init; }

    /// <summary>The family of the addresses.</summary>
    public ProxyAddressFamily Family { get; internal init; }

    /// <summary>What the forwarded connection is.</summary>
    public ProxyTransport Transport { get; internal init; }

    /// <summary>How many bytes the header had.</summary>
    public int Length { get; internal init; }

    /// <summary>The client's end; see <see cref="ProxyHeader.GetSource"/>. Null where the end of the socket is the client's.</summary>
    public EndPoint? Source { get; internal init; }

    /// <summary>The end that the client connected to.</summary>
    public EndPoint? Destination { get; internal init; }

    /// <summary>What was said behind the addresses.</summary>
    public IReadOnlyList<OwnedProxyTlv> Tlvs { get; }

    /// <summary>The first TLV of a type; null where there is none.</summary>
    public OwnedProxyTlv? GetTlv(ProxyTlvType type) => Tlvs.FirstOrDefault(t => t.Type == type);
}
