using System.Buffers;
using System.Text;
using WireProtocols.Benchmarks.Native;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>A browser's request head, whole in one buffer: decoding it, and finding one field.</summary>
public static class HeadCases
{
    public const int Count = 256;

    private static readonly KestrelHeadPeer Kestrel = new();

    private static readonly Http1RequestDecoder Decoder = new();

    public static byte[] Request { get; } = Encoding.ASCII.GetBytes(
        "GET /chat?room=lobby HTTP/1.1\r\n" +
        "Host: server.example.com:8443\r\n" +
        "Connection: keep-alive, Upgrade\r\n" +
        "Pragma: no-cache\r\n" +
        "Cache-Control: no-cache\r\n" +
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36\r\n" +
        "Upgrade: websocket\r\n" +
        "Origin: https://www.example.com\r\n" +
        "Sec-WebSocket-Version: 13\r\n" +
        "Accept-Encoding: gzip, deflate, br, zstd\r\n" +
        "Accept-Language: en-US,en;q=0.9\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase(
            "http1.request.browser", Count, () => Sink.Keep(Decode()), "Kestrel's HttpParser", () => Sink.Keep(DecodeWithKestrel()), null)
        {
            Natives = NativePeers.Load(
                "request",
                Request,
                Count,
                Decode(),
                new("picohttpparser", "picohttpparser", "picohttpparser_request"),
                new("httparse", "httparse", "httparse_request"),
                new("uWebSockets", "uwebsockets", "uwebsockets_request"),
                new("llhttp", "llhttp", "llhttp_request"),
                new("Beast", "beast", "beast_request")),
        };
    }

    public static long DecodeWithKestrel()
    {
        ReadOnlySequence<byte> request = new(Request);
        long sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += Kestrel.Parse(request);
        }

        return sum;
    }

    public static long Decode()
    {
        long sum = 0;
        for (int i = 0; i < Count; i++)
        {
            if (Decoder.Decode(Request, out int consumed, out Http1RequestHead head) == OperationStatus.Done
                && head.Fields.TryGetValue("sec-websocket-key"u8, out ReadOnlySpan<byte> key))
            {
                sum += consumed + key.Length;
            }
        }

        return sum;
    }
}
