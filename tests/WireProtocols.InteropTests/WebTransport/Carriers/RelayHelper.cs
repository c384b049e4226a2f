using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>The Node.js helper as a process: QUIC on a UDP port, each connection given to a TCP port.</summary>
internal sealed class RelayHelper(Process process, DirectoryInfo folder, int port) : IAsyncDisposable
{
    public static string? Missing { get; } = NodePeer.Has("@matrixai/quic")
        ? null
        : "The npm package '@matrixai/quic' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.";

    public int Port { get; } = port;

    public static async Task<RelayHelper> StartAsync(int relayPort)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("wire-relay-");
        string certificate = Path.Combine(folder.FullName, "cert.pem"), key = Path.Combine(folder.FullName, "key.pem");
        await File.WriteAllTextAsync(certificate, TestCertificate.Value.ExportCertificatePem());
        await File.WriteAllTextAsync(key, TestCertificate.Value.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Process process = NodePeer.Start("quic-carrier.mjs", "0", $"{relayPort}", certificate, key);
        _ = process.StandardError.ReadToEndAsync();
        string[] words = (await process.StandardOutput.ReadLineAsync())!.Split(' ');
        return new RelayHelper(process, folder, IPEndPoint.Parse(words[1]["udp://".Length..]).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await WireProcess.SignalAsync(process, "TERM");
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Delete(recursive: true);
    }
}
