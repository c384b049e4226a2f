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

    private readonly WebSocketUpgrade _upgrade = new(settings, MaxMessageLength);

    public override string Path => "/ws/chat";

    public override string Description => "broadcasts every text message to all";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (await _upgrade.TryAcceptAsync(request) is { } socket)
        {
            // So all that waits for a member waits in the room.
            request.Connection.MaxPending = 0;
            CancellationToken stopping = request.Stopping;
            request.Connection.SwitchTo(() => RunAsync(socket, stopping));
        }
    }

    private async Task RunAsync(WebSocketConnection opened, CancellationToken stopping)
    {
        await using WebSocketConnection socket = opened;
        if (_room.Subscribers >= MaxMembers)
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, $"The room is full: {MaxMembers} are in it.", CancellationToken.None);
            return;
        }

        await using WebSocketSubscription member = _room.Subscribe(socket);
        try
        {
            await ReceiveAsync(socket, stopping);
        }
        catch (WebSocketProtocolException)
        {
            // The peer has been told.
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

    private async Task ReceiveAsync(WebSocketConnection socket, CancellationToken stopping)
    {
        using MessageBuffer message = new(budget);
        LoopShare share = default;
        while (await socket.ReceiveAsync(message, stopping) is { } opcode && socket.State == WebSocketConnectionState.Open)
        {
            if (opcode != WebSocketOpcode.Text)
            {
                await socket.CloseAsync(WebSocketCloseCode.UnsupportedData, "The chat takes text.", CancellationToken.None);
                return;
            }

            if (share.IsUsedUpBy(message.Written.Length))
            {
                await Task.Yield();
            }

            await _room.PublishAsync(new WebSocketPreparedMessage(opcode, message.Written.Span), stopping);
            message.Clear();
        }
    }
}
