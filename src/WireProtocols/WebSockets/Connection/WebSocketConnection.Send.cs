using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <content>The sending half: messages, pieces of them, and control frames.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>Sends a whole message. Messages go out in the order of the calls.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> (the payload has to be UTF-8) or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="payload">The message; it is not used after the call has completed.</param>
    /// <param name="flush">False leaves the message in the pipe until <see cref="FlushAsync"/>, another send, or the next wait of the receiver.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn, in which case nothing was sent, or for the peer to read, in which case the
    /// message is under way. The connection stays usable.</param>
    /// <exception cref="ArgumentException">The opcode is none of a message, or the payload of a text is not UTF-8.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, bool flush = true, CancellationToken cancellationToken = default)
    {
        ThrowIfNoMessage(opcode, payload.Span);
        if (!TryEnterSend())
        {
            return SendInTurnAsync(opcode, payload, null, flush, cancellationToken);
        }

        return FinishSend(opcode, payload, null, flush, cancellationToken);
    }

    /// <summary>Sends a message that was prepared for many connections.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public ValueTask SendAsync(WebSocketPreparedMessage message, bool flush = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TryEnterSend())
        {
            return SendInTurnAsync(default, message.Frame.Payload, message, flush, cancellationToken);
        }

        return FinishSend(default, default, message, flush, cancellationToken);
    }

    /// <summary>Sends a string as a text message.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public async ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        await SendAsync(WebSocketOpcode.Text, bytes, flush: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a message that is sent piece by piece, each a fragment; other messages wait until it is complete, control frames do not.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask<WebSocketMessageSender> BeginMessageAsync(WebSocketOpcode opcode, CancellationToken cancellationToken = default)
    {
        ThrowIfNoMessage(opcode, []);
        await EnterTurnAsync(0, cancellationToken).ConfigureAwait(false);
        if (State != WebSocketConnectionState.Open)
        {
            _sender.ExitTurn();
            throw Closed();
        }

        return new WebSocketMessageSender(this, opcode);
    }

    /// <summary>Flushes what was sent with <c>flush: false</c>.</summary>
    /// <param name="cancellationToken">Cancels the wait for the peer to read.</param>
    /// <exception cref="WebSocketClosedException">The connection is lost.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a Ping with a payload of this connection's; the answer sets <see cref="Latency"/>.</summary>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(CancellationToken cancellationToken = default) => SendControlAsync(null, default, cancellationToken);

    /// <summary>Sends a Ping (§5.5.2).</summary>
    /// <param name="payload">At most 125 bytes; the peer sends them back.</param>
    /// <param name="cancellationToken">Cancels the wait for the pipe or the peer.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Ping, payload, cancellationToken);

    /// <summary>Sends a Pong that nobody asked for: "This serves as a unidirectional heartbeat" (§5.5.3).</summary>
    /// <inheritdoc cref="PingAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask PongAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Pong, payload, cancellationToken);

    internal async ValueTask SendPieceAsync(
        WebSocketMessageSender message, ReadOnlyMemory<byte> piece, bool isLast, Utf8Validator text, CancellationToken cancellationToken)
    {
        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        WriteOrExit(() =>
        {
            _sender.WriteMessage(message.Opcode, piece.Span, !message.HasStarted, isLast);
            message.Accept(text, isLast);
            WebSocketMetrics.Sent(message.Opcode, piece.Length, isLast);
        });
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    internal void EndPieces() => _sender.ExitTurn();

    /// <param name="opcode">Ping or Pong; null for a Ping of this connection's own.</param>
    /// <param name="payload">The payload of a Ping or Pong of the caller's.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async ValueTask SendControlAsync(WebSocketOpcode? opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            throw new ArgumentException("A control frame carries at most 125 bytes.", nameof(payload));
        }

        await EnterPipeAsync(cancellationToken).ConfigureAwait(false);
        WriteOrExit(() =>
        {
            if (opcode is { } given)
            {
                _sender.TryWriteControl(given, payload.Span);
            }
            else
            {
                WritePing();
            }
        });
        await FlushAndExit(hasTurn: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes in the pipe that the caller holds, if the connection is open; exits the pipe where that fails.</summary>
    private void WriteOrExit(Action write)
    {
        try
        {
            ThrowIfNotOpen();
            write();
        }
        catch (Exception exception)
        {
            if (exception is not WebSocketClosedException)
            {
                FailSend(exception.Message);
            }

            _sender.ExitPipe();
            throw exception as WebSocketClosedException ?? Closed();
        }
    }
}
