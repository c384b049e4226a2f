using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.MsQuic;

/// <summary>Whether a client takes a server's certificate.</summary>
internal sealed class ServerTrust(string host, MsQuicClientOptions options)
{
    /// <summary>The longest that a certificate which is taken by its hash may be valid.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>The roots that are trusted in place of the system's, for tests; or null.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <param name="der">The certificate.</param>
    /// <param name="pkcs7">What else the server sent, as PKCS#7; empty where nothing.</param>
    public bool Accepts(ReadOnlySpan<byte> der, ReadOnlySpan<byte> pkcs7)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        X509Certificate2Collection others = [];
        if (!pkcs7.IsEmpty)
        {
#pragma warning disable SYSLIB0057 // The loader that replaces this reads no PKCS#7.
            others.Import(pkcs7);
#pragma warning restore SYSLIB0057
        }

        if (options.ValidateCertificate is { } validate)
        {
            return validate(certificate, others);
        }

        if (options.ServerCertificateHashes.Count > 0)
        {
            byte[] hash = SHA256.HashData(der);
            return options.ServerCertificateHashes.Any(h => h.Span.SequenceEqual(hash)) && IsShortLived(certificate);
        }

        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (Roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(Roots);
        }

        return certificate.MatchesHostname(host) && chain.Build(certificate);
    }

    /// <summary>"The total length of the validity period MUST NOT exceed two weeks", and it is now (W3C WebTransport, custom certificates).</summary>
    private static bool IsShortLived(X509Certificate2 certificate)
    {
        DateTime begin = certificate.NotBefore.ToUniversalTime(), end = certificate.NotAfter.ToUniversalTime(), now = DateTime.UtcNow;
        return now >= begin && now <= end && end - begin <= Longest;
    }
}
