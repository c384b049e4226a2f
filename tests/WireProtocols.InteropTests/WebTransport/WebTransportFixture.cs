using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>`wire serve --webtransport` as a process, a QUIC carrier before it, and a browser that opens pages of the server.</summary>
public sealed class WebTransportFixture : WebTransportBrowser
{
    /// <summary>Names a file to write what crossed each connection to, for a new capture.</summary>
    private const string CaptureFile = "WIREPROTOCOLS_WRITE_CAPTURE";

    private DirectoryInfo? _folder;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder?.Delete(recursive: true);
    }

    protected override string? FindMissing()
        => NodePeer.Has("@matrixai/quic")
            ? null
            : "The npm package '@matrixai/quic' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.";

    protected override async Task StartAsync()
    {
        Process server = Own(WireProcess.Start("serve", "--port", "0", "--webtransport", "0"));
        PageUrl = await ReadAfterAsync(server, "Listening on ") + "/";
        string port = (await ReadAfterAsync(server, "Waiting for QUIC carriers on 127.0.0.1:")).Trim();
        _ = FollowAsync(server.StandardError);

        _folder = Directory.CreateTempSubdirectory("wire-carrier-");
        (string certificate, string key) = WriteCertificate(_folder.FullName);
        string? capture = Environment.GetEnvironmentVariable(CaptureFile);
        Process carrier = Own(NodePeer.Start("quic-carrier.mjs", ["0", port, certificate, key, .. capture is null ? (string[])[] : [capture]]));
        _ = carrier.StandardError.ReadToEndAsync();
        string[] words = (await ReadAfterAsync(carrier, "Carrying udp://")).Split(' ');
        Url = $"https://{words[0]}";
        CertificateHash = words[^1];
    }

    /// <summary>What serverCertificateHashes needs: ECDSA P-256, and at most 14 days of validity.</summary>
    private static (string Certificate, string Key) WriteCertificate(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(10));
        string certificateFile = Path.Combine(folder, "cert.pem");
        string keyFile = Path.Combine(folder, "key.pem");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
