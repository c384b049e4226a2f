using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Load;

/// <summary>An HTTP/1.1 connection on each transport, which answers every request with the same few bytes.</summary>
public static class OurHttpServer
{
    private static readonly byte[] Body = "Hello, World!"u8.ToArray();

    /// <param name="useEventLoops">Whether on event loops, else on sockets.</param>
    public static IAsyncDisposable Start(bool useEventLoops) => LoadListener.Start("http", ServeAsync, useEventLoops);

    private static async Task ServeAsync(IWireTransport transport)
    {
        try
        {
            await using Http1ServerConnection connection = new(transport);
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
