extern alias wire;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using wire::WireProtocols.Cli.Serve.Watch;
using wire::WireProtocols.Cli.Serve.WebTransport;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>WebTransport behind the Node.js helper, which has UDP, TLS and QUIC, and gives each connection to this process over TCP.</summary>
internal sealed class NodeEchoServer(WebTransportServer server, Process helper, DirectoryInfo folder) : IAsyncDisposable
{
    /// <summary>Starts both, and says where the helper listens.</summary>
    public static async Task<IAsyncDisposable> StartAsync()
    {
        WebTransportServer server = WebTransportServer.Start(0, new WireTaps(TimeProvider.System), TextWriter.Null);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("wire-load-");
        using X509Certificate2 certificate = ServerCertificate.Create(TimeProvider.System);
        string certificateFile = Path.Combine(folder.FullName, "cert.pem"), keyFile = Path.Combine(folder.FullName, "key.pem");
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        string script = Path.Combine(NodePeers.Find("@matrixai/quic")!, "quic-carrier.mjs");
        string tcpPort = server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new("node", [script, "0", tcpPort, certificateFile, keyFile])
        {
            RedirectStandardOutput = true,

            // It would make this process's own input one that does not block.
            RedirectStandardInput = true,
        };
        Process helper = Process.Start(start)!;
        const string Before = "Carrying udp://";
        string line = await helper.StandardOutput.ReadLineAsync() ?? "";
        if (!line.StartsWith(Before, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The helper said '{line}'.");
        }

        string[] words = line[Before.Length..].Split(' ');
        QuicEcho.Announce(
            IPEndPoint.Parse(words[0]).Port, words[^1], string.Create(CultureInfo.InvariantCulture, $"{LoadServer.Helper}{helper.Id}"));
        return new NodeEchoServer(server, helper, folder);
    }

    public async ValueTask DisposeAsync()
    {
        helper.Kill();
        await helper.WaitForExitAsync();
        helper.Dispose();
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
