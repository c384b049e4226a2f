using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Kestrel with its WebSocket middleware, as an echo.</summary>
public static class KestrelServer
{
    public static async Task<IAsyncDisposable> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(async context => await EchoAsync(await context.WebSockets.AcceptWebSocketAsync()));
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single().Replace("http", "ws", StringComparison.Ordinal));
        return application;
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
