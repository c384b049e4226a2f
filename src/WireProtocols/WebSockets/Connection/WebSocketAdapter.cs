using System.Net.WebSockets;

namespace WireProtocols.WebSockets;

/// <summary>A connection as the platform's WebSocket: its states, its results and its exceptions.</summary>
internal sealed class WebSocketAdapter(WebSocketConnection connection) : WebSocket
{
    private WebSocketMessageSender? _message;
    private bool _isAborted;

    public override WebSocketCloseStatus? CloseStatus
        => connection.CloseCode is { } code and not WebSocketCloseCode.AbnormalClosure ? (WebSocketCloseStatus)code : null;

    public override string? CloseStatusDescription => CloseStatus is null ? null : connection.CloseReason;

    public override string? SubProtocol => connection.Subprotocol;

    public override WebSocketState State => connection.State switch
    {
        _ when _isAborted => WebSocketState.Aborted,
        WebSocketConnectionState.Open => WebSocketState.Open,
        WebSocketConnectionState.CloseSent => WebSocketState.CloseSent,
        WebSocketConnectionState.CloseReceived => WebSocketState.CloseReceived,
        _ => CloseStatus is null ? WebSocketState.Aborted : WebSocketState.Closed,
    };

    public override void Abort()
    {
        _isAborted = true;
        connection.Abort();
    }

    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        => await connection.CloseAsync((WebSocketCloseCode)closeStatus, statusDescription ?? "", cancellationToken).ConfigureAwait(false);

    public override async Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        => await connection.CloseOutputAsync((WebSocketCloseCode)closeStatus, statusDescription ?? "", cancellationToken).ConfigureAwait(false);

    public override void Dispose() => Abort();

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        ValueWebSocketReceiveResult result = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return new(result.Count, result.MessageType, result.EndOfMessage, CloseStatus, CloseStatusDescription);
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (await connection.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) is { } received)
            {
                WebSocketMessageType type = received.Opcode == WebSocketOpcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                return new(received.Count, type, received.IsLast);
            }
        }
        catch (WireProtocolException exception)
        {
            throw new WebSocketException(WebSocketError.Faulted, exception);
        }
        catch (WebSocketClosedException exception)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, exception);
        }

        return CloseStatus is not null
            ? new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true)
            : throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        => SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        WebSocketOpcode opcode = messageType == WebSocketMessageType.Text ? WebSocketOpcode.Text : WebSocketOpcode.Binary;
        try
        {
            if (_message is null && endOfMessage)
            {
                await connection.SendAsync(opcode, buffer, flush: true, cancellationToken).ConfigureAwait(false);
                return;
            }

            _message ??= await connection.BeginMessageAsync(opcode, cancellationToken).ConfigureAwait(false);
            await _message.WriteAsync(buffer, endOfMessage, flush: true, cancellationToken).ConfigureAwait(false);
            if (endOfMessage)
            {
                await _message.DisposeAsync().ConfigureAwait(false);
                _message = null;
            }
        }
        catch (WebSocketClosedException exception)
        {
            throw new WebSocketException(WebSocketError.InvalidState, exception);
        }
    }
}
