using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>An echo over loopback.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Uri">Where.</param>
/// <param name="StopAsync">Ends it.</param>
public sealed record EchoServer(string Name, Uri Uri, Func<Task> StopAsync)
{
    /// <summary>Sockets, and a connection on each.</summary>
    public static EchoServer StartOurs()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start(512);
        _ = AcceptAsync(listener);
        return new EchoServer("WireProtocols", new Uri($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), () =>
        {
            listener.Stop();
            return Task.CompletedTask;
        });
    }

    /// <summary>Kestrel with its WebSocket middleware.</summary>
    public static async Task<EchoServer> StartKestrelAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(async context => await EchoAsync(await context.WebSockets.AcceptWebSocketAsync()));
        await application.StartAsync();
        return new EchoServer(
            "Kestrel", new Uri(application.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)), () => application.DisposeAsync().AsTask());
    }

    private static async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync();
                socket.NoDelay = true;
                _ = Task.Run(() => EchoAsync(socket));
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        WebSocketStreamTransport transport = new(new NetworkStream(socket, ownsSocket: true), socket);
        await using WebSocketConnection? connection = await WebSocketConnection.AcceptAsync(transport);
        while (connection is not null && await connection.ReceiveAsync() is { } message)
        {
            using (message)
            {
                // What is received in one read goes out in one write: the next wait flushes.
                await connection.SendAsync(message.Opcode, message.Payload, flush: false);
            }
        }
    }

    private static async Task EchoAsync(WebSocket connection)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult result = await connection.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await connection.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            await connection.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }
}
