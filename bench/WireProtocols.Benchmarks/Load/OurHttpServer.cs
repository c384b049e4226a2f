using System.Net.Sockets;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Load;

/// <summary>An HTTP/1.1 connection on each socket, which answers every request with the same few bytes.</summary>
public static class OurHttpServer
{
    private static readonly byte[] Body = "Hello, World!"u8.ToArray();

    public static IAsyncDisposable Start() => SocketListener.Start("http", ServeAsync);

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

    private static ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stopping)
        => exchange.RespondAsync(200, Body, ("Content-Type", "text/plain"));
}
