namespace WireProtocols.ProxyProtocol;

/// <summary>The types of TLVs that are registered (proxy-protocol §2.2, §2.2.8). Others are handed out with their number.</summary>
public enum ProxyTlvType
{
    /// <summary>Type 0 is not registered.</summary>
    None = 0x00,

    /// <summary>PP2_TYPE_ALPN: the protocol over the connection, as TLS names it.</summary>
    Alpn = 0x01,

    /// <summary>PP2_TYPE_AUTHORITY: the host name that the client asked for, in UTF-8.</summary>
    Authority = 0x02,

    /// <summary>PP2_TYPE_CRC32C: the checksum of the header.</summary>
    Checksum = 0x03,

    /// <summary>PP2_TYPE_NOOP: padding.</summary>
    NoOperation = 0x04,

    /// <summary>PP2_TYPE_UNIQUE_ID: up to 128 bytes that identify the connection over several proxies.</summary>
    UniqueId = 0x05,

    /// <summary>PP2_TYPE_SSL: what the client's TLS is; see <see cref="ProxySsl"/>.</summary>
    Ssl = 0x20,

    /// <summary>PP2_SUBTYPE_SSL_VERSION, inside of SSL: for instance <c>TLSv1.3</c>.</summary>
    SslVersion = 0x21,

    /// <summary>PP2_SUBTYPE_SSL_CN, inside of SSL: the common name of the client's certificate, in UTF-8.</summary>
    SslCommonName = 0x22,

    /// <summary>PP2_SUBTYPE_SSL_CIPHER, inside of SSL.</summary>
    SslCipher = 0x23,

    /// <summary>PP2_SUBTYPE_SSL_SIG_ALG, inside of SSL: how the certificate of the proxy is signed.</summary>
    SslSignatureAlgorithm = 0x24,

    /// <summary>PP2_SUBTYPE_SSL_KEY_ALG, inside of SSL: what the key of the proxy's certificate is.</summary>
    SslKeyAlgorithm = 0x25,

    /// <summary>PP2_SUBTYPE_SSL_GROUP, inside of SSL: the key exchange.</summary>
    SslGroup = 0x26,

    /// <summary>PP2_SUBTYPE_SSL_SIG_SCHEME, inside of SSL.</summary>
    SslSignatureScheme = 0x27,

    /// <summary>PP2_SUBTYPE_SSL_CLIENT_CERT, inside of SSL: the certificate of the client in DER.</summary>
    SslClientCertificate = 0x28,

    /// <summary>PP2_TYPE_NETNS: the name of the network namespace.</summary>
    NetworkNamespace = 0x30,
}
