using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <content>The receiving half.</content>
public sealed partial class WebSocketConnection
{
    private int _receiver;
    private bool _drained = true;
    private PooledBuffer _assembly;

    /// <summary>True while the receiver waits for the peer.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>When the last bytes came, as a timestamp of the time provider; only kept where there is a keep-alive.</summary>
    internal long LastReceived { get; private set; }

    /// <summary>Waits until <see cref="TryRead"/> is worth calling. What has been written without a flush is flushed first.</summary>
    /// <param name="cancellationToken">Cancels the wait; the connection stays usable.</param>
    /// <returns>False when nothing more comes: <see cref="CloseCode"/> says why.</returns>
    /// <exception cref="WebSocketProtocolException">The transport ended inside a message or frame.</exception>
    /// <exception cref="InvalidOperationException">Another receiver is waiting.</exception>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (!TryEnterReceive())
        {
            return await WaitForCloserAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await WaitToReadInTurnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LeaveReceive();
        }
    }

    /// <summary>Reads the next piece of a message, or control frame where they are asked for, of what is buffered.</summary>
    /// <param name="part">The piece; valid until the connection is read again.</param>
    /// <returns>False when what is buffered is used up, or the peer's Close has come.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule. It has been told, and the connection is closed.</exception>
    public bool TryRead(out WebSocketMessagePart part)
    {
        part = default;
        if (!TryEnterReceive())
        {
            return false;
        }

        try
        {
            return TryReadInTurn(out part);
        }
        finally
        {
            LeaveReceive();
        }
    }

    /// <summary>Receives a whole message into pooled memory.</summary>
    /// <param name="cancellationToken">Cancels the wait; what has come of a message stays for the next call.</param>
    /// <returns>The message, to be disposed; null when nothing more comes.</returns>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the transport ended inside a message.</exception>
    public async ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryAssemble(out WebSocketOpcode opcode))
            {
                byte[] pooled = ArrayPool<byte>.Shared.Rent(Math.Max(1, _assembly.Length));
                _assembly.Written.CopyTo(pooled);
                int length = _assembly.Length;
                _assembly.Release();
                return new WebSocketMessage(opcode, pooled.AsMemory(0, length), pooled);
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
    public async ValueTask<WebSocketOpcode?> ReceiveAsync(IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        do
        {
            while (TryRead(out WebSocketMessagePart part))
            {
                if (part.Opcode.IsControl())
                {
                    continue;
                }

                destination.Write(part.Payload);
                if (part.IsLast)
                {
                    WebSocketOpcode opcode = part.Opcode;
                    GiveInputBack();
                    return opcode;
                }
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return null;
    }

    /// <summary>Receives every message until the connection closes, each whole and with a payload of its own.</summary>
    /// <param name="cancellationToken">Cancels the waits.</param>
    /// <exception cref="WebSocketProtocolException">The peer broke a rule, or the transport ended inside a message.</exception>
    public async IAsyncEnumerable<WebSocketMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryAssemble(out WebSocketOpcode opcode))
            {
                byte[] payload = _assembly.Written.ToArray();
                _assembly.Release();
                yield return new WebSocketMessage(opcode, payload, null);
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    private bool TryAssemble(out WebSocketOpcode opcode)
    {
        while (TryRead(out WebSocketMessagePart part))
        {
            if (part.Opcode.IsControl())
            {
                continue;
            }

            _assembly.Append(part.Payload);
            if (part.IsLast)
            {
                opcode = part.Opcode;
                GiveInputBack();
                return true;
            }
        }

        opcode = default;
        return false;
    }

    /// <summary>A message has been copied out. Where it was all there is, its bytes go back to the pipe at once: the peer may wait for that in its
    /// send, and this end is free to send before it reads again.</summary>
    private void GiveInputBack()
    {
        if (TryEnterReceive())
        {
            if (!_drained && _input.Unread.IsEmpty)
            {
                _input.Release();
                _drained = true;
            }

            LeaveReceive();
        }
    }

    private ValueTask<bool> WaitToReadInTurnAsync(CancellationToken cancellationToken)
    {
        if (State is WebSocketConnectionState.CloseReceived or WebSocketConnectionState.Closed)
        {
            return new ValueTask<bool>(false);
        }

        if (!_drained)
        {
            return new ValueTask<bool>(true);
        }

        _sender.TryFlush();
        return WaitForInputAsync(cancellationToken);
    }

    private async ValueTask<bool> WaitForInputAsync(CancellationToken cancellationToken)
    {
        IsWaiting = true;
        try
        {
            bool hasBytes = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            _drained = !hasBytes;
            if (_keepAlive is not null)
            {
                LastReceived = Time.GetTimestamp();
            }

            return hasBytes || AcceptEnd();
        }
        catch (OperationCanceledException) when (State == WebSocketConnectionState.Closed && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (IOException)
        {
            // A reset is the end of the input; what it means is the same.
            return AcceptEnd();
        }
        finally
        {
            IsWaiting = false;
        }
    }

    private bool TryReadInTurn(out WebSocketMessagePart part)
    {
        while (!_drained && State is WebSocketConnectionState.Open or WebSocketConnectionState.CloseSent)
        {
            OperationStatus status = _decoder.Decode(_input.Unread, out int consumed, out part);
            _input.Advance(consumed);
            switch (status)
            {
                case OperationStatus.Done when !part.Opcode.IsControl():
                    WebSocketMetrics.Received(part);
                    return true;
                case OperationStatus.Done:
                    AcceptControl(part);
                    if (_options.ShowControlFrames && part.Opcode != WebSocketOpcode.Close)
                    {
                        return true;
                    }

                    break;
                case OperationStatus.InvalidData:
                    FailReceive();
                    break;
                default:
                    _drained = !_input.TryMoveToNextSegment();
                    break;
            }
        }

        part = default;
        return false;
    }

    private void AcceptControl(scoped in WebSocketMessagePart part)
    {
        switch (part.Opcode)
        {
            // "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame."
            // After its own Close this end sends nothing more.
            case WebSocketOpcode.Ping when State == WebSocketConnectionState.Open:
                _sender.WritePong(part.Payload);
                break;
            case WebSocketOpcode.Pong:
                AcceptPong(part.Payload);
                break;
            case WebSocketOpcode.Close:
                WebSocketClosePayload.Decode(part.Payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
                AcceptClose(code, Encoding.UTF8.GetString(reason));
                break;
        }
    }

    /// <summary>The end of the input: the end of the connection after both Closes, else its loss.</summary>
    private bool AcceptEnd()
    {
        bool isBetween = _decoder.Complete() == OperationStatus.Done;
        bool wasOpen = State is WebSocketConnectionState.Open or WebSocketConnectionState.CloseSent;
        Lose("The transport ended without a Close frame.");
        if (wasOpen && !isBetween)
        {
            throw new WebSocketProtocolException(_decoder.Error, _decoder.ErrorOffset);
        }

        return false;
    }

    private void FailReceive()
    {
        WebSocketProtocolException exception = new(_decoder.Error, _decoder.ErrorOffset);
        Fail(exception.CloseCode, exception.Rule.Text);
        throw exception;
    }

    /// <summary>One receiver at a time: the user's, or the one that closes.</summary>
    private bool TryEnterReceive() => Interlocked.CompareExchange(ref _receiver, 1, 0) == 0;

    private void LeaveReceive()
    {
        Interlocked.Exchange(ref _receiver, 0);
        _receiverLeft?.TrySetResult();
    }

    private void ReleaseAssembly()
    {
        if (TryEnterReceive())
        {
            _assembly.Release();
            LeaveReceive();
        }
    }
}
