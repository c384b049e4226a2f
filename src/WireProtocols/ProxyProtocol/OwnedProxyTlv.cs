using System.Text;

namespace WireProtocols.ProxyProtocol;

/// <summary>One TLV that may be kept, and that <see cref="ProxyHeaderWriter"/> writes.</summary>
/// <param name="Type">The type; it may be one without a name.</param>
/// <param name="Value">The value.</param>
public sealed record OwnedProxyTlv(ProxyTlvType Type, ReadOnlyMemory<byte> Value)
{
    /// <summary>A place for the checksum, which the writer computes.</summary>
    public static OwnedProxyTlv Checksum { get; } = new(ProxyTlvType.Checksum, new byte[sizeof(uint)]);

    /// <summary>A TLV whose value is text, such as an authority.</summary>
    public static OwnedProxyTlv FromText(ProxyTlvType type, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new OwnedProxyTlv(type, Encoding.UTF8.GetBytes(text));
    }
}
