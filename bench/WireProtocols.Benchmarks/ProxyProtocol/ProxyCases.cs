using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Benchmarks.ProxyProtocol;

/// <summary>
/// Headers of the PROXY protocol, one behind the other. The peer reads lines as people write it by hand: a string, split at spaces, the platform's
/// parsers; and of the binary form it reads the addresses where they stand.
/// </summary>
public static class ProxyCases
{
    public const int Count = 1_024;

    private static readonly byte[] Lines = CreateLines();
    private static readonly byte[] Headers = CreateHeaders();
    private static readonly ProxyHeaderDecoder Decoder = new();

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("proxy.read.v1", Count, ReadLines, "string.Split", SplitLines, null);
        yield return new CompareCase("proxy.read.v2.crc32c", Count, ReadHeaders, null, null, null);
    }

    public static void ReadLines() => Read(Lines);

    public static void ReadHeaders() => Read(Headers);

    private static void Read(ReadOnlySpan<byte> input)
    {
        Decoder.Reset();
        long sum = 0;
        while (Decoder.Decode(input, out int consumed, out ProxyHeader header) == OperationStatus.Done)
        {
            sum += header.SourcePort;
            input = input[consumed..];
        }

        Sink.Keep(input.IsEmpty ? sum : throw new InvalidOperationException("It is not all headers."));
    }

    private static void SplitLines()
    {
        ReadOnlySpan<byte> input = Lines;
        long sum = 0;
        while (!input.IsEmpty)
        {
            int end = input.IndexOf("\r\n"u8);
            string[] fields = Encoding.ASCII.GetString(input[..end]).Split(' ');
            bool isRight = fields is ["PROXY", "TCP4", _, _, _, _] && IPAddress.Parse(fields[2]).AddressFamily == AddressFamily.InterNetwork
                && IPAddress.Parse(fields[3]).AddressFamily == AddressFamily.InterNetwork;
            sum += isRight ? ushort.Parse(fields[4], null) + (0 * ushort.Parse(fields[5], null)) : 0;
            input = input[(end + 2)..];
        }

        Sink.Keep(sum);
    }

    private static byte[] CreateLines()
    {
        ArrayBufferWriter<byte> output = new();
        for (int i = 0; i < Count; i++)
        {
            ProxyHeaderWriter.WriteVersion1(output, Client(i), new IPEndPoint(IPAddress.Parse("192.168.0.11"), 443));
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] CreateHeaders()
    {
        ArrayBufferWriter<byte> output = new();
        for (int i = 0; i < Count; i++)
        {
            ProxyHeaderWriter.WriteVersion2(
                output,
                Client(i),
                new IPEndPoint(IPAddress.Parse("192.168.0.11"), 443),
                [OwnedProxyTlv.Checksum, OwnedProxyTlv.FromText(ProxyTlvType.Authority, "www.example.com")]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static IPEndPoint Client(int i) => new(new IPAddress([203, (byte)(i >> 8), (byte)i, (byte)(i * 7)]), 1024 + (i * 61 % 60_000));
}
