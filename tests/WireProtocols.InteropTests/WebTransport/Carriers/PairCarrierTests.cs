using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>The pair in memory.</summary>
public sealed class PairCarrierTests : CarrierEndFacts
{
    protected override string? Missing => null;

    protected override bool HasIdleTimeout => false;

    protected override string? WhyNoEventLimit => "The pair in memory has no limit of events.";

    protected override Task<CarrierPair> ConnectAsync(CarrierSettings settings)
    {
        (IQuicCarrier client, IQuicCarrier server) = QuicCarrier.CreatePair();
        return Task.FromResult(new CarrierPair(client, server));
    }
}
