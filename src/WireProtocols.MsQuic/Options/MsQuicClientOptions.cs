using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.MsQuic;

/// <summary>What a client announces, and which servers it trusts. Immutable.</summary>
public sealed record MsQuicClientOptions : MsQuicOptions
{
    /// <summary>
    /// SHA-256 hashes of certificates that are taken as a browser takes those of <c>serverCertificateHashes</c>: whatever their name and their
    /// issuer, while they are valid, and where they are so for at most 14 days. A browser asks for ECDSA P-256 besides, which is not asked for
    /// here. Where there is no hash, the certificate has to be one that the system trusts, for the server's name.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ServerCertificateHashes { get; init; } = [];

    /// <summary>
    /// Decides about the server's certificate in place of the hashes and the system, or null. It is given the certificate and what else the
    /// server sent, and runs on a thread of msquic's, which it must not hold for long.
    /// </summary>
    public Func<X509Certificate2, X509Certificate2Collection, bool>? ValidateCertificate { get; init; }
}
