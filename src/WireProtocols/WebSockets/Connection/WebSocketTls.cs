using System.Net.Security;

namespace WireProtocols.WebSockets;

/// <summary>TLS settings for one server.</summary>
internal static class WebSocketTls
{
    /// <summary>The caller's settings with the target host filled in where it is
    /// missing. The caller's own stay as they are: they serve other hosts too.</summary>
    public static SslClientAuthenticationOptions For(string host, SslClientAuthenticationOptions? options)
    {
        if (options is { TargetHost: not null })
        {
            return options;
        }

        return options is null ? new SslClientAuthenticationOptions { TargetHost = host } : Copy(options, host);
    }

    /// <summary>A test holds it complete.</summary>
    private static SslClientAuthenticationOptions Copy(SslClientAuthenticationOptions options, string host)
    {
        SslClientAuthenticationOptions copy = new()
        {
            AllowRenegotiation = options.AllowRenegotiation,
            AllowTlsResume = options.AllowTlsResume,
            ApplicationProtocols = options.ApplicationProtocols,
            CertificateChainPolicy = options.CertificateChainPolicy,
            CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
            CipherSuitesPolicy = options.CipherSuitesPolicy,
            ClientCertificateContext = options.ClientCertificateContext,
            ClientCertificates = options.ClientCertificates,
            EnabledSslProtocols = options.EnabledSslProtocols,
            EncryptionPolicy = options.EncryptionPolicy,
            LocalCertificateSelectionCallback = options.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
            TargetHost = host,
        };
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            copy.AllowRsaPkcs1Padding = options.AllowRsaPkcs1Padding;
            copy.AllowRsaPssPadding = options.AllowRsaPssPadding;
        }

        return copy;
    }
}
