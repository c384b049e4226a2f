using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <content>The receiving half: pieces, and whole messages made of them.</content>
public sealed partial class WebSocketConnection
{
    private PooledBuffer _assembly;

    /// <summary>Waits until <see cref="TryRead"/> is worth calling. What has been written without a flush is flushed first.</summary>
    /// <param name="cancellationToken">Cancels the wait; the connection stays usable.</param>
    /// <returns>False when nothing more comes: <see cref="CloseCode"/> says why.</returns>
    /// <exception cref="WebSocketProtocolException">The transport ended inside a message or frame.</exception>
    /// <exception cref="InvalidOperationException">Another receiver is waiting.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        => TryEnterRead() ? WaitInTurnAsync(cancellationToken) : WaitForCloserAsync(cancellationToken);

    /// <summary>Reads the next piece of a message, or control frame where they are asked for, of what is buffered.</summary>
    /// <param name="part">The piece; valid until the connection is read again.</param>
    /// <returns>False when what is buffered is used up, or the peer's Close has come.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule. It has been told, and the connection is closed.</exception>
    public bool TryRead(out WebSocketMessagePart part)
    {
        part = default;
        if (!TryEnterRead())
        {
            return false;
        }

        bool lends = false;
        try
        {
            lends = TryReadInTurn(out part);
            return lends;
        }
        finally
        {
            LeaveReceive(lends);
        }
    }

    /// <summary>Receives a whole message into pooled memory.</summary>
    /// <param name="cancellationToken">Cancels the wait; what has come of a message stays for the next call.</param>
    /// <returns>The message, to be disposed; null when nothing more comes.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the transport ended inside a message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<OwnedWebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryReceive(isPooled: true, out OwnedWebSocketMessage? message))
            {
                return message;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return null;
    }

    /// <summary>Receives a whole message into <paramref name="destination"/>, piece by piece as it comes.</summary>
    /// <param name="destination">Where the payload goes.</param>
    /// <param name="cancellationToken">Cancels the wait; the rest of a message goes to the next call's destination.</param>
    /// <returns>What the message is; null when nothing more comes.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the transport ended inside a message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WebSocketOpcode?> ReceiveAsync(IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        do
        {
            if (TryReceive(destination, out WebSocketOpcode opcode))
            {
                return opcode;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return null;
    }

    /// <summary>Receives every message until the connection closes, each whole and with a payload of its own.</summary>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the transport ended inside a message.</exception>
    public async IAsyncEnumerable<OwnedWebSocketMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryReceive(isPooled: false, out OwnedWebSocketMessage? message))
            {
                yield return message!;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Puts a message together. The receiver's place is kept all the while, so that nobody else gives the bytes back under its hands.</summary>
    private bool TryReceive(bool isPooled, out OwnedWebSocketMessage? message)
    {
        message = null;
        if (!TryEnterRead())
        {
            return false;
        }

        try
        {
            while (message is null && TryReadInTurn(out WebSocketMessagePart part))
            {
                if (part.IsLast && _assembly.Length == 0 && !part.Opcode.IsControl())
                {
                    message = OwnedWebSocketMessage.Copy(part.Opcode, part.Payload, isPooled);
                }
                else if (!part.Opcode.IsControl())
                {
                    _assembly.Append(part.Payload);
                    message = part.IsLast ? OwnedWebSocketMessage.Copy(part.Opcode, _assembly.Written, isPooled) : null;
                }
            }

            GiveBack(message is not null);
            return message is not null;
        }
        finally
        {
            LeaveReceive();
        }
    }

    private bool TryReceive(IBufferWriter<byte> destination, out WebSocketOpcode opcode)
    {
        opcode = default;
        if (!TryEnterRead())
        {
            return false;
        }

        try
        {
            while (TryReadInTurn(out WebSocketMessagePart part))
            {
                if (!part.Opcode.IsControl())
                {
                    destination.Write(part.Payload);
                    opcode = part.Opcode;
                    if (part.IsLast)
                    {
                        GiveBack(isWhole: true);
                        return true;
                    }
                }
            }

            return false;
        }
        finally
        {
            LeaveReceive();
        }
    }

    /// <summary>A message has been copied out. Where it was all there is, its bytes go back to the pipe at once: the peer may wait for that in its
    /// send, and this end is free to send before it reads again.</summary>
    private void GiveBack(bool isWhole)
    {
        if (isWhole)
        {
            _assembly.Release();
            if (!_drained && _input.Unread.IsEmpty)
            {
                _input.Release();

                // Where nothing comes for now, the decoder gives its scratch back too.
                _ = _decoder.Decode(default, out _, out _);
                _drained = true;
            }
        }
    }
}
