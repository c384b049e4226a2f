using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.Cli.Serve.WebTransport;

/// <summary>
/// The certificate of a WebTransport server: one from files, or one made on the fly that a browser takes by its hash, with an ECDSA P-256 key and at
/// most 14 days of validity.
/// </summary>
internal static class ServerCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(13);

    /// <returns>The certificate with its key, and behind it what stands between it and the root.</returns>
    /// <exception cref="ToolException">The files cannot be read.</exception>
    public static X509Certificate2Collection Get(string? certificateFile, string? keyFile)
    {
        if (certificateFile is null)
        {
            return keyFile is null ? [Create(TimeProvider.System)] : throw ToolException.Usage("--key needs --cert.");
        }

        try
        {
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(certificateFile);
            X509Certificate2 first = X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);
            return [WithSystemKey(first), .. all.Skip(1)];
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitStatus.InputOutput, $"cannot read the certificate of {certificateFile}: {exception.Message}");
        }
    }

    public static X509Certificate2 Create(TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());

        // A clock that is a little behind takes it too.
        DateTimeOffset start = time.GetUtcNow().AddHours(-1);
        return WithSystemKey(request.CreateSelfSigned(start, start + Validity));
    }

    /// <summary>Schannel, which is TLS on Windows, takes no key that is in memory only.</summary>
    private static X509Certificate2 WithSystemKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }
}
