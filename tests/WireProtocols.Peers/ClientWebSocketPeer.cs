using System.Net.WebSockets;

namespace WireProtocols.Peers;

/// <summary>ClientWebSocket as an echo, with permessage-deflate and two subprotocols.</summary>
internal static class ClientWebSocketPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public static async Task<bool> PlayAsync(Uri url)
    {
        using ClientWebSocket connection = new();
        connection.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        connection.Options.AddSubProtocol("chat");
        connection.Options.AddSubProtocol("superchat");
        using CancellationTokenSource late = new(Patience);
        try
        {
            await connection.ConnectAsync(url, late.Token);
            await Echo.RunAsync(connection);
            return true;
        }
        catch (WebSocketException exception)
        {
            return exception.InnerException is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }
}
