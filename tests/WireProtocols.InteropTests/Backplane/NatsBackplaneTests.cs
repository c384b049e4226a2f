using WireProtocols.Backplane;
using WireProtocols.Nats;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>The same seam on NATS JetStream, with Debian's nats-server.</summary>
public class NatsBackplaneTests : BackplaneFacts
{
    protected override ServerProcess CreateServer(bool isDurable) => new NatsServer { IsDurable = isDurable };

    protected override IBackplane Connect(ServerProcess server, int maxMessages = 10_000)
        => new NatsBackplane(server.Url, new NatsBackplaneOptions { MaxMessages = maxMessages });
}
