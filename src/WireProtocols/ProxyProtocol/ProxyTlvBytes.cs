using System.Buffers.Binary;

namespace WireProtocols.ProxyProtocol;

/// <summary>Lays TLVs out one behind the other.</summary>
internal static class ProxyTlvBytes
{
    /// <summary>How long they are together.</summary>
    /// <exception cref="ArgumentException">A type is no byte, or a value too long.</exception>
    public static int LengthOf(IReadOnlyList<OwnedProxyTlv> tlvs)
    {
        int length = 0;
        foreach (OwnedProxyTlv tlv in tlvs)
        {
            if (tlv.Value.Length > ushort.MaxValue || (uint)tlv.Type > byte.MaxValue)
            {
                throw new ArgumentException("The type of a TLV is a byte, and its value has at most 65,535 bytes.", nameof(tlvs));
            }

            length = checked(length + ProxyTlv.HeaderLength + tlv.Value.Length);
        }

        return length;
    }

    public static void Write(IReadOnlyList<OwnedProxyTlv> tlvs, Span<byte> destination)
    {
        foreach (OwnedProxyTlv tlv in tlvs)
        {
            destination[0] = (byte)tlv.Type;
            BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)tlv.Value.Length);
            tlv.Value.Span.CopyTo(destination[ProxyTlv.HeaderLength..]);
            destination = destination[(ProxyTlv.HeaderLength + tlv.Value.Length)..];
        }
    }
}
