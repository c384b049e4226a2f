using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.ProxyProtocol;

/// <summary>
/// Writes headers of the PROXY protocol to a <see cref="System.IO.Pipelines.PipeWriter"/> or any <see cref="IBufferWriter{T}"/>, each in one piece:
/// "The sender must always ensure that the header is sent at once" (proxy-protocol §2), so flush it with or before what follows. Whatever is passed,
/// the bytes parse back to that one header, or the call throws before a byte is written.
/// </summary>
public static class ProxyHeaderWriter
{
    /// <summary>Any header that the length has room for.</summary>
    private static readonly ProxyHeaderOptions Longest = new() { MaxLength = ProxyHeader.FixedLength + ushort.MaxValue };

    /// <summary>Writes a line of version 1. An IPv4 address beside an IPv6 one is written as the IPv6 address that stands for it.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="source">The client's end.</param>
    /// <param name="destination">The end that it connected to.</param>
    public static void WriteVersion1(IBufferWriter<byte> output, IPEndPoint source, IPEndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        bool isIpv6 = IsIpv6(source, destination);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"PROXY {(isIpv6 ? "TCP6" : "TCP4")} {Text(source)} {Text(destination)} {source.Port} {destination.Port}\r\n");
        output.Write(Encoding.ASCII.GetBytes(line));

        // A scope is this machine's business.
        string Text(IPEndPoint end) => new IPAddress(BytesOf(end, isIpv6)).ToString();
    }

    /// <summary>Writes the line of version 1 that names no addresses: "only when it is not possible to correctly fill the PROXY line"
    /// (proxy-protocol §2.1).</summary>
    public static void WriteVersion1Unknown(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("PROXY UNKNOWN\r\n"u8);
    }

    /// <summary>Writes a header of version 2 with the command PROXY.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="source">The client's end: an <see cref="IPEndPoint"/> or <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="destination">The end that it connected to, of the same kind.</param>
    /// <param name="tlvs">What else is told; <see cref="OwnedProxyTlv.Checksum"/> where the checksum is to stand. Null for nothing.</param>
    /// <param name="transport">What the forwarded connection is.</param>
    /// <exception cref="ArgumentException">The ends are of different kinds, or a TLV breaks a rule, or all is too long.</exception>
    public static void WriteVersion2(
        IBufferWriter<byte> output,
        EndPoint source,
        EndPoint destination,
        IReadOnlyList<OwnedProxyTlv>? tlvs = null,
        ProxyTransport transport = ProxyTransport.Stream)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        if (transport is not (ProxyTransport.Stream or ProxyTransport.Datagram))
        {
            throw new ArgumentException("Addresses have a transport.", nameof(transport));
        }

        byte[] addresses = (source, destination) switch
        {
            (IPEndPoint from, IPEndPoint to) => Addresses(from, to),
            (UnixDomainSocketEndPoint from, UnixDomainSocketEndPoint to) => [.. Path(from), .. Path(to)],
            _ => throw new ArgumentException("Both ends are IP addresses, or both are Unix sockets.", nameof(destination)),
        };
        ProxyAddressFamily family = source is not IPEndPoint ? ProxyAddressFamily.Unix
            : addresses.Length == ProxyAddresses.BlockLengthOf(ProxyAddressFamily.InterNetworkV6) ? ProxyAddressFamily.InterNetworkV6
            : ProxyAddressFamily.InterNetwork;
        Write(output, ProxyCommand.Proxy, ((int)family << 4) | (int)transport, addresses, tlvs ?? []);
    }

    /// <summary>Writes a header of version 2 with the command LOCAL: a connection of the proxy's own, such as a health check.</summary>
    public static void WriteLocal(IBufferWriter<byte> output) => Write(output, ProxyCommand.Local, 0, [], []);

    private static void Write(
        IBufferWriter<byte> output, ProxyCommand command, int family, ReadOnlySpan<byte> addresses, IReadOnlyList<OwnedProxyTlv> tlvs)
    {
        ArgumentNullException.ThrowIfNull(output);
        int length = addresses.Length + ProxyTlvBytes.LengthOf(tlvs);
        if (length > ushort.MaxValue)
        {
            throw new ArgumentException("A header has at most 65,551 bytes.", nameof(tlvs));
        }

        byte[] header = new byte[ProxyHeader.FixedLength + length];
        ProxyHeader.Signature.CopyTo(header);
        header[ProxyHeader.Signature.Length] = (byte)(0x20 | (int)command);
        header[ProxyHeader.Signature.Length + 1] = (byte)family;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(ProxyHeader.FixedLength - sizeof(ushort)), (ushort)length);
        addresses.CopyTo(header.AsSpan(ProxyHeader.FixedLength));
        ProxyTlvBytes.Write(tlvs, header.AsSpan(ProxyHeader.FixedLength + addresses.Length));
        WriteChecksum(header, ProxyHeader.FixedLength + addresses.Length);
        using ProxyHeaderDecoder decoder = new(Longest);
        if (decoder.Decode(header, out _, out _) != OperationStatus.Done)
        {
            throw new ArgumentException($"{decoder.Error.GetRule().Text} ({decoder.Error.GetRule().Section}).", nameof(tlvs));
        }

        output.Write(header);
    }

    private static void WriteChecksum(Span<byte> header, int start)
    {
        ProxyTlvs.Enumerator tlvs = new ProxyTlvs(header[start..]).GetEnumerator();
        while (tlvs.MoveNext())
        {
            if (tlvs.Current is { Type: ProxyTlvType.Checksum, Value.Length: sizeof(uint) })
            {
                int index = start + tlvs.Offset + ProxyTlv.HeaderLength;
                BinaryPrimitives.WriteUInt32BigEndian(header[index..], ProxyBinaryParser.ComputeChecksum(header, index));
            }
        }
    }

    private static byte[] Addresses(IPEndPoint source, IPEndPoint destination)
    {
        bool isIpv6 = IsIpv6(source, destination);
        byte[] ports = new byte[2 * ProxyAddresses.PortLength];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(ProxyAddresses.PortLength), (ushort)destination.Port);
        return [.. BytesOf(source, isIpv6), .. BytesOf(destination, isIpv6), .. ports];
    }

    private static bool IsIpv6(IPEndPoint source, IPEndPoint destination)
        => source.AddressFamily == AddressFamily.InterNetworkV6 || destination.AddressFamily == AddressFamily.InterNetworkV6;

    private static byte[] BytesOf(IPEndPoint end, bool isIpv6) => (isIpv6 ? end.Address.MapToIPv6() : end.Address).GetAddressBytes();

    /// <summary>"The addresses are exactly 108 bytes each."</summary>
    private static byte[] Path(UnixDomainSocketEndPoint end)
    {
        byte[] padded = new byte[ProxyAddresses.UnixLength];
        SocketAddress address = end.Serialize();
        ReadOnlySpan<byte> path = address.Buffer.Span[..address.Size][ProxyAddresses.UnixPathOffset..];
        path[..Math.Min(path.Length, padded.Length)].CopyTo(padded);

        return padded;
    }
}
