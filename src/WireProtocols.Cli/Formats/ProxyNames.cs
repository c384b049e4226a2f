using System.Net;
using System.Net.Sockets;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Cli.Formats;

/// <summary>The names of the specification.</summary>
internal static class ProxyNames
{
    public static string Of(ProxyCommand command) => command == ProxyCommand.Local ? "LOCAL" : "PROXY";

    public static string Of(ProxyAddressFamily family) => family switch
    {
        ProxyAddressFamily.InterNetwork => "INET",
        ProxyAddressFamily.InterNetworkV6 => "INET6",
        ProxyAddressFamily.Unix => "UNIX",
        _ => "UNSPEC",
    };

    public static string Of(ProxyTransport transport) => transport switch
    {
        ProxyTransport.Stream => "STREAM",
        ProxyTransport.Datagram => "DGRAM",
        _ => "UNSPEC",
    };

    /// <summary>An address and its port, or a path with its NUL where it begins with one.</summary>
    public static string Of(EndPoint? end)
    {
        const int PathOffset = sizeof(ushort);
        if (end is not UnixDomainSocketEndPoint)
        {
            return $"{end}";
        }

        SocketAddress address = end.Serialize();
        string path = System.Text.Encoding.UTF8.GetString(address.Buffer.Span[PathOffset..address.Size]);
        return path.StartsWith('\0') ? path.TrimEnd('\0') : path.Split('\0')[0];
    }

    /// <summary>The name of a type; null where it has none.</summary>
    public static string? Of(ProxyTlvType type) => type switch
    {
        ProxyTlvType.Alpn => "ALPN",
        ProxyTlvType.Authority => "AUTHORITY",
        ProxyTlvType.Checksum => "CRC32C",
        ProxyTlvType.NoOperation => "NOOP",
        ProxyTlvType.UniqueId => "UNIQUE_ID",
        ProxyTlvType.Ssl => "SSL",
        ProxyTlvType.SslVersion => "SSL_VERSION",
        ProxyTlvType.SslCommonName => "SSL_CN",
        ProxyTlvType.SslCipher => "SSL_CIPHER",
        ProxyTlvType.SslSignatureAlgorithm => "SSL_SIG_ALG",
        ProxyTlvType.SslKeyAlgorithm => "SSL_KEY_ALG",
        ProxyTlvType.SslGroup => "SSL_GROUP",
        ProxyTlvType.SslSignatureScheme => "SSL_SIG_SCHEME",
        ProxyTlvType.SslClientCertificate => "SSL_CLIENT_CERT",
        ProxyTlvType.NetworkNamespace => "NETNS",
        _ => null,
    };

    /// <summary>Whether its value is text.</summary>
    public static bool IsText(ProxyTlvType type)
        => type is ProxyTlvType.Alpn or ProxyTlvType.Authority or ProxyTlvType.NetworkNamespace
            or (>= ProxyTlvType.SslVersion and <= ProxyTlvType.SslSignatureScheme);
}
