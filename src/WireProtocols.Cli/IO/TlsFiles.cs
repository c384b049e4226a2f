using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WireProtocols.Cli.IO;

/// <summary>TLS as the options of the command line want it.</summary>
internal static class TlsFiles
{
    /// <summary>The client's side.</summary>
    /// <param name="insecure">Take any certificate.</param>
    /// <param name="authorities">A file of certificates that are trusted instead of the system's; null for the system's.</param>
    /// <param name="certificate">A certificate of one's own; null for none.</param>
    /// <exception cref="ToolException">A file cannot be read.</exception>
    public static SslClientAuthenticationOptions CreateClient(bool insecure, string? authorities, X509Certificate2? certificate)
    {
        SslClientAuthenticationOptions options = new();
        if (insecure)
        {
#pragma warning disable CA5359 // The user asked for it, by name.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (authorities is not null)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            Read(authorities, () => policy.CustomTrustStore.ImportFromPemFile(authorities));
            options.CertificateChainPolicy = policy;
        }

        if (certificate is not null)
        {
            options.ClientCertificates = [certificate];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return options;
    }

    /// <summary>A certificate with its key.</summary>
    /// <param name="file">Where the certificate is, in PEM.</param>
    /// <param name="key">Where its key is; the same file where it is null.</param>
    /// <exception cref="ToolException">A file cannot be read.</exception>
    public static X509Certificate2 ReadCertificate(string file, string? key)
    {
        X509Certificate2? certificate = null;
        Read(file, () => certificate = X509Certificate2.CreateFromPemFile(file, key ?? file));

        // Schannel, which is TLS on Windows, takes no key that is in memory only.
        return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(certificate!.Export(X509ContentType.Pkcs12), null) : certificate!;
    }

    private static void Read(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitStatus.InputOutput, $"cannot read the certificate of {file}: {exception.Message}");
        }
    }
}
