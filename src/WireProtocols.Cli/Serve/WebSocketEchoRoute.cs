namespace WireProtocols.Cli.Serve;

/// <summary>Echoes every message of a WebSocket.</summary>
internal sealed class WebSocketEchoRoute : Route
{
    public override string Path => "/ws/echo";

    public override string Description => "echoes every WebSocket message, same type";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (await WebSocketUpgrade.TryAcceptAsync(request))
        {
            using WebSocketEcho echo = new(request.Connection, request.Settings, request.Stopping);
            await echo.RunAsync();
        }
    }
}
