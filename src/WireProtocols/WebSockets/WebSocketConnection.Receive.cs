using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <content>The receiving half.</content>
public sealed partial class WebSocketConnection
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Lent = 2;

    private int _receiver;
    private bool _drained = true;
    private PooledBuffer _assembly;

    /// <summary>True while the receiver waits for the peer.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>True while a part is in use.</summary>
    internal bool IsLent => Volatile.Read(ref _receiver) == Lent;

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
    public async ValueTask<WebSocketMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryReceive(isPooled: true, out WebSocketMessage? message))
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
    public async IAsyncEnumerable<WebSocketMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            while (TryReceive(isPooled: false, out WebSocketMessage? message))
            {
                yield return message!;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Puts a message together. The receiver's place is kept all the while, so that nobody else gives the bytes back under its hands.</summary>
    private bool TryReceive(bool isPooled, out WebSocketMessage? message)
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
                    message = WebSocketMessage.Copy(part.Opcode, part.Payload, isPooled);
                }
                else if (!part.Opcode.IsControl())
                {
                    _assembly.Append(part.Payload);
                    message = part.IsLast ? WebSocketMessage.Copy(part.Opcode, _assembly.Written, isPooled) : null;
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

    /// <summary>A receiver that finds its place taken by who closes the connection gets it back, or has nothing more to get.</summary>
    private async ValueTask<bool> WaitForCloserAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task receiverLeft = WhenReceiverLeaves();
            if (TryEnterRead())
            {
                return await WaitInTurnAsync(cancellationToken).ConfigureAwait(false);
            }

            switch (State)
            {
                case WebSocketConnectionState.Open:
                    throw new InvalidOperationException("Another receiver is waiting.");
                case WebSocketConnectionState.CloseSent:
                    await receiverLeft.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Waits for input in the receiver's place, and leaves that.</summary>
    private ValueTask<bool> WaitInTurnAsync(CancellationToken cancellationToken)
    {
        bool isOver = State is WebSocketConnectionState.CloseReceived or WebSocketConnectionState.Closed;
        if (isOver || !_drained)
        {
            LeaveReceive();
            return new ValueTask<bool>(!isOver);
        }

        return WaitForInputAsync(cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForInputAsync(CancellationToken cancellationToken)
    {
        IsWaiting = true;
        try
        {
            _sender.TryFlush();
            bool hasBytes = _input.TryBeginRead(cancellationToken, out ValueTask<ReadResult> pending)
                && _input.EndRead(await pending.ConfigureAwait(false));
            _drained = !hasBytes;
            _keepAlive?.NoteReceived();
            return hasBytes || AcceptEnd();
        }
        catch (Exception exception) when (IsTransportFailure(exception) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A reset is the end of the input; what it means is the same. A lost connection cancels the read.
            return AcceptEnd();
        }
        finally
        {
            IsWaiting = false;
            LeaveReceive();
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

    /// <summary>Takes the receiver's place for who closes or ends the connection: not while a part of it is lent.</summary>
    private bool TryEnterReceive() => Interlocked.CompareExchange(ref _receiver, Taken, Free) == Free;

    /// <summary>Takes the receiver's place for the receiver, one at a time. It is done with the part that it was lent.</summary>
    private bool TryEnterRead() => TryEnterReceive() || Interlocked.CompareExchange(ref _receiver, Taken, Lent) == Lent;

    private void LeaveReceive(bool lends = false)
    {
        Interlocked.Exchange(ref _receiver, lends ? Lent : Free);
        if (!lends)
        {
            _receiverLeft?.TrySetResult();
        }
    }

    /// <summary>Who closes the connection is done with the part that it was lent.</summary>
    internal void EndLoan()
    {
        if (Interlocked.CompareExchange(ref _receiver, Free, Lent) == Lent)
        {
            _receiverLeft?.TrySetResult();
        }
    }

    private async Task EnterReceiveAsync()
    {
        while (true)
        {
            Task receiverLeft = WhenReceiverLeaves();
            if (TryEnterReceive())
            {
                return;
            }

            await receiverLeft.ConfigureAwait(false);
        }
    }
}
