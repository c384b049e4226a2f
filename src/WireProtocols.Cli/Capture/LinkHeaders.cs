using System.Buffers.Binary;

namespace WireProtocols.Cli.Capture;

/// <summary>The headers before IP, by the registry of link types.</summary>
internal static class LinkHeaders
{
    private const int Null = 0;
    private const int Ethernet = 1;
    private const int Loopback = 108;
    private const int LinuxCooked = 113;
    private const int LinuxCooked2 = 276;
    private const int IPv4 = 0x0800;
    private const int IPv6 = 0x86DD;

    /// <summary>The packet of IP.</summary>
    /// <returns>Nothing where there is none, or the link type is not known.</returns>
    public static ReadOnlySpan<byte> Skip(int linkType, ReadOnlySpan<byte> packet) => linkType switch
    {
        Ethernet => OfType(packet, 12),
        Null or Loopback => packet.Length > 4 ? packet[4..] : default,
        12 or 14 or 101 or 228 or 229 => packet,
        LinuxCooked => OfType(packet, 14),
        LinuxCooked2 => packet.Length > 20 && BinaryPrimitives.ReadUInt16BigEndian(packet) is IPv4 or IPv6 ? packet[20..] : default,
        _ => default,
    };

    /// <summary>What stands behind an EtherType, and behind the tags of VLANs.</summary>
    private static ReadOnlySpan<byte> OfType(ReadOnlySpan<byte> packet, int at)
    {
        while (packet.Length > at + 2)
        {
            switch (BinaryPrimitives.ReadUInt16BigEndian(packet[at..]))
            {
                case IPv4 or IPv6:
                    return packet[(at + 2)..];
                case 0x8100 or 0x88A8 or 0x9100:
                    at += 4;
                    break;
                default:
                    return default;
            }
        }

        return default;
    }
}
