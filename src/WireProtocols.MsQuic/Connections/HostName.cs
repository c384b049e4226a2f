using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WireProtocols.MsQuic;

/// <summary>The name of a server that a client connects to.</summary>
internal static class HostName
{
    /// <summary>A name as it stands in TLS and in certificates (RFC 6066 §3).</summary>
    /// <exception cref="MsQuicException">It is none.</exception>
    public static string ToAscii(string host)
    {
        try
        {
            return Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException exception)
        {
            throw new MsQuicException($"'{host}' is no name of a host.", exception);
        }
    }

    /// <summary>An address of it, of IPv4 where it has one.</summary>
    /// <exception cref="MsQuicException">It has none.</exception>
    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return address;
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return addresses.OrderBy(a => a.AddressFamily).First();
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            throw new MsQuicException($"'{host}' is no address, and no name that resolves to one.", exception);
        }
    }
}
