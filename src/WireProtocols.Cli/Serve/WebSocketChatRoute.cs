using WireProtocols.Backplane;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// One room: every text message goes to all, its sender included, encoded once. A member that is too slow is dropped, and told why. With
/// <c>--backplane</c>, the rooms of all servers that are joined are one.
/// </summary>
internal sealed class WebSocketChatRoute : Route
{
    /// <summary>The most bytes of a message.</summary>
    private const int MaxMessageLength = 1024 * 1024;

    private readonly MemoryBudget _budget;
    private readonly WebSocketBroadcaster _room;
    private readonly WebSocketTopic? _shared;
    private readonly WebSocketUpgrade _upgrade;
    private readonly int _maxMembers;

    public WebSocketChatRoute(ServeSettings settings, MemoryBudget budget, ServeTopics topics)
    {
        _budget = budget;
        _room = new WebSocketBroadcaster(new WebSocketBroadcasterOptions
        {
            MaxWaitingBytes = 4 * 1024 * 1024,
            Patience = settings.ChatPatience,
            TimeProvider = settings.Time,
        });
        _upgrade = new WebSocketUpgrade(settings, MaxMessageLength);
        _maxMembers = settings.MaxConnections;
        _shared = topics.Shared is { } node ? new WebSocketTopic(_room, node, "chat") : null;
    }

    public override string Path => "/ws/chat";

    public override string Description => "broadcasts every text message to all";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        if (await _upgrade.TryAcceptAsync(request) is { } socket)
        {
            // So all that waits for a member waits in the room.
            request.Connection.MaxPending = 0;
            CancellationToken stopping = request.Stopping;
            WatchedConnection? watched = request.Watched;
            request.Connection.SwitchTo(() => RunAsync(socket, watched, stopping));
        }
    }

    private async Task RunAsync(WebSocketConnection opened, WatchedConnection? watched, CancellationToken stopping)
    {
        await using WebSocketConnection socket = opened;
        if (_room.Subscribers >= _maxMembers)
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, $"The room is full: {_maxMembers} are in it.", CancellationToken.None);
            return;
        }

        await using WebSocketSubscription member = _room.Subscribe(socket);
        _shared?.Join(member);
        try
        {
            await ReceiveAsync(socket, stopping);
        }
        catch (WebSocketProtocolException violation)
        {
            // The peer has been told.
            watched?.Violated(violation);
        }
        catch (Exception exception) when (exception is OutOfMemoryBudgetException or BackplaneException)
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
        using MessageBuffer message = new(_budget);
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

            if (_shared is not null && message.Written.Length >= _shared.Topic.MaxMessageLength)
            {
                await socket.CloseAsync(WebSocketCloseCode.MessageTooBig, "The backplane takes no such message.", CancellationToken.None);
                return;
            }

            if (_shared is null)
            {
                await _room.PublishAsync(new WebSocketPreparedMessage(opcode, message.Written.Span), stopping);
            }
            else
            {
                await _shared.PublishAsync(opcode, message.Written, stopping);
            }

            message.Clear();
        }
    }
}
