using System.Buffers;
using System.Net;
using System.Net.Sockets;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>A header that is written, and what its reader has to make of it.</summary>
/// <param name="Write">Writes it.</param>
/// <param name="Expected">Source and destination, each an address and a port.</param>
/// <param name="Authority">The authority that it names.</param>
/// <param name="UniqueId">The name of the connection.</param>
public sealed record ProxyWriting(Action<IBufferWriter<byte>> Write, string Expected, string Authority = "", string UniqueId = "");

/// <summary>Headers for proxies to read.</summary>
public static class ProxyWritings
{
    private static readonly IPEndPoint Ipv4 = new(IPAddress.Parse("192.0.2.7"), 4711);
    private static readonly IPEndPoint Ipv6 = new(IPAddress.Parse("2001:db8::7"), 4711);
    private static readonly IPEndPoint Server4 = new(IPAddress.Parse("198.51.100.1"), 443);
    private static readonly IPEndPoint Server6 = new(IPAddress.Parse("2001:db8::1"), 443);

    private static readonly Dictionary<string, ProxyWriting> All = new()
    {
        ["a line"] = new(o => ProxyHeaderWriter.WriteVersion1(o, Ipv4, Server4), "192.0.2.7 4711 198.51.100.1 443"),
        ["a line of IPv6"] = new(o => ProxyHeaderWriter.WriteVersion1(o, Ipv6, Server6), "2001:db8::7 4711 2001:db8::1 443"),
        ["version 2"] = new(o => ProxyHeaderWriter.WriteVersion2(o, Ipv4, Server4), "192.0.2.7 4711 198.51.100.1 443"),
        ["version 2 of IPv6"] = new(o => ProxyHeaderWriter.WriteVersion2(o, Ipv6, Server6), "2001:db8::7 4711 2001:db8::1 443"),
        ["version 2 with a checksum and more"] = new(
            o => ProxyHeaderWriter.WriteVersion2(
                o,
                Ipv4,
                Server4,
                [
                    OwnedProxyTlv.FromText(ProxyTlvType.Authority, "wire.example"),
                    OwnedProxyTlv.Checksum,
                    OwnedProxyTlv.FromText(ProxyTlvType.UniqueId, "number-7"),
                    new OwnedProxyTlv(ProxyTlvType.NoOperation, new byte[100]),
                ]),
            "192.0.2.7 4711 198.51.100.1 443",
            "wire.example",
            "number-7"),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static ProxyWriting Get(string name) => All[name];

    /// <summary>Sends the header and a request behind it.</summary>
    /// <returns>The body of the answer.</returns>
    public static async Task<string> AskAsync(int port, ProxyWriting writing)
    {
        ArrayBufferWriter<byte> bytes = new();
        writing.Write(bytes);
        bytes.Write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        string response = await PeerRequest.ExchangeAsync(client.GetStream(), bytes.WrittenMemory);
        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        return response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }
}
