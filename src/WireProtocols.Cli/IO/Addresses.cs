using System.Net;

namespace WireProtocols.Cli.IO;

/// <summary>Addresses as people write them.</summary>
internal static class Addresses
{
    /// <summary>An address with its port; an IPv4 address as such, also where the socket speaks IPv6. Empty where there is none.</summary>
    public static string Of(EndPoint? end) => end switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => $"{new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)}",
        IPEndPoint plain => $"{plain}",
        _ => "",
    };
}
