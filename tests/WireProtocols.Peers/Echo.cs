using System.Net.WebSockets;

namespace WireProtocols.Peers;

/// <summary>Sends back what comes, and the Close frame as it came.</summary>
internal static class Echo
{
    public static async Task RunAsync(WebSocket connection)
    {
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult result = await connection.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                WebSocketCloseStatus status = connection.CloseStatus ?? WebSocketCloseStatus.Empty;
                string? reason = status == WebSocketCloseStatus.Empty ? null : connection.CloseStatusDescription;
                await connection.CloseOutputAsync(status, reason, CancellationToken.None);
                return;
            }

            await connection.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }
}
