using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.ProxyProtocol;
using WireProtocols.ProxyProtocol;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ProxyProtocol;

public class ProxyHeaderReaderTests
{
    private static readonly byte[] Ipv4 = Convert.FromHexString("0d0a0d0a000d0a515549540a2111000cc0a80001c0a8000bdc0401bb");

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(4096)]
    public async Task What_follows_the_header_stays_in_the_pipe(int size)
    {
        byte[] bytes = [.. Ipv4, .. "GET / HTTP/1.1\r\n"u8];
        await Trickle.RunAsync(bytes, size, async pipe =>
        {
            using (ProxyHeaderReader reader = new(pipe))
            {
                OwnedProxyHeader header = (await reader.ReadAsync())!;
                Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.0.1"), 56324), header.Source);
                Assert.Equal(new IPEndPoint(IPAddress.Parse("192.168.0.11"), 443), header.Destination);
                Assert.Equal((2, ProxyCommand.Proxy, Ipv4.Length), (header.Version, header.Command, header.Length));
                Assert.Equal(Ipv4.Length, reader.Position);
            }

            StringBuilder rest = new();
            while (await pipe.ReadAsync() is { Buffer: { IsEmpty: false } buffer })
            {
                rest.Append(Encoding.ASCII.GetString(buffer));
                pipe.AdvanceTo(buffer.End);
            }

            Assert.Equal("GET / HTTP/1.1\r\n", rest.ToString());
            return 0;
        });
    }

    [Fact]
    public async Task A_cancelled_wait_inside_a_header_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using ProxyHeaderReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync(Ipv4.AsMemory(0, 13));
        ValueTask<OwnedProxyHeader?> reading = reader.ReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        await pipe.Writer.WriteAsync(Ipv4.AsMemory(13));
        Assert.Equal("192.168.0.1:56324", $"{(await reader.ReadAsync())!.Source}");
    }

    [Fact]
    public async Task A_connection_without_a_byte_is_a_clean_end()
    {
        using ProxyHeaderReader reader = new(PipeReader.Create(ReadOnlySequence<byte>.Empty));
        Assert.Null(await reader.ReadAsync());
    }

    [Fact]
    public async Task An_error_has_its_offset_and_its_section()
    {
        using ProxyHeaderReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>("PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n"u8.ToArray())));
        ProxyProtocolException exception = await Assert.ThrowsAsync<ProxyProtocolException>(async () => await reader.ReadAsync());
        Assert.Equal((ProxyProtocolError.PortMalformed, 27, "proxy-protocol §2.1"), (exception.Error, exception.Offset, exception.Section));
    }

    [Theory]
    [InlineData("/run/client", "/run/client")]
    [InlineData("", "")]
    [InlineData("\0name", "\0name")]
    public void Unix_ends_are_those_of_the_platform(string path, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have shorter paths.");
        byte[] header = [.. Ipv4[..13], 0x31, 0, 216, .. Padded(path), .. Padded("/s")];
        using ProxyHeaderDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(header, out _, out ProxyHeader element));
        SocketAddress address = element.GetSource()!.Serialize();
        Assert.Equal(expected, Encoding.UTF8.GetString(address.Buffer.Span[2..address.Size]).TrimEnd('\0'));
        Assert.Equal(AddressFamily.Unix, element.GetSource()!.AddressFamily);
        Assert.Equal("/s", $"{element.GetDestination()}");

        static byte[] Padded(string text) => Encoding.UTF8.GetBytes(text.PadRight(108, '\0'));
    }

    [Fact]
    public void Tls_is_told_field_by_field()
    {
        OwnedProxyTlv tlv = ProxySsl.Create(
            ProxySslClient.Ssl | ProxySslClient.CertificateOfConnection,
            0,
            OwnedProxyTlv.FromText(ProxyTlvType.SslVersion, "TLSv1.3"),
            OwnedProxyTlv.FromText(ProxyTlvType.SslCommonName, "Jürgen"));
        Assert.True(ProxySsl.TryRead(tlv.Value.Span, out ProxySsl ssl));
        Assert.True(ssl.IsVerified);
        Assert.True(ssl.Tlvs.TryGet(ProxyTlvType.SslCommonName, out ReadOnlySpan<byte> name));
        Assert.Equal("Jürgen", Encoding.UTF8.GetString(name));
        Assert.False(ssl.Tlvs.TryGet(ProxyTlvType.SslGroup, out _));
        Assert.True(ProxySsl.TryRead([0, 0, 0, 0, 0], out ProxySsl none));
        Assert.False(none.IsVerified);
        Assert.True(ProxySsl.TryRead([2, 0, 0, 0, 1], out ProxySsl failed));
        Assert.False(failed.IsVerified);
        Assert.False(ProxySsl.TryRead([2, 0, 0, 0], out _));
    }

    [Fact]
    public void Tlvs_that_haproxy_puts_behind_no_addresses_can_be_looked_at()
    {
        byte[] header = [.. Ipv4[..12], 0x20, 0, 0, 5, 5, 0, 2, (byte)'i', (byte)'d'];
        using ProxyHeaderDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(header, out _, out ProxyHeader element));
        Assert.Null(element.GetSource());
        Assert.True(new ProxyTlvs(element.Ignored).TryGet(ProxyTlvType.UniqueId, out ReadOnlySpan<byte> id));
        Assert.Equal("id", Encoding.ASCII.GetString(id));
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((noise, seed) =>
        {
            Random random = new(seed);
            ProxyHeaderFormat format = new(0);
            List<byte> input = [];
            for (int count = random.Next(3); count >= 0; count--)
            {
                input.AddRange(format.Create(random));
            }

            for (int i = random.Next(3); i > 0 && noise.Length > 0; i--)
            {
                input[random.Next(input.Count)] = noise[random.Next(noise.Length)];
            }

            byte[] bytes = [.. input];
            ProxyHeaderOptions options = new() { MaxLength = random.Next(2) == 0 ? 300 : 4096 };
            return new ProxySubject(options).Decode(Segmentation.RandomPieces(bytes, random)).SequenceEqual(NaiveProxy.Decode(bytes, options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Decoding_allocates_nothing()
    {
        byte[] input = [.. "PROXY TCP6 2001:db8::1 ::1 1 2\r\n"u8, .. Ipv4, .. "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n"u8];
        ProxyHeaderDecoder decoder = new();
        Assert.Equal(0, Allocations.Of(() =>
        {
            decoder.Reset();
            ReadOnlySpan<byte> rest = input;
            for (int i = 0; i < 3; i++)
            {
                Assert.True(decoder.Decode(rest, out int consumed, out ProxyHeader header) == OperationStatus.Done && header.HasAddresses);
                rest = rest[consumed..];
            }
        }));
    }

    [Fact]
    public void No_more_is_gathered_than_the_header()
    {
        byte[] line = [.. "PROXY UNKNOWN "u8, .. new byte[80]];
        using ProxyHeaderDecoder decoder = new();
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(line, out int consumed, out _));
        Assert.Equal(line.Length, consumed);
        Assert.Equal(OperationStatus.Done, decoder.Decode([.. "\r\n"u8, .. new byte[100_000]], out consumed, out ProxyHeader header));
        Assert.Equal((2, line.Length + 2), (consumed, header.Bytes.Length));
    }

    [Theory]
    [InlineData(106)]
    [InlineData(0)]
    public void A_limit_that_no_line_fits_in_is_refused(int limit)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new ProxyHeaderOptions { MaxLength = limit });
}
