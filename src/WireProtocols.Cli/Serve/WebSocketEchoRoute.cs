using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>Echoes every message of a WebSocket, whole: so its order, its text and its compression are the connection's affair.</summary>
internal sealed class WebSocketEchoRoute(MemoryBudget budget) : Route
{
    /// <summary>The most bytes of a message.</summary>
    private const int MaxMessageLength = 16 * 1024 * 1024;

    public override string Path => "/ws/echo";

    public override string Description => "echoes every WebSocket message, same type";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        await using WebSocketConnection? socket = await WebSocketUpgrade.TryAcceptAsync(request, MaxMessageLength);
        if (socket is null)
        {
            return;
        }

        try
        {
            await EchoAsync(socket, budget, request.Stopping);
        }
        catch (WebSocketProtocolException)
        {
            // The peer has been told.
        }
        catch (OutOfMemoryBudgetException exception)
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, exception.Message);
        }
        catch (OperationCanceledException) when (request.Stopping.IsCancellationRequested)
        {
            await socket.CloseAsync(WebSocketCloseCode.GoingAway, "The server stops.");
        }
    }

    private static async Task EchoAsync(WebSocketConnection socket, MemoryBudget budget, CancellationToken stopping)
    {
        using MessageBuffer message = new(budget);
        while (await socket.ReceiveAsync(message, stopping) is { } opcode)
        {
            // Not flushed here: the connection flushes before it waits for more, so that many small messages are one write. While a flush waits
            // for the peer to read, the next message waits here, and nothing more is read.
            await socket.SendAsync(opcode, message.Written, flush: false, stopping);
            message.Clear();
        }
    }
}
