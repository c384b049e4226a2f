using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.WebSockets;

// The ways to send: messages, pieces of them, and control frames.
public sealed partial class WebSocketConnection
{
    /// <summary>Sends a whole message. Messages go out in the order of the calls.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> (the payload has to be UTF-8) or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="payload">The message; it is not used after the call has completed.</param>
    /// <param name="flush">False leaves the message in the pipe until <see cref="FlushAsync"/>, another send, or the next wait of the
    /// receiver. Such a send does not wait for the peer to read, unless a flush of somebody else's is under way.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn, in which case nothing was sent, or for the peer to read, in which case the
    /// message is under way. The connection stays usable.</param>
    /// <exception cref="ArgumentException">The opcode is none of a message, or the payload of a text is not UTF-8.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, bool flush = true, CancellationToken cancellationToken = default)
    {
        WebSocketMessageRules.ThrowIfNone(opcode, payload.Span);
        return Translate(_sender.SendAsync(opcode, payload, prepared: null, flush, cancellationToken));
    }

    /// <summary>Sends a message that was prepared for many connections.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public ValueTask SendAsync(WebSocketPreparedMessage message, bool flush = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Translate(_sender.SendAsync(default, default, message, flush, cancellationToken));
    }

    /// <summary>Sends a string as a text message.</summary>
    /// <inheritdoc cref="SendAsync(WebSocketOpcode, ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public async ValueTask SendTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
        await SendAsync(WebSocketOpcode.Text, bytes, flush: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a message that is sent piece by piece, each a fragment;
    /// other messages wait until it is disposed, control frames do not.</summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Text"/> or <see cref="WebSocketOpcode.Binary"/>.</param>
    /// <param name="cancellationToken">Cancels the wait for the turn.</param>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public async ValueTask<WebSocketMessageSender> BeginMessageAsync(WebSocketOpcode opcode, CancellationToken cancellationToken = default)
    {
        WebSocketMessageRules.ThrowIfNone(opcode, []);
        if (!await _sender.EnterTurnAsync(0, cancellationToken).ConfigureAwait(false))
        {
            throw EndState.ToException();
        }

        if (!EndState.IsOpen)
        {
            _sender.ExitTurn();
            throw EndState.ToException();
        }

        return new WebSocketMessageSender(_sender, Closing, opcode);
    }

    /// <summary>Flushes what was sent with <c>flush: false</c>.</summary>
    /// <param name="cancellationToken">Cancels the wait for the peer to read.</param>
    /// <exception cref="WebSocketClosedException">The connection is lost.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => Translate(_sender.FlushAsync(cancellationToken));

    /// <summary>Sends a Ping with a payload of this connection's; the answer sets <see cref="Latency"/>.</summary>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(CancellationToken cancellationToken = default) => Translate(Pings.SendAsync(cancellationToken));

    /// <summary>Sends a Ping (RFC 6455 §5.5.2).</summary>
    /// <param name="payload">At most 125 bytes; the peer sends them back.</param>
    /// <param name="cancellationToken">Cancels the wait for the output or the peer.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost.</exception>
    public ValueTask PingAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Ping, payload, cancellationToken);

    /// <summary>Sends a Pong that nobody asked for: "This serves as a unidirectional heartbeat" (RFC 6455 §5.5.3).</summary>
    /// <inheritdoc cref="PingAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask PongAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        => SendControlAsync(WebSocketOpcode.Pong, payload, cancellationToken);

    /// <summary>
    /// Sends a control frame as it came from somewhere else, for a relay: a Ping, a Pong, or a Close with its payload, an empty one too. The Close
    /// answers the peer's where that has come; else it begins the closing handshake, as <see cref="CloseOutputAsync"/> does.
    /// </summary>
    /// <param name="opcode"><see cref="WebSocketOpcode.Ping"/>, <see cref="WebSocketOpcode.Pong"/> or <see cref="WebSocketOpcode.Close"/>.</param>
    /// <param name="payload">At most 125 bytes; of a Close nothing, or a code and a reason (RFC 6455 §5.5.1).</param>
    /// <param name="cancellationToken">Cancels the wait for the output or the peer.</param>
    /// <exception cref="ArgumentException">The opcode is none of a control frame, the payload is too long, or it is none of a Close.</exception>
    /// <exception cref="WebSocketClosedException">The connection is closing, closed or lost, and the frame is no Close.</exception>
    public ValueTask SendControlAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        if (payload.Length > WebSocketFrameHeader.MaxControlPayloadLength)
        {
            throw new ArgumentException("A control frame carries at most 125 bytes.", nameof(payload));
        }

        switch (opcode)
        {
            case WebSocketOpcode.Ping or WebSocketOpcode.Pong:
                return Translate(_sender.SendControlAsync(opcode, payload, cancellationToken));
            case WebSocketOpcode.Close:
                return WebSocketClosePayload.Decode(payload.Span, out _, out _, out WebSocketProtocolError error, out _) == OperationStatus.Done
                    ? new ValueTask(Closer().CloseOutputAsync(payload.ToArray(), cancellationToken))
                    : throw new ArgumentException(error.GetRule().Text, nameof(payload));
            default:
                throw new ArgumentException("Ping, Pong and Close are the control frames.", nameof(opcode));
        }
    }

    /// <summary>Turns the sender's answer into an exception where the connection is closed.</summary>
    private ValueTask Translate(ValueTask<bool> sending)
        => !sending.IsCompletedSuccessfully ? TranslateAsync(sending)
            : sending.Result ? default
            : ValueTask.FromException(EndState.ToException());

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TranslateAsync(ValueTask<bool> sending)
    {
        if (!await sending.ConfigureAwait(false))
        {
            throw EndState.ToException();
        }
    }
}
