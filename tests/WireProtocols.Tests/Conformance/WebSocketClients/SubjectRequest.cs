using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.Tests.Conformance;

/// <summary>The request of the subject.</summary>
internal static class SubjectRequest
{
    private static int _count;

    public static string Key(ClientDefect defect) => defect switch
    {
        ClientDefect.KeyOf15Bytes => Convert.ToBase64String(RandomNumberGenerator.GetBytes(15)),
        ClientDefect.KeyOf20Bytes => Convert.ToBase64String(RandomNumberGenerator.GetBytes(20)),
        ClientDefect.KeyWithoutPadding => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('='),
        ClientDefect.KeyInHex => RandomNumberGenerator.GetHexString(24, lowercase: true)[..23] + "g",
        ClientDefect.ConstantNonce => "dGhlIHNhbXBsZSBub25jZQ==",
        ClientDefect.CountingNonce => Convert.ToBase64String([.. "fifteen letters"u8, (byte)Interlocked.Increment(ref _count)]),
        _ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)),
    };

    public static byte[] Of(ClientDefect defect, Uri url, string key)
    {
        string host = string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{url.Port}");
        string requestLine = defect switch
        {
            ClientDefect.LowerCaseMethod => $"get {url.AbsolutePath} HTTP/1.1",
            ClientDefect.Post => $"POST {url.AbsolutePath} HTTP/1.1",
            ClientDefect.Http10 => $"GET {url.AbsolutePath} HTTP/1.0",
            ClientDefect.NoVersionInLine => $"GET {url.AbsolutePath}",
            ClientDefect.AsksForRoot => "GET / HTTP/1.1",
            ClientDefect.TargetWithFragment => $"GET {url.AbsolutePath}#top HTTP/1.1",
            ClientDefect.TargetWithoutSlash => $"GET {url.AbsolutePath[1..]} HTTP/1.1",
            ClientDefect.TargetIsUrl => $"GET ws://{host}{url.AbsolutePath} HTTP/1.1",
            ClientDefect.TwoSpaces => $"GET  {url.AbsolutePath} HTTP/1.1",
            _ => $"GET {url.AbsolutePath} HTTP/1.1",
        };
        List<string> lines =
        [
            requestLine,
            .. Field(defect, ClientDefect.NoHost, $"Host: {(defect == ClientDefect.HostWithoutPort ? url.Host : host)}"),
            .. Field(defect, ClientDefect.NoUpgrade, $"Upgrade: {(defect == ClientDefect.UpgradeToOther ? "websockets" : "websocket")}"),
            .. Field(defect, ClientDefect.NoConnection, $"Connection: {(defect == ClientDefect.ConnectionKeepAlive ? "keep-alive" : "Upgrade")}"),
            .. Field(defect, ClientDefect.NoKey, $"Sec-WebSocket-Key: {key}"),
            .. Field(defect, ClientDefect.NoVersion, $"Sec-WebSocket-Version: {Version(defect)}"),
            $"Sec-WebSocket-Protocol: {Subprotocols(defect)}",
            $"Sec-WebSocket-Extensions: {Offer(defect)}",
        ];
        lines.AddRange(defect switch
        {
            ClientDefect.TwoHosts => [$"Host: {host}"],
            ClientDefect.TwoKeysInRequest => [$"Sec-WebSocket-Key: {key}"],
            ClientDefect.TwoVersions => ["Sec-WebSocket-Version: 13"],
            ClientDefect.SpaceBeforeColon => ["X-Client : subject"],
            ClientDefect.LineWithoutColon => ["subject"],
            ClientDefect.ControlInValue => ["X-Client: sub\u0001ject"],
            ClientDefect.OriginWithPath => ["Origin: http://127.0.0.1/page"],
            _ => [],
        });
        string end = defect == ClientDefect.LineFeeds ? "\n" : "\r\n";
        return Encoding.Latin1.GetBytes(string.Concat(lines.Select(l => l + end)) + end);
    }

    private static string Version(ClientDefect defect) => defect switch
    {
        ClientDefect.Version8 => "8",
        ClientDefect.VersionList => "13, 8",
        _ => "13",
    };

    private static string Subprotocols(ClientDefect defect) => defect switch
    {
        ClientDefect.SameSubprotocolTwice => "chat, superchat, chat",
        ClientDefect.SubprotocolWithSpace => "chat, super chat",
        ClientDefect.EmptySubprotocol => "chat,, superchat",
        _ => "chat, superchat",
    };

    public static string Offer(ClientDefect defect) => defect switch
    {
        ClientDefect.OfferWithoutEnd => "permessage-deflate; client_max_window_bits;",
        ClientDefect.OfferWithSpace => "permessage-deflate client_max_window_bits",
        ClientDefect.OfferOfUnknownParameter => "permessage-deflate; client_max_window_bits; level=9",
        ClientDefect.OfferOf7Bits => "permessage-deflate; client_max_window_bits=7",
        ClientDefect.OfferOf16Bits => "permessage-deflate; client_max_window_bits; server_max_window_bits=16",
        ClientDefect.OfferWithLeadingZero => "permessage-deflate; client_max_window_bits=09",
        ClientDefect.OfferOfBitsWithoutValue => "permessage-deflate; client_max_window_bits; server_max_window_bits",
        ClientDefect.OfferOfParameterTwice => "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
        ClientDefect.OfferOfFlagWithValue => "permessage-deflate; client_no_context_takeover=true; client_max_window_bits",
        ClientDefect.ClientBitsTaken => "permessage-deflate",
        ClientDefect.LargerServerBitsTaken => "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
        _ => "permessage-deflate; client_max_window_bits",
    };

    private static string[] Field(ClientDefect defect, ClientDefect without, string line) => defect == without ? [] : [line];
}
