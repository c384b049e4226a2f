using WireProtocols.Backplane;
using WireProtocols.Benchmarks.Soak.Backplane;
using WireProtocols.Nats;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>The same seam on NATS JetStream, with Debian's nats-server.</summary>
public class NatsBackplaneTests : BackplaneFacts
{
    protected override BackplaneServer CreateServer(bool isDurable) => BackplaneServer.Create("nats", isDurable);

    protected override IBackplane Connect(BackplaneServer server, int maxMessages = 10_000)
        => new NatsBackplane(server.Url, new NatsBackplaneOptions { MaxMessages = maxMessages });
}
