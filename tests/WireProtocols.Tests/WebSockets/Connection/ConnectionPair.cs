using System.IO.Pipelines;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Two connections with each other, in memory.</summary>
public sealed record ConnectionPair(WebSocketConnection Client, WebSocketConnection Server) : IAsyncDisposable
{
    /// <summary>Far more than anything here takes: what does not end is a failure, and not a build that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static ConnectionPair Create(
        WebSocketDeflateParameters? deflate
            = null, WebSocketConnectionOptions? client = null, WebSocketConnectionOptions? server = null, PipeOptions? pipe = null)
    {
        (IDuplexPipe one, IDuplexPipe other) = DuplexPipes.Create(pipe);
        return new(new(one, WebSocketRole.Client, client, deflate), new(other, WebSocketRole.Server, server, deflate));
    }

    public async ValueTask DisposeAsync()
    {
        Task other = Server.DisposeAsync().AsTask();
        await Client.DisposeAsync().AsTask().WaitAsync(Patience);
        await other.WaitAsync(Patience);
    }
}
