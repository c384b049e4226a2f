using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.Cli.IO;
using WireProtocols.InteropTests.Cli;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>msquic as a client of the carrier of Node.js, whose connections cross TCP to the relay of `wire serve`.</summary>
public sealed class RelayCarrierTests : CarrierEndFacts
{
    protected override string? Missing
        => MsQuicLibrary.Missing
            ?? (NodePeer.Has("@matrixai/quic")
                ? null
                : "The npm package '@matrixai/quic' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");

    protected override bool HasIdleTimeout => false;

    protected override string? WhyNoEventLimit => "What is not read stays in the socket.";

    protected override string? StopsLinger => "The quiche of npm '@matrixai/quic' does not let a stream go that was stopped.";

    protected override async Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Helper helper = await Helper.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        Task<Socket> accepting = listener.AcceptSocketAsync();
        MsQuicCarrier client = await MsQuicCarrier.ConnectAsync("127.0.0.1", helper.Port, new MsQuicClientOptions
        {
            MaxBidirectionalStreams = settings.Bidirectional,
            MaxUnidirectionalStreams = settings.Unidirectional,
            ServerCertificateHashes = [SHA256.HashData(TestCertificate.Value.RawData)],
        });
        RelayCarrier? server = await RelayCarrier.OpenAsync(await accepting, CancellationToken.None);
        listener.Dispose();
        return new CarrierPair(client, server!, helper);
    }

    private sealed class Helper(Process process, DirectoryInfo folder, int port) : IAsyncDisposable
    {
        public int Port { get; } = port;

        public static async Task<Helper> StartAsync(int relayPort)
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("wire-relay-");
            string certificate = Path.Combine(folder.FullName, "cert.pem"), key = Path.Combine(folder.FullName, "key.pem");
            await File.WriteAllTextAsync(certificate, TestCertificate.Value.ExportCertificatePem());
            await File.WriteAllTextAsync(key, TestCertificate.Value.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            Process process = NodePeer.Start("quic-carrier.mjs", "0", $"{relayPort}", certificate, key);
            _ = process.StandardError.ReadToEndAsync();
            string[] words = (await process.StandardOutput.ReadLineAsync())!.Split(' ');
            return new Helper(process, folder, IPEndPoint.Parse(words[1]["udp://".Length..]).Port);
        }

        public async ValueTask DisposeAsync()
        {
            await WireProcess.SignalAsync(process, "TERM");
            await process.WaitForExitAsync();
            process.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
