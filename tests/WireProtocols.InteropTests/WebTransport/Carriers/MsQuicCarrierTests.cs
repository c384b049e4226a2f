using System.Net;
using System.Security.Cryptography;
using WireProtocols.MsQuic;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>msquic at both ends.</summary>
public sealed class MsQuicCarrierTests : CarrierEndFacts
{
    protected override string? Missing => MsQuicLibrary.Missing;

    [Fact]
    public Task An_idle_timeout_is_told_as_such() => AnIdleTimeoutIsToldAsSuchAsync();

    protected override async Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value, new MsQuicOptions
        {
            MaxBidirectionalStreams = settings.Bidirectional,
            MaxUnidirectionalStreams = settings.Unidirectional,
            IdleTimeout = settings.IdleTimeout,
        });
        ValueTask<MsQuicCarrier> accepting = listener.AcceptAsync();
        MsQuicCarrier client = await MsQuicCarrier.ConnectAsync("127.0.0.1", listener.LocalEndPoint.Port, new MsQuicClientOptions
        {
            MaxBidirectionalStreams = settings.Bidirectional,
            MaxUnidirectionalStreams = settings.Unidirectional,
            IdleTimeout = settings.IdleTimeout,
            ServerCertificateHashes = [SHA256.HashData(TestCertificate.Value.RawData)],
        });
        return new CarrierPair(client, await accepting, listener);
    }
}
