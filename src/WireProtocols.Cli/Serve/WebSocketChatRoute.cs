using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// One room: every text message goes to all, its sender included, encoded once. A member that is too slow is dropped, and told why.
/// </summary>
internal sealed class WebSocketChatRoute(ServeSettings settings, MemoryBudget budget) : Route
{
    /// <summary>The most members there may be.</summary>
    private const int MaxMembers = 4096;

    /// <summary>The most bytes of a message.</summary>
    private const int MaxMessageLength = 1024 * 1024;

    private readonly WebSocketBroadcaster _room = new(new WebSocketBroadcasterOptions
    {
        MaxWaitingBytes = 4 * 1024 * 1024,
        Patience = settings.ChatPatience,
        TimeProvider = settings.Time,
    });

    public override string Path => "/ws/chat";

    public override string Description => "broadcasts every text message to all";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        await using WebSocketConnection? socket = await WebSocketUpgrade.TryAcceptAsync(request, MaxMessageLength);
        if (socket is null)
        {
            return;
        }

        if (_room.Subscribers >= MaxMembers)
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, $"The room is full: {MaxMembers} are in it.");
            return;
        }

        // So all that waits for a member waits in the room.
        request.Connection.FlushToPeer();
        await using WebSocketSubscription member = _room.Subscribe(socket);
        try
        {
            await ReceiveAsync(socket, request.Stopping);
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

    private async Task ReceiveAsync(WebSocketConnection socket, CancellationToken stopping)
    {
        using MessageBuffer message = new(budget);
        while (await socket.ReceiveAsync(message, stopping) is { } opcode && socket.State == WebSocketConnectionState.Open)
        {
            if (opcode != WebSocketOpcode.Text)
            {
                await socket.CloseAsync(WebSocketCloseCode.UnsupportedData, "The chat takes text.", CancellationToken.None);
                return;
            }

            await _room.PublishAsync(new WebSocketPreparedMessage(opcode, message.Written.Span), stopping);
            message.Clear();
        }
    }
}
