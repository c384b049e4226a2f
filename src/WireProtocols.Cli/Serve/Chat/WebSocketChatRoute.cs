using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve.Chat;

/// <summary>One room: every text message goes to all, its sender included, encoded once.</summary>
internal sealed class WebSocketChatRoute : Route
{
    /// <summary>The most bytes of a message.</summary>
    private const int MaxMessageLength = 1024 * 1024;

    private readonly ChatRoom _room = new();

    public override string Path => "/ws/chat";

    public override string Description => "broadcasts every text message to all";

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        await using WebSocketConnection? socket = await WebSocketUpgrade.TryAcceptAsync(request, MaxMessageLength);
        if (socket is null)
        {
            return;
        }

        await using ChatMember member = new(socket, request.Connection, request.Settings);
        if (!_room.TryJoin(member))
        {
            await socket.CloseAsync(WebSocketCloseCode.TryAgainLater, $"The room is full: {ChatRoom.MaxMembers} are in it.");
            return;
        }

        try
        {
            await ReceiveAsync(socket, member, request.Stopping);
        }
        catch (WebSocketProtocolException)
        {
            // The peer has been told.
        }
        catch (OperationCanceledException) when (request.Stopping.IsCancellationRequested)
        {
            await socket.CloseAsync(WebSocketCloseCode.GoingAway, "The server stops.");
        }
        finally
        {
            _room.Leave(member);
        }
    }

    private async Task ReceiveAsync(WebSocketConnection socket, ChatMember member, CancellationToken stopping)
    {
        using MessageBuffer message = new();
        while (await socket.ReceiveAsync(message, stopping) is { } opcode && socket.State == WebSocketConnectionState.Open)
        {
            if (opcode != WebSocketOpcode.Text)
            {
                await socket.CloseAsync(WebSocketCloseCode.UnsupportedData, "The chat takes text.", CancellationToken.None);
                return;
            }

            await _room.BroadcastAsync(member, new WebSocketPreparedMessage(opcode, message.Written.Span), stopping);
            message.Clear();
        }
    }
}
