using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Accepts sockets on loopback and serves each beside the others, until it is disposed.</summary>
public sealed class SocketListener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Socket, Task> _serve;

    private SocketListener(Func<Socket, Task> serve) => _serve = serve;

    /// <summary>Begins to listen, and says where on the first line of the output.</summary>
    /// <param name="scheme">Of the URI: http or ws.</param>
    /// <param name="serve">Serves one socket, which is its own from then on.</param>
    public static IAsyncDisposable Start(string scheme, Func<Socket, Task> serve)
    {
        SocketListener listener = new(serve);
        listener._listener.Start(Backlog);
        _ = listener.AcceptAsync();
        Console.WriteLine($"{scheme}://127.0.0.1:{((IPEndPoint)listener._listener.LocalEndpoint).Port}/");
        return listener;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = Task.Run(() => _serve(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
