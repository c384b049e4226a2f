namespace WireProtocols.ProxyProtocol;

/// <summary>What there is of the client's TLS (proxy-protocol §2.2.6).</summary>
[Flags]
public enum ProxySslClient
{
    /// <summary>Nothing: the client came without TLS.</summary>
    None = 0,

    /// <summary>PP2_CLIENT_SSL: "the client connected over SSL/TLS".</summary>
    Ssl = 0x01,

    /// <summary>PP2_CLIENT_CERT_CONN: "the client provided a certificate over the current connection".</summary>
    CertificateOfConnection = 0x02,

    /// <summary>PP2_CLIENT_CERT_SESS: "the client provided a certificate at least once over the TLS session this connection belongs to".</summary>
    CertificateOfSession = 0x04,
}
