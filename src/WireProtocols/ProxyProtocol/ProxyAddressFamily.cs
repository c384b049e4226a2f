namespace WireProtocols.ProxyProtocol;

/// <summary>The family of the addresses in a header (proxy-protocol §2.2).</summary>
public enum ProxyAddressFamily
{
    /// <summary>AF_UNSPEC, and UNKNOWN of version 1: there are no addresses.</summary>
    Unspecified = 0,

    /// <summary>AF_INET, and TCP4 of version 1.</summary>
    InterNetwork = 1,

    /// <summary>AF_INET6, and TCP6 of version 1.</summary>
    InterNetworkV6 = 2,

    /// <summary>AF_UNIX: paths.</summary>
    Unix = 3,
}
