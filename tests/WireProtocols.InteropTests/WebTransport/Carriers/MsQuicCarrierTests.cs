using System.Net;
using System.Security.Cryptography;
using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>msquic at both ends.</summary>
public sealed class MsQuicCarrierTests : CarrierEndFacts
{
    protected override string? Missing => MsQuicLibrary.Missing;

    [Fact]
    public Task An_idle_timeout_is_told_as_such() => AnIdleTimeoutIsToldAsSuchAsync();

    [Fact]
    public async Task An_event_that_cannot_be_dealt_with_ends_the_connection_and_both_sides_hear_of_it()
    {
        await using CarrierPair pair = await OpenAsync();
        CarrierReader client = new(pair.Client);
        CarrierReader server = new(pair.Server);
        ((MsQuicCarrier)pair.Server).Connection.StreamStarted = (_, _) => throw new InvalidOperationException("This is a test.");
        pair.Client.SendStream(2, StreamPattern.Make(2, 0, 10), endStream: true);
        await server.Running;
        await client.Running;
        Assert.Equal($"close {WebTransportErrorCode.InternalError} Failure InvalidOperationException", server.Rows[^1]);
        Assert.StartsWith($"close {WebTransportErrorCode.InternalError} Application", client.Rows[^1], StringComparison.Ordinal);
    }

    protected override async Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value, new MsQuicOptions
        {
            MaxBidirectionalStreams = settings.Bidirectional,
            MaxUnidirectionalStreams = settings.Unidirectional,
            IdleTimeout = settings.IdleTimeout,
            Carrier = new QuicCarrierOptions { MaxWaitingEvents = settings.MaxWaitingEvents },
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
