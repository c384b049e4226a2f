using System.Net;
using System.Net.Sockets;

namespace WireProtocols.ProxyProtocol;

/// <summary>The addresses of headers as those of the platform.</summary>
internal static class ProxyAddresses
{
    public const int Ipv4Length = 4;
    public const int Ipv6Length = 16;
    public const int UnixLength = 108;
    public const int UnixPathOffset = sizeof(ushort);
    public const int PortLength = sizeof(ushort);

    /// <summary>How long one address of a family is in version 2, without its port.</summary>
    public static int LengthOf(ProxyAddressFamily family) => family switch
    {
        ProxyAddressFamily.InterNetwork => Ipv4Length,
        ProxyAddressFamily.InterNetworkV6 => Ipv6Length,
        ProxyAddressFamily.Unix => UnixLength,
        _ => 0,
    };

    /// <summary>How long both are, with their ports.</summary>
    public static int BlockLengthOf(ProxyAddressFamily family) => family switch
    {
        ProxyAddressFamily.Unspecified => 0,
        ProxyAddressFamily.Unix => 2 * UnixLength,
        _ => 2 * (LengthOf(family) + PortLength),
    };

    public static EndPoint? CreateEndPoint(int version, ProxyAddressFamily family, ReadOnlySpan<byte> address, int port)
        => family == ProxyAddressFamily.Unix ? CreateUnixEndPoint(address)
            : new IPEndPoint(version == 1 ? IPAddress.Parse(address) : new IPAddress(address), port);

    /// <summary>A path ends at the first NUL; one that begins with NUL is a name without a file (unix(7)), whose length is not told.</summary>
    private static EndPoint? CreateUnixEndPoint(ReadOnlySpan<byte> address)
    {
        int end = address[0] == 0 ? address.LastIndexOfAnyExcept((byte)0) + 1 : address.IndexOf((byte)0);
        ReadOnlySpan<byte> path = end < 0 ? address : address[..end];
        try
        {
            SocketAddress socketAddress = new(AddressFamily.Unix, UnixPathOffset + path.Length);
            path.CopyTo(socketAddress.Buffer.Span[UnixPathOffset..]);
            return new UnixDomainSocketEndPoint("/").Create(socketAddress);
        }
        catch (Exception exception) when (exception is ArgumentException or PlatformNotSupportedException)
        {
            // Other systems have shorter paths, or none.
            return null;
        }
    }
}
