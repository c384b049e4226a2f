using System.Net;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Transports;

/// <summary>
/// From whom a <see cref="TransportListener"/> expects a header of the PROXY protocol before anything else, TLS included. A trusted peer has to send
/// one: the receiver "MUST not try to guess whether the protocol header is present or not" (proxy-protocol §2).
/// </summary>
public sealed class ProxyListenerOptions
{
    /// <summary>The defaults, which trust nobody.</summary>
    public static ProxyListenerOptions Default { get; } = new();

    /// <summary>The addresses of this machine: 127.0.0.0/8 and ::1.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } = [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)];

    /// <summary>The networks of the proxies; none by default. An IPv4 address that arrives on an IPv6 socket counts as what it is.</summary>
    public IReadOnlyList<IPNetwork> Trusted
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [];

    /// <summary>Whether whoever may connect to a Unix socket is trusted; off. Its permissions are then what guards it.</summary>
    public bool TrustsUnixSockets { get; init; }

    /// <summary>What becomes of others; they are refused.</summary>
    public UntrustedPolicy Untrusted { get; init; }

    /// <summary>Which headers are accepted.</summary>
    public ProxyHeaderOptions Header
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = ProxyHeaderOptions.Default;

    /// <summary>How long a header may take; 5 s. "At least 3 seconds to cover a TCP retransmit" (proxy-protocol §2).</summary>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>Is told whose connection was refused, and why: a <see cref="ProxyProtocolException"/>, a <see cref="TimeoutException"/>, or an
    /// <see cref="UnauthorizedAccessException"/> for who is not trusted. The address is null where there is none. Null for nobody.</summary>
    public Action<EndPoint?, Exception>? Refused { get; init; }

    /// <summary>Whether a peer is trusted.</summary>
    internal bool Trusts(EndPoint? peer)
    {
        if (peer is not IPEndPoint { Address: { } address })
        {
            return TrustsUnixSockets;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in Trusted)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
