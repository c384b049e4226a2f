using System.Net.Sockets;
using WireProtocols;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WebSocketRelay;

/// <summary>Stands between WebSocket clients and a server, and shows what passes in both directions.</summary>
/// <param name="target">The server, <c>ws://host:port</c>. Path and query are those that each client asks for.</param>
/// <param name="terminates">Whether each side has a connection of its own, with a compression of its own, or frames pass as they come.</param>
/// <param name="output">Where to show it.</param>
public sealed class Relay(Uri target, bool terminates, TextWriter output)
{
    /// <summary>Serves clients until it is stopped, each on its own.</summary>
    public async Task ServeAsync(TcpListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(new SocketTransport(await listener.AcceptSocketAsync(stop)), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever is still there is cut off with the process.
        }
    }

    private async Task ServeAsync(SocketTransport client, CancellationToken stop)
    {
        try
        {
            await (terminates ? TerminatingRelay.RunAsync(client, target, output, stop) : PassingRelay.RunAsync(client, target, output, stop));
        }
        catch (Exception exception) when (exception is IOException or SocketException or WireProtocolException or WebSocketClosedException
            or OperationCanceledException)
        {
            await output.WriteLineAsync($"! {exception.Message}");
            client.Abort();
        }
    }
}
