using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>Both directions of a connection: HTTP/1.1 heads, bodies by their media type, and WebSocket frames behind an upgrade.</summary>
internal sealed class Conversation : IDisposable
{
    private readonly TrafficFlow _client;
    private readonly TrafficFlow _server;

    /// <param name="client">Where what the client sends is shown.</param>
    /// <param name="server">Where what the server sends is shown.</param>
    /// <param name="settings">What is shown.</param>
    public Conversation(FormatRun client, FormatRun server, TrafficSettings settings)
    {
        HttpAgenda agenda = OpeningStage.CreateAgenda(settings);
        _client = new TrafficFlow(client, agenda.Open(client, TrafficSide.Client, agenda), settings);
        _server = new TrafficFlow(server, agenda.Open(server, TrafficSide.Server, agenda), settings);
    }

    /// <summary>Takes the next bytes of one direction.</summary>
    public void Feed(TrafficSide side, ReadOnlySpan<byte> bytes) => Of(side).Feed(bytes);

    /// <summary>Bytes of one direction are not known.</summary>
    public void Skip(TrafficSide side, long length) => Of(side).Skip(length);

    /// <summary>One direction ends.</summary>
    public void Complete(TrafficSide side) => Of(side).Complete();

    /// <summary>How many bytes one direction has had so far.</summary>
    public long PositionOf(TrafficSide side) => Of(side).Position;

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private TrafficFlow Of(TrafficSide side) => side == TrafficSide.Client ? _client : _server;
}
