using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

// The ways to receive: pieces, and whole messages.
public sealed partial class WebSocketConnection
{
    /// <summary>Waits until <see cref="TryRead"/> is worth calling. What has been written without a flush is flushed first.</summary>
    /// <param name="cancellationToken">Cancels the wait; the connection stays usable.</param>
    /// <returns>False when nothing more comes: <see cref="CloseCode"/> says why.</returns>
    /// <exception cref="WebSocketClosedException">The transport ended inside a
    /// message or frame: 1006, as <see cref="CloseCode"/> says too.</exception>
    /// <exception cref="InvalidOperationException">Another receiver is waiting.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _reading.WaitAsync(cancellationToken);

    /// <summary>Reads the next piece of a message, or control frame where they are asked for, of what is buffered.</summary>
    /// <param name="part">The piece; valid until the connection is read again.</param>
    /// <returns>False when what is buffered is used up, or the peer's Close has come.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule. It has been told, and the connection is closed.</exception>
    public bool TryRead(out WebSocketMessagePart part) => _reading.TryRead(out part);

    /// <summary>Receives a whole message into pooled memory.</summary>
    /// <param name="cancellationToken">Cancels the wait; what has come of a message stays for the next call.</param>
    /// <returns>The message, to be disposed; null when nothing more comes.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule.</exception>
    /// <exception cref="WebSocketClosedException">The transport ended inside a message or frame.</exception>
    /// <exception cref="InvalidOperationException">The beginning of the message has been read in pieces, or another receiver is waiting.</exception>
    public ValueTask<OwnedWebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
        => _reading.TryReceive(isPooled: true, out OwnedWebSocketMessage? message)
            ? new ValueTask<OwnedWebSocketMessage?>(message)
            : WebSocketWait.TakeAsync<WholeMessage, OwnedWebSocketMessage>(_reading, default, cancellationToken);

    /// <summary>Receives a whole message into <paramref name="output"/>, piece by piece as it comes.</summary>
    /// <param name="output">Where the payload goes.</param>
    /// <param name="cancellationToken">Cancels the wait; the rest of a message goes to the next call's output.</param>
    /// <returns>What the message is; null when nothing more comes.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule.</exception>
    /// <exception cref="WebSocketClosedException">The transport ended inside a message or frame.</exception>
    public ValueTask<WebSocketOpcode?> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        return _reading.TryReceive(output, out WebSocketOpcode opcode)
            ? new ValueTask<WebSocketOpcode?>(opcode)
            : WebSocketWait.TakeAsync<WrittenMessage, WebSocketOpcode?>(_reading, new WrittenMessage(output), cancellationToken);
    }

    /// <summary>Receives the next piece of a message into memory of the caller's, as much as fits; nothing is allocated, a wait included.</summary>
    /// <param name="buffer">Where the payload goes; not empty.</param>
    /// <param name="cancellationToken">Cancels the wait; nothing is lost.</param>
    /// <returns>What has come; null when nothing more comes.</returns>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule.</exception>
    /// <exception cref="WebSocketClosedException">The transport ended inside a message or frame.</exception>
    public ValueTask<WebSocketReceivedBytes?> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("Nothing fits into the buffer.", nameof(buffer));
        }

        return _reading.TryReceive(buffer.Span, out WebSocketReceivedBytes received)
            ? new ValueTask<WebSocketReceivedBytes?>(received)
            : WebSocketWait.TakeAsync<CopiedBytes, WebSocketReceivedBytes?>(_reading, new CopiedBytes(buffer), cancellationToken);
    }

    /// <summary>Receives every message until the connection closes, each whole and with a payload of its own.</summary>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule.</exception>
    /// <exception cref="WebSocketClosedException">The transport ended inside a message or frame.</exception>
    public async IAsyncEnumerable<OwnedWebSocketMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            while (_reading.TryReceive(isPooled: false, out OwnedWebSocketMessage? message))
            {
                yield return message!;
            }
        }
        while (await _reading.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    private readonly struct WholeMessage : IWebSocketTake<OwnedWebSocketMessage>
    {
        public bool TryTake(WebSocketReading reading, [NotNullWhen(true)] out OwnedWebSocketMessage? taken)
            => reading.TryReceive(isPooled: true, out taken);
    }

    private readonly struct WrittenMessage(IBufferWriter<byte> output) : IWebSocketTake<WebSocketOpcode?>
    {
        public bool TryTake(WebSocketReading reading, [NotNullWhen(true)] out WebSocketOpcode? taken)
        {
            bool isWhole = reading.TryReceive(output, out WebSocketOpcode opcode);
            taken = isWhole ? opcode : null;
            return isWhole;
        }
    }

    private readonly struct CopiedBytes(Memory<byte> buffer) : IWebSocketTake<WebSocketReceivedBytes?>
    {
        public bool TryTake(WebSocketReading reading, [NotNullWhen(true)] out WebSocketReceivedBytes? taken)
        {
            bool hasBytes = reading.TryReceive(buffer.Span, out WebSocketReceivedBytes received);
            taken = hasBytes ? received : null;
            return hasBytes;
        }
    }
}
