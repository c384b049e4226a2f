using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Tests.ProxyProtocol;

public class ProxyHeaderWriterTests
{
    private static readonly IPEndPoint Client = new(IPAddress.Parse("192.0.2.1"), 4711);
    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.51.100.2"), 443);

    [Theory]
    [InlineData("192.0.2.1", "198.51.100.2", "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n")]
    [InlineData("2001:db8::1", "::1", "PROXY TCP6 2001:db8::1 ::1 1 2\r\n")]
    [InlineData("192.0.2.1", "::1", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n")]
    [InlineData("fe80::1%3", "::1", "PROXY TCP6 fe80::1 ::1 1 2\r\n")]
    public void A_line(string source, string destination, string expected)
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteVersion1(output, new IPEndPoint(IPAddress.Parse(source), 1), new IPEndPoint(IPAddress.Parse(destination), 2));
        Assert.Equal(expected, Encoding.ASCII.GetString(output.WrittenSpan));
        Decode(output.WrittenSpan);
    }

    [Fact]
    public void Lines_and_headers_without_addresses()
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteVersion1Unknown(output);
        Assert.Equal("PROXY UNKNOWN\r\n"u8, output.WrittenSpan);
        output.ResetWrittenCount();
        ProxyHeaderWriter.WriteLocal(output);
        Assert.Equal("0d0a0d0a000d0a515549540a20000000", Convert.ToHexStringLower(output.WrittenSpan));
    }

    [Fact]
    public void Addresses_and_tlvs_and_the_checksum_where_it_is_wanted()
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteVersion2(
            output,
            Client,
            Server,
            [OwnedProxyTlv.FromText(ProxyTlvType.Authority, "bücher.example"), OwnedProxyTlv.Checksum, new((ProxyTlvType)0xE0, new byte[3])]);
        OwnedProxyHeader header = Decode(output.WrittenSpan);
        Assert.Equal((Client, Server), (header.Source, header.Destination));
        Assert.Equal([ProxyTlvType.Authority, ProxyTlvType.Checksum, (ProxyTlvType)0xE0], header.Tlvs.Select(t => t.Type));
        Assert.NotEqual(new byte[4], header.GetTlv(ProxyTlvType.Checksum)!.Value.ToArray());
        Assert.Null(header.GetTlv(ProxyTlvType.Ssl));

        // Each bit of it counts, but for those that say that it is a checksum.
        byte[] bytes = output.WrittenSpan.ToArray();
        int type = ProxyHeader.FixedLength + 12 + ProxyTlv.HeaderLength + "bücher.example"u8.Length;
        Assert.Equal((byte)ProxyTlvType.Checksum, bytes[type]);
        foreach (int bit in Enumerable.Range(8 * ProxyHeader.FixedLength, 8 * (bytes.Length - ProxyHeader.FixedLength)).Where(b => b / 8 != type))
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            using ProxyHeaderDecoder decoder = new();
            Assert.NotEqual(OperationStatus.Done, decoder.Decode(bytes, out _, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Unix_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have shorter paths.");
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteVersion2(
            output, new UnixDomainSocketEndPoint("\0client"), new UnixDomainSocketEndPoint("/run/server"), transport: ProxyTransport.Datagram);
        OwnedProxyHeader header = Decode(output.WrittenSpan);
        Assert.Equal((ProxyAddressFamily.Unix, ProxyTransport.Datagram, 232), (header.Family, header.Transport, header.Length));
        Assert.Equal(new UnixDomainSocketEndPoint("/run/server"), header.Destination);
        Assert.Equal(new UnixDomainSocketEndPoint("\0client"), header.Source);
    }

    public static TheoryData<string> Refused => [.. Refusals.Keys];

    private static Dictionary<string, Action<IBufferWriter<byte>>> Refusals => new()
    {
        ["a unique ID of 129 bytes"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.UniqueId, new byte[129])),
        ["an authority that is no UTF-8"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.Authority, new byte[] { 0xFF })),
        ["TLS that is none"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.Ssl, new byte[4])),
        ["two checksums"] = o => Write(o, OwnedProxyTlv.Checksum, OwnedProxyTlv.Checksum),
        ["a checksum of five bytes"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.Checksum, new byte[5])),
        ["a type that is no byte"] = o => Write(o, new OwnedProxyTlv((ProxyTlvType)256, new byte[1])),
        ["a negative type"] = o => Write(o, new OwnedProxyTlv((ProxyTlvType)(-1), new byte[1])),
        ["a value too long"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.NoOperation, new byte[65536])),
        ["a header too long"] = o => Write(o, new OwnedProxyTlv(ProxyTlvType.NoOperation, new byte[65535])),
        ["ends of two kinds"] = o => ProxyHeaderWriter.WriteVersion2(o, Client, new UnixDomainSocketEndPoint("/a")),
        ["no transport"] = o => ProxyHeaderWriter.WriteVersion2(o, Client, Server, transport: ProxyTransport.Unspecified),
        ["another transport"] = o => ProxyHeaderWriter.WriteVersion2(o, Client, Server, transport: (ProxyTransport)3),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_would_not_read_back_is_refused_before_a_byte_is_written(string what)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.ThrowsAny<ArgumentException>(() => Refusals[what](output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void The_longest_header_is_written()
    {
        ArrayBufferWriter<byte> output = new();
        Write(output, new OwnedProxyTlv(ProxyTlvType.NoOperation, new byte[65535 - 12 - 3]));
        Assert.Equal(65551, output.WrittenCount);
        using ProxyHeaderDecoder decoder = new(new ProxyHeaderOptions { MaxLength = 65551 });
        Assert.Equal(OperationStatus.Done, decoder.Decode(output.WrittenSpan, out _, out _));
    }

    [Fact]
    public void What_is_written_reads_back()
        => Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            IPEndPoint source = End(random);
            IPEndPoint destination = End(random);
            List<OwnedProxyTlv> tlvs = random.Next(2) == 0 ? [OwnedProxyTlv.Checksum] : [];
            for (int count = random.Next(5); count > 0; count--)
            {
                tlvs.Add(new OwnedProxyTlv((ProxyTlvType)(0xE0 + random.Next(16)), Bytes(random, random.Next(40))));
            }

            ArrayBufferWriter<byte> output = new();
            ProxyTransport transport = random.Next(2) == 0 ? ProxyTransport.Stream : ProxyTransport.Datagram;
            ProxyHeaderWriter.WriteVersion2(output, source, destination, tlvs, transport);
            OwnedProxyHeader header = Decode(output.WrittenSpan);
            bool isLineSame = true;
            if (transport == ProxyTransport.Stream)
            {
                output.ResetWrittenCount();
                ProxyHeaderWriter.WriteVersion1(output, source, destination);
                OwnedProxyHeader line = Decode(output.WrittenSpan);
                isLineSame = Equals(line.Source, header.Source) && Equals(line.Destination, header.Destination);
            }

            return isLineSame && Same(source, header.Source) && Same(destination, header.Destination) && header.Transport == transport
                && header.Tlvs.Select(t => t.Type).SequenceEqual(tlvs.Select(t => t.Type))
                && header.Tlvs.Zip(tlvs).All(p => p.First.Type == ProxyTlvType.Checksum || p.First.Value.Span.SequenceEqual(p.Second.Value.Span));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static bool Same(IPEndPoint sent, EndPoint? read)
        => read is IPEndPoint end && end.Port == sent.Port && end.Address.MapToIPv6().Equals(sent.Address.MapToIPv6());

    private static IPEndPoint End(Random random) => new(new IPAddress(Bytes(random, random.Next(2) == 0 ? 4 : 16)), random.Next(65536));

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Write(IBufferWriter<byte> output, params OwnedProxyTlv[] tlvs)
        => ProxyHeaderWriter.WriteVersion2(output, Client, Server, tlvs);

    private static OwnedProxyHeader Decode(ReadOnlySpan<byte> bytes)
    {
        using ProxyHeaderDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(bytes, out int consumed, out ProxyHeader header));
        Assert.Equal(bytes.Length, consumed);
        return header.ToOwned();
    }
}
