using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>Echoes every message of a WebSocket, whole: so its order, its text and its compression are the connection's affair.</summary>
internal sealed class WebSocketEchoRoute(ServeSettings settings, MemoryBudget budget) : Route
{
    /// <summary>The most bytes of a message.</summary>
    private const int MaxMessageLength = 16 * 1024 * 1024;

    private readonly WebSocketUpgrade _upgrade = new(settings, MaxMessageLength);

    public override string Path => "/ws/echo";

    public override string Description => "echoes every WebSocket message, same type";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (await _upgrade.TryAcceptAsync(request) is { } socket)
        {
            CancellationToken stopping = request.Stopping;
            EchoWishes wishes = EchoWishes.Of(request);
            WatchedConnection? watched = request.Watched;
            request.Connection.SwitchTo(() => RunAsync(socket, wishes, watched, stopping));
        }
    }

    private async Task RunAsync(
        WebSocketConnection opened, EchoWishes wishes, WatchedConnection? watched, CancellationToken stopping)
    {
        await using WebSocketConnection socket = opened;
        try
        {
            await wishes.GreetAsync(socket, stopping);
            using MessageBuffer message = new(budget);
            LoopShare share = default;
            while (await socket.ReceiveAsync(message, stopping) is { } opcode)
            {
                if (share.IsUsedUpBy(message.Written.Length))
                {
                    await Task.Yield();
                }

                // Not flushed here: the connection flushes before it waits for more, so that many small messages are one write. While a flush waits
                // for the peer to read, the next message waits here, and nothing more is read.
                await wishes.EchoAsync(socket, opcode, message.Written, stopping);
                message.Clear();
            }
        }
        catch (WebSocketProtocolException violation)
        {
            // The peer has been told.
            watched?.Violated(violation);
        }
        catch (OutOfMemoryBudgetException exception)
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, exception.Message, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await socket.CloseAsync(WebSocketCloseCode.GoingAway, "The server stops.", CancellationToken.None);
        }
    }
}
