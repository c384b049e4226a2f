using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>Takes a client to any of the nodes, over a network that trouble can be made on.</summary>
public sealed class TroubleTransport(ResumeServer[] nodes, Random random, WebSocketConnectionOptions options, TroubleCounts counts) : ResumeTransport
{
    private TroubleNetwork? _network;
    private WebSocketConnection? _client;
    private WebSocketConnection? _server;

    /// <summary>How often the client has reached a server.</summary>
    public int Connections { get; private set; }

    public override string Name => "memory";

    public override async ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
    {
        counts.NoteBytes(_network?.Bytes ?? 0);
        TroubleNetwork network = new();
        WebSocketConnection client = new(network.Client, WebSocketRole.Client, options, subprotocol: WebSocketResumeConnection.Subprotocol);
        WebSocketConnection server = new(network.Server, WebSocketRole.Server, options, subprotocol: WebSocketResumeConnection.Subprotocol);
        _ = nodes[random.Next(nodes.Length)].RunAsync(server, CancellationToken.None);
        WebSocketResumeConnection connection = new(client);
        await connection.SendAsync(hello, flush: true, cancellationToken);
        (_network, _client, _server) = (network, client, server);
        counts.NoteConnection();
        Connections++;
        return connection;
    }

    /// <summary>Brings the connection that there is to its end.</summary>
    public void Make(TroubleKind kind, ResumeClient client, int bytes)
    {
        switch (kind)
        {
            case TroubleKind.ClientAbort:
                _client!.Abort();
                break;
            case TroubleKind.ServerAbort:
                _server!.Abort();
                break;
            case TroubleKind.CleanClose:
                _ = CloseAsync(_server!);
                break;
            case TroubleKind.CutInMessage:
                _network!.CutAfter(bytes);
                break;
            default:
                _network!.Stall();
                client.Reconnect();
                break;
        }
    }

    private static async Task CloseAsync(WebSocketConnection server)
    {
        try
        {
            await server.CloseAsync(WebSocketCloseCode.GoingAway);
        }
        catch (IOException)
        {
            // It was lost meanwhile.
        }
    }
}
