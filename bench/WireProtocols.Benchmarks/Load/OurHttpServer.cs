using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Sockets, and an HTTP/1.1 connection on each that answers every request with the same few bytes.</summary>
public sealed class OurHttpServer : IAsyncDisposable
{
    private static readonly byte[] Body = "Hello, World!"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public static Task<IAsyncDisposable> StartAsync()
    {
        OurHttpServer server = new();
        server._listener.Start(512);
        _ = server.AcceptAsync();
        Console.WriteLine($"http://127.0.0.1:{((IPEndPoint)server._listener.LocalEndpoint).Port}/");
        return Task.FromResult<IAsyncDisposable>(server);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return default;
    }

    private static ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stopping)
        => exchange.RespondAsync(200, Body, ("Content-Type", "text/plain"));

    private static async Task ServeAsync(Socket socket)
    {
        try
        {
            await using Http1ServerConnection connection = new(new SocketTransport(socket));
            await connection.RunAsync(AnswerAsync);
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
