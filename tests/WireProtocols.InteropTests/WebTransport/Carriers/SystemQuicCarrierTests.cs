using System.Net.Quic;
using System.Runtime.Versioning;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>The platform's QUIC.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public sealed class SystemQuicCarrierTests : CarrierEndFacts
{
    protected override string? Missing => SystemQuic.Missing;

    protected override bool CarriesReason => false;

    protected override string? WhyUnfinishedIsLost => "The platform's writes end before the peer has the bytes, and nothing else tells of that.";

    [Fact]
    public Task An_idle_timeout_is_told_as_such() => AnIdleTimeoutIsToldAsSuchAsync();

    protected override async Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        (QuicListener listener, QuicConnection client, QuicConnection server) = await SystemQuic.ConnectAsync(settings);
        QuicCarrierOptions options = new() { MaxWaitingEvents = settings.MaxWaitingEvents };
        return new CarrierPair(new SystemQuicCarrier(client, options), new SystemQuicCarrier(server, options), listener);
    }
}
