using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.WebSockets;

/// <content>What the receiver does with the input, in its place: waits for it, decodes it and acts on control frames.</content>
public sealed partial class WebSocketConnection
{
    private bool _drained = true;

    /// <summary>True while the receiver waits for the peer.</summary>
    internal bool IsWaiting { get; private set; }

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
}
