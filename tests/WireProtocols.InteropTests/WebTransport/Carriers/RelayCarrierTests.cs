using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using WireProtocols.Cli.IO;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>msquic as a client of the carrier of Node.js, whose connections cross TCP to the relay of `wire serve`.</summary>
public sealed class RelayCarrierTests : CarrierEndFacts
{
    protected override string? Missing => MsQuicLibrary.Missing ?? RelayHelper.Missing;

    protected override bool HasIdleTimeout => false;

    protected override string? WhyNoEventLimit => "What is not read stays in the socket.";

    protected override string? StopsLinger => "The quiche of npm '@matrixai/quic' does not let a stream go that was stopped.";

    protected override async Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        RelayHelper helper = await RelayHelper.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port);
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
}
