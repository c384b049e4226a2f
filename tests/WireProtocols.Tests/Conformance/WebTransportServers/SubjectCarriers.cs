using System.Collections.Concurrent;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>Connections in memory, each with a subject at its far end.</summary>
internal sealed class SubjectCarriers(Func<IQuicCarrier, Task> serve, bool isClient = false) : IAsyncDisposable
{
    private readonly ConcurrentBag<Task> _serving = [];

    public IQuicCarrier Open()
    {
        (IQuicCarrier client, IQuicCarrier server) = QuicCarrier.CreatePair();
        (IQuicCarrier near, IQuicCarrier far) = isClient ? (server, client) : (client, server);
        _serving.Add(Task.Run(async () =>
        {
            await using (far)
            {
                await serve(far);
            }
        }));
        return near;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_serving);
}
