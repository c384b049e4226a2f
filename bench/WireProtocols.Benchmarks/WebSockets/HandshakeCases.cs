using System.Security.Cryptography;
using System.Text;
using WireProtocols.Benchmarks.Native;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.WebSockets;

/// <summary>Sec-WebSocket-Accept over many keys, against what one writes with the platform's SHA-1 and base64.</summary>
public static class HandshakeCases
{
    public const int Count = 256;

    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static byte[][] Keys { get; } =
    [
        .. Enumerable.Range(0, Count).Select(
            i => Encoding.ASCII.GetBytes(Convert.ToBase64String(Enumerable.Range(i, 16).Select(n => (byte)n).ToArray()))),
    ];

    private static string[] KeyTexts { get; } = [.. Keys.Select(Encoding.ASCII.GetString)];

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("websocket.accept", Count, () => Sink.Keep(Ours()), "SHA1.HashData + Convert", () => Sink.Keep(Platform()), 1.0)
        {
            Natives = NativePeers.Load(
                "accept", [.. Keys.SelectMany(k => k)], Count, Ours(), new NativeFunction("OpenSSL", "openssl", "openssl_accept")),
        };
    }

    public static long Ours()
    {
        Span<byte> accept = stackalloc byte[WebSocketAccept.AcceptLength];
        long sum = 0;
        foreach (byte[] key in Keys)
        {
            WebSocketAccept.Compute(key, accept);
            sum += accept[0];
        }

        return sum;
    }

    public static long Platform()
    {
        long sum = 0;
        foreach (string key in KeyTexts)
        {
#pragma warning disable CA5350 // the protocol says SHA-1
            sum += Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)))[0];
#pragma warning restore CA5350
        }

        return sum;
    }
}
