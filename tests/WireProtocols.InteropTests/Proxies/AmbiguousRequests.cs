using System.Text;
using System.Text.Json;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>
/// Requests of which two readers may think differently where they end: the requests and chunked bodies of tests/vectors, good and bad, and those with
/// which requests are smuggled past proxies (RFC 9112 §11.2). A character is a byte.
/// </summary>
internal static class AmbiguousRequests
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Handshake = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    /// <summary>Ends at once for who reads chunks, and holds another request for who counts bytes.</summary>
    private const string EarlyEnd = $"0\r\n\r\n{Smuggled}";

    /// <summary>Holds another request for who reads chunks, and ends before it for who counts four bytes.</summary>
    private static readonly string InChunk = $"{Smuggled.Length:x2}\r\n{Smuggled}\r\n0\r\n\r\n";

    private static readonly string[] Codings =
    [
        "Transfer-Encoding: chunked", "Transfer-Encoding : chunked", "Transfer-Encoding:\tchunked", "Transfer-Encoding: CHUNKED",
        "Transfer-Encoding:chunked", "Transfer-Encoding: chunked ", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: ,chunked", "Transfer-Encoding: \vchunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: chunked;x=y",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer_Encoding: chunked", "Transfer-Encoding:\r\n chunked",
        "X: y\r\n Transfer-Encoding: chunked", "X: y\nTransfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\0", "Transfer-Encoding\0: chunked", "\u00FFTransfer-Encoding: chunked", "Transfer-Encoding: cow",
        "Transfer-Encoding:", "Foo: bar\r\n\tTransfer-Encoding: chunked", "Transfer-Encoding: chun\u00FFked",
    ];

    private static readonly string[] Lengths =
    [
        "Content-Length: +{0}", "Content-Length: -{0}", "Content-Length: 0{0}", "Content-Length: {0}, {0}", "Content-Length: {0}, 0",
        "Content-Length: 0, {0}", "Content-Length: {0}\r\nContent-Length: 0", "Content-Length: 0\r\nContent-Length: {0}",
        "Content-Length: {0}\r\nContent-Length: {0}", "Content-Length: {0}.0", "Content-Length: {0} 0", "Content-Length : {0}",
        "Content-Length: \v{0}", "Content-Length: 0x{0}", "Content-Length:\r\n {0}", "X: y\nContent-Length: {0}", "Content_Length: {0}",
        "Content-Length: \"{0}\"", "Content-Length: {0}\0", "Content-Length: 184467440737095516{0}", "Content-Length: {0}e0",
        "Connection: Content-Length\r\nContent-Length: {0}", "Content-Length: {0}\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
        "Content-Length: {0}\r\nExpect: 100-continue", "Content-Length: {0}\r\nExpect: x", "Content-Length: {0}\r\nMax-Forwards: 0",
    ];

    public static IReadOnlyList<string> All { get; } =
    [
        .. Vectors("http1", "requests.json"), .. Vectors("http1", "bad-requests.json"),
        .. Vectors("chunked", "violations.json").Select(body => Post("/echo", "Transfer-Encoding: chunked", body)),
        .. Vectors("chunked", "lenient.json").Select(body => Post("/echo", "Transfer-Encoding: chunked", body)),
        .. Vectors("chunked", "bodies.json").Select(body => Post("/echo", "Transfer-Encoding: chunked", body)),
        .. Codings.SelectMany(WithCoding),
        .. Lengths.SelectMany(length => (string[])["POST /echo", "GET /poll?timeout=1"], (length, line)
            => Request($"{line} HTTP/1.1", length.Replace("{0}", $"{Smuggled.Length}", StringComparison.Ordinal), Smuggled)),
        .. Others(),
    ];

    private static IEnumerable<string> WithCoding(string coding)
    {
        string all = $"Content-Length: {EarlyEnd.Length}";
        yield return Post("/echo", coding, EarlyEnd);
        yield return Post("/echo", coding, InChunk);
        yield return Post("/echo", $"{all}\r\n{coding}", EarlyEnd);
        yield return Post("/echo", $"{coding}\r\n{all}", EarlyEnd);
        yield return Post("/echo", $"Content-Length: 4\r\n{coding}", InChunk);
        yield return Post("/echo", $"{coding}\r\nContent-Length: 4", InChunk);
        yield return Request("GET /poll?timeout=1 HTTP/1.1", coding, EarlyEnd);
        yield return Request("POST /echo HTTP/1.0", $"Connection: keep-alive\r\n{coding}", EarlyEnd);
    }

    private static IEnumerable<string> Others()
    {
        string length = $"Content-Length: {Smuggled.Length}";
        foreach (string path in (string[])["/poll?timeout=1", "/ws/echo", "/ws/none", "/sse/none"])
        {
            yield return Request($"GET {path} HTTP/1.1", $"Upgrade: websocket\r\nConnection: Upgrade\r\n{Handshake}".TrimEnd(), Smuggled);
            yield return Request($"GET {path} HTTP/1.1", $"Upgrade: websocket, foo\r\nConnection: Upgrade\r\n{Handshake}".TrimEnd(), Smuggled);
            yield return Request($"GET {path} HTTP/1.1", $"Upgrade: foo\r\nConnection: Upgrade\r\n{Handshake}".TrimEnd(), Smuggled);
            yield return Request($"GET {path} HTTP/1.1", $"Upgrade: websocket\r\n{Handshake}".TrimEnd(), Smuggled);
            yield return Request($"GET {path} HTTP/1.1", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12", Smuggled);
            yield return Request($"GET {path} HTTP/1.1", $"Upgrade: websocket\r\nConnection: Upgrade\r\n{Handshake}{length}", Smuggled);
            yield return Request($"POST {path} HTTP/1.1", $"Upgrade: websocket\r\nConnection: Upgrade\r\n{Handshake}{length}", Smuggled);
        }

        yield return Request("HEAD /echo HTTP/1.1", length, Smuggled);
        yield return Request("OPTIONS * HTTP/1.1", length, Smuggled);
        yield return Request("TRACE /echo HTTP/1.1", length, Smuggled);
        yield return Request("CONNECT a:80 HTTP/1.1", "X: y", Smuggled);
        yield return Request("GET http://b/poll?timeout=1 HTTP/1.1", "X: y", Smuggled);
        yield return Request("GET /poll?timeout=1 HTTP/1.1", "Host: b", Smuggled);
        yield return Request("GET /poll?timeout=1 HTTP/1.1\r\nHost: b", "Connection: Host", Smuggled);
        yield return Request("GET /poll?timeout=1 HTTP/1.1", "Connection: close", Smuggled);
        yield return Request("GET /poll?timeout=1 HTTP/1.0", "Connection: keep-alive", Smuggled);
        yield return Request("GET /poll?timeout=1 HTTP/1.9", "X: y", Smuggled);
    }

    private static string Post(string path, string fields, string body) => Request($"POST {path} HTTP/1.1", fields, body);

    private static string Request(string line, string fields, string body) => $"{line}\r\nHost: a\r\n{fields}\r\n\r\n{body}";

    private static IEnumerable<string> Vectors(string folder, string file)
    {
        string path = Path.Combine(ReverseProxy.FindRoot(), "tests", "vectors", folder, file);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            string text = vector.TryGetProperty("text", out JsonElement given) ? given.GetString()! : "";
            string hex = vector.TryGetProperty("hex", out JsonElement bytes)
                ? Encoding.Latin1.GetString(Convert.FromHexString(string.Concat(bytes.GetString()!.Where(c => !char.IsWhiteSpace(c)))))
                : "";
            int repeat = vector.TryGetProperty("repeat", out JsonElement count) ? count.GetInt32() : 1;
            if (repeat * (hex.Length + text.Length) <= 64 * 1024)
            {
                yield return string.Concat(Enumerable.Repeat(hex + text, repeat));
            }
        }
    }
}
