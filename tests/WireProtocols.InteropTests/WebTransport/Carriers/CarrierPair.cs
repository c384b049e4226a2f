using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Two ends of one QUIC connection, and what made them.</summary>
public sealed class CarrierPair(IQuicCarrier client, IQuicCarrier server, params IAsyncDisposable[] others) : IAsyncDisposable
{
    public IQuicCarrier Client { get; } = client;

    public IQuicCarrier Server { get; } = server;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        foreach (IAsyncDisposable other in others)
        {
            await other.DisposeAsync();
        }
    }
}

/// <summary>What both ends agree to.</summary>
public sealed record CarrierSettings
{
    public int Bidirectional { get; init; } = 100;

    public int Unidirectional { get; init; } = 100;

    /// <summary>How many events may wait at an end that does not read.</summary>
    public int MaxWaitingEvents { get; init; } = 64 * 1024;

    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
