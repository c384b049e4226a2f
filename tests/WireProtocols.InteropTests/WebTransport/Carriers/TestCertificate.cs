using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>What serverCertificateHashes needs: ECDSA P-256, and at most 14 days of validity.</summary>
public static class TestCertificate
{
    public static X509Certificate2 Value { get; } = Create(TimeSpan.FromHours(-1), TimeSpan.FromDays(10));

    /// <summary>Creates one that is valid from and until so long from now.</summary>
    public static X509Certificate2 Create(TimeSpan from, TimeSpan until)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow + from, DateTimeOffset.UtcNow + until);
    }
}
