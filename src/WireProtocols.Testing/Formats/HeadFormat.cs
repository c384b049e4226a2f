using System.Text;

namespace WireProtocols.Testing;

/// <summary>HTTP/1.1 heads by lines (RFC 9112 §2.1): start lines, the fields that matter, and others.</summary>
public sealed class HeadFormat(int setupLength, bool isHandshake = false) : FuzzFormat
{
    private static readonly string[] Starts =
    [
        "GET / HTTP/1.1", "POST /a?b HTTP/1.1", "HEAD * HTTP/1.0", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "GET http://a/b HTTP/1.1",
        "HTTP/1.1 200 OK", "HTTP/1.1 101 Switching Protocols", "HTTP/1.0 404 ", "HTTP/1.1 100 Continue", "HTTP/1.1 204 No Content", "PRI * HTTP/2.0",
    ];

    private static readonly string[] Fields =
    [
        "Host: a", "Host: [::1]:80", "Host:", "Content-Length: 5", "Content-Length: 0", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked;a=b", "TE: trailers", "Connection: close",
        "Connection: keep-alive, Upgrade", "Expect: 100-continue", "Upgrade: websocket", "Accept: */*", "A: b", "B:\tc \t", "C:", "D: \x80\xff",
        "E: f, g", "Proxy-Authorization: a", "If-Unmodified-Since:b", "Age: 1",
    ];

    private static readonly string[] HandshakeFields =
    [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=\"10\"", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "Origin: http://a", "Sec-WebSocket-Version: 8, 13",
    ];

    /// <inheritdoc/>
    public override int SetupLength => setupLength;

    /// <summary>A field line with its end.</summary>
    public static byte[] CreateField(Random dice)
    {
        byte[] line = dice.Next(3) > 0
            ? Encoding.Latin1.GetBytes(dice.Pick<string>(Fields))
            : [.. FormatText.Ascii(new string('x', 1 + (dice.Length() % 70))), (byte)':', .. FormatText.Text(dice, dice.Length())];
        return [.. line, .. dice.Next(20) == 0 ? "\n"u8 : "\r\n"u8];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> body) => FormatText.SplitBehind(body, "\r\n"u8);

    /// <inheritdoc/>
    public override byte[] Create(Random dice) => dice.Next(12) switch
    {
        0 => [.. FormatText.Ascii(dice.Pick<string>(Starts)), .. "\r\n"u8],
        1 => "\r\n"u8.ToArray(),
        2 or 3 or 4 or 5 when isHandshake => [.. FormatText.Ascii(dice.Pick<string>(HandshakeFields)), .. "\r\n"u8],
        _ => CreateField(dice),
    };
}
