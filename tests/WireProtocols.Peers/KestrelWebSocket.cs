using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace WireProtocols.Peers;

/// <summary>The WebSocket middleware as an echo, with permessage-deflate.</summary>
internal static class KestrelWebSocket
{
    public static void Map(WebApplication application)
    {
        application.UseWebSockets();
        application.Run(async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            using WebSocket connection = await context.WebSockets.AcceptWebSocketAsync(
                new WebSocketAcceptContext { DangerousEnableCompression = true });
            try
            {
                await Echo.RunAsync(connection);
            }
            catch (WebSocketException)
            {
                // The examiner broke a rule, as it was told to.
            }
        });
    }
}
