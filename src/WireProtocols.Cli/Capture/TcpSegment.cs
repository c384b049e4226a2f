using System.Buffers.Binary;
using System.Net;

namespace WireProtocols.Cli.Capture;

/// <summary>An end of a TCP connection.</summary>
/// <param name="Address">The address; an IPv4 address in its last four bytes.</param>
/// <param name="IsIPv4">Whether it is an IPv4 address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct TcpEnd(UInt128 Address, bool IsIPv4, ushort Port) : IComparable<TcpEnd>
{
    public int CompareTo(TcpEnd other) => Address != other.Address ? Address.CompareTo(other.Address) : Port.CompareTo(other.Port);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(new IPAddress(IsIPv4 ? bytes[12..] : bytes), Port).ToString();
    }
}

/// <summary>A segment of TCP (RFC 9293 §3.1).</summary>
internal readonly ref struct TcpSegment
{
    private const int LeastHeader = 20;

    public TcpEnd Source { get; private init; }

    public TcpEnd Destination { get; private init; }

    /// <summary>The sequence number of the first byte, or of the SYN.</summary>
    public uint Sequence { get; private init; }

    /// <summary>What the sender has received, where <see cref="HasAcknowledgment"/>.</summary>
    public uint Acknowledgment { get; private init; }

    public bool HasAcknowledgment { get; private init; }

    public bool IsSyn { get; private init; }

    public bool IsFin { get; private init; }

    public bool IsReset { get; private init; }

    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>Finds the segment in a packet.</summary>
    /// <returns>False where there is none, or it is cut off or a fragment.</returns>
    public static bool TryRead(Packet packet, out TcpSegment segment)
    {
        segment = default;
        ReadOnlySpan<byte> ip = LinkHeaders.Skip(packet.LinkType, packet.Bytes.Span);
        if (ip.IsEmpty)
        {
            return false;
        }

        return (ip[0] >> 4) switch
        {
            4 => TryReadIPv4(ip, out segment),
            6 => TryReadIPv6(ip, out segment),
            _ => false,
        };
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> ip, out TcpSegment segment)
    {
        segment = default;
        int header = (ip[0] & 0x0F) * 4;
        if (header < 20 || ip.Length < header || ip[9] != 6 || (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) != 0)
        {
            return false;
        }

        // With offloading, the length of a segment that is cut up later is 0.
        int total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
        ReadOnlySpan<byte> tcp = total >= header && total < ip.Length ? ip[header..total] : ip[header..];
        return TryReadTcp(
            tcp, BinaryPrimitives.ReadUInt32BigEndian(ip[12..]), BinaryPrimitives.ReadUInt32BigEndian(ip[16..]), isIPv4: true, out segment);
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> ip, out TcpSegment segment)
    {
        segment = default;
        if (ip.Length < 40)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
        ReadOnlySpan<byte> rest = length > 0 && 40 + length < ip.Length ? ip[40..(40 + length)] : ip[40..];
        byte next = ip[6];

        // Hop-by-hop options, routing and destination options (RFC 8200 §4).
        while (next is 0 or 43 or 60 && rest.Length >= 8 && 8 + (rest[1] * 8) <= rest.Length)
        {
            next = rest[0];
            rest = rest[(8 + (rest[1] * 8))..];
        }

        return next == 6 && TryReadTcp(
            rest, BinaryPrimitives.ReadUInt128BigEndian(ip[8..]), BinaryPrimitives.ReadUInt128BigEndian(ip[24..]), isIPv4: false, out segment);
    }

    private static bool TryReadTcp(ReadOnlySpan<byte> tcp, UInt128 source, UInt128 destination, bool isIPv4, out TcpSegment segment)
    {
        segment = default;
        int header = tcp.Length < LeastHeader ? int.MaxValue : (tcp[12] >> 4) * 4;
        if (header < LeastHeader || header > tcp.Length)
        {
            return false;
        }

        byte flags = tcp[13];
        segment = new TcpSegment
        {
            Source = new TcpEnd(source, isIPv4, BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            Destination = new TcpEnd(destination, isIPv4, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            Sequence = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            IsFin = (flags & 0x01) != 0,
            IsSyn = (flags & 0x02) != 0,
            IsReset = (flags & 0x04) != 0,
            HasAcknowledgment = (flags & 0x10) != 0,
            Data = tcp[header..],
        };
        return true;
    }
}
