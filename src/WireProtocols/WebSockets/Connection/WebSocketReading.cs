using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>
/// Reads a connection: takes the receiver's place, and hands what has come to whom it concerns. Pieces of messages go to the receiver, Pings to the
/// sender, Pongs to the pings, and Close, a broken rule or the end of the input to the Closing.
/// </summary>
internal sealed class WebSocketReading(WebSocketReceiver receiver, WebSocketPings pings)
{
    /// <summary>The receiving half, which has the place.</summary>
    public WebSocketReceiver Receiver => receiver;

    /// <summary>The closing, which is told of the end.</summary>
    public WebSocketClosing Closing => pings.Sender.Closing;

    /// <summary>The Pings, which are told of Pongs.</summary>
    public WebSocketPings Pings => pings;

    /// <summary>Waits for something to read. Bytes that were sent without a flush are flushed first.</summary>
    /// <returns>False when nothing more comes.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        => TryEnter() ? WaitAndLeaveAsync(cancellationToken) : new ValueTask<bool>(WaitForCloserAsync(cancellationToken));

    /// <summary>Takes the receiver's place for a wait.</summary>
    public bool TryEnter() => receiver.Place.TryEnterAsReceiver();

    /// <summary>Asks in the place whether there is something to wait for, and leaves the place where there is not.</summary>
    /// <param name="mayReceive">Whether something may come, or is there.</param>
    public bool HasToWait(out bool mayReceive)
    {
        mayReceive = receiver.State.MayReceive;
        if (mayReceive && !receiver.HasBuffered)
        {
            return true;
        }

        receiver.Place.Leave();
        return false;
    }

    /// <summary>Begins to wait in the place. Bytes that were sent without a flush are flushed first.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool TryBeginWait(CancellationToken cancellationToken, out ValueTask<ReadResult> pending)
    {
        pings.Sender.TryFlush();
        return receiver.TryBeginWait(cancellationToken, out pending);
    }

    /// <summary>Takes in what a wait has brought.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool EndWait(ReadResult result) => receiver.EndWait(result);

    /// <summary>A wait is over, whatever has come of it: leaves the place.</summary>
    public void LeaveWait()
    {
        receiver.LeaveWait();
        receiver.Place.Leave();
    }

    /// <summary>Whether what a wait has thrown is the end of the input. A reset is; and a connection that is lost cancels the read.</summary>
    public static bool IsEnd(Exception exception, CancellationToken cancellationToken)
        => !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested) && WebSocketTransportFailure.Is(exception);

    /// <summary>Reads the next piece, which is lent until the receiver comes back.</summary>
    public bool TryRead(out WebSocketMessagePart part)
    {
        part = default;
        if (!receiver.Place.TryEnterAsReceiver())
        {
            return false;
        }

        bool lends = false;
        try
        {
            lends = receiver.TryHandOutTaken(int.MaxValue, out part) || TryDecode(out part);
            if (lends && !part.Opcode.IsControl())
            {
                receiver.HandOut(part.IsLast);
            }

            return lends;
        }
        finally
        {
            receiver.Place.Leave(lends);
        }
    }

    /// <summary>Puts a message together. The place is kept all the while, so that
    /// nobody else gives the bytes back under the receiver's hands.</summary>
    public bool TryReceive(bool isPooled, [NotNullWhen(true)] out OwnedWebSocketMessage? message)
    {
        message = null;
        if (!receiver.Place.TryEnterAsReceiver())
        {
            return false;
        }

        try
        {
            receiver.ThrowIfInPieces();
            while (message is null && TryDecode(out WebSocketMessagePart part))
            {
                message = part.Opcode.IsControl() ? null : receiver.Assemble(part, isPooled);
            }

            if (message is not null)
            {
                receiver.GiveBack();
            }

            return message is not null;
        }
        finally
        {
            receiver.Place.Leave();
        }
    }

    /// <summary>Copies what has come of a message, up to its end.</summary>
    /// <returns>True at its end.</returns>
    public bool TryReceive(IBufferWriter<byte> output, out WebSocketOpcode opcode)
    {
        opcode = default;
        if (!receiver.Place.TryEnterAsReceiver())
        {
            return false;
        }

        try
        {
            while (receiver.TryHandOutTaken(int.MaxValue, out WebSocketMessagePart part) || TryDecode(out part))
            {
                if (part.Opcode.IsControl())
                {
                    continue;
                }

                output.Write(part.Payload);
                receiver.HandOut(part.IsLast);
                opcode = part.Opcode;
                if (part.IsLast)
                {
                    receiver.GiveBack();
                    return true;
                }
            }

            return false;
        }
        finally
        {
            receiver.Place.Leave();
        }
    }

    /// <summary>Copies what fits of the next piece.</summary>
    public bool TryReceive(Span<byte> buffer, out WebSocketReceivedBytes received)
    {
        received = default;
        if (!receiver.Place.TryEnterAsReceiver())
        {
            return false;
        }

        try
        {
            while (receiver.TryHandOutTaken(buffer.Length, out WebSocketMessagePart part) || TryDecode(out part))
            {
                if (!part.Opcode.IsControl())
                {
                    received = Copy(part, buffer);
                    return true;
                }
            }

            return false;
        }
        finally
        {
            receiver.Place.Leave();
        }
    }

    /// <summary>Reads on for the closer, or lets the receiver read on, until the peer's Close. What comes is dropped.</summary>
    public async Task DropUntilCloseAsync(CancellationToken cancellationToken)
    {
        while (receiver.State.Current == WebSocketConnectionState.CloseSent)
        {
            Task left = receiver.Place.WhenLeft();
            if (!receiver.Place.TryEnter())
            {
                await left.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            try
            {
                await WaitAndLeaveAsync(cancellationToken).ConfigureAwait(false);
                DropBuffered();
            }
            catch (Exception exception) when (exception is WebSocketProtocolException or WebSocketClosedException)
            {
                // The peer has been told, or is gone; the receiver is not here to be told.
            }
        }
    }

    private WebSocketReceivedBytes Copy(scoped in WebSocketMessagePart part, Span<byte> buffer)
    {
        int count = Math.Min(part.Payload.Length, buffer.Length);
        bool isAll = count == part.Payload.Length;
        part.Payload[..count].CopyTo(buffer);
        if (!isAll)
        {
            receiver.KeepRest(part, count);
        }

        bool isLast = part.IsLast && isAll;
        receiver.HandOut(isLast);
        if (isLast)
        {
            receiver.GiveBack();
        }

        return new WebSocketReceivedBytes(part.Opcode, count, isLast);
    }

    private void DropBuffered()
    {
        if (!receiver.Place.TryEnter())
        {
            return;
        }

        try
        {
            receiver.DropRest();
            while (TryDecode(out WebSocketMessagePart part))
            {
                if (!part.Opcode.IsControl())
                {
                    receiver.Drop(part.IsLast);
                }
            }
        }
        finally
        {
            receiver.Place.Leave();
        }
    }

    /// <summary>A receiver that finds its place taken by the closer gets it back, or has nothing more to get.</summary>
    public async Task<bool> WaitForCloserAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task left = receiver.Place.WhenLeft();
            if (TryEnter())
            {
                return await WaitAndLeaveAsync(cancellationToken).ConfigureAwait(false);
            }

            switch (receiver.State.Current)
            {
                case WebSocketConnectionState.Open:
                    throw new InvalidOperationException("Another receiver is waiting.");
                case WebSocketConnectionState.CloseSent:
                    await left.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Waits in the place, and leaves that.</summary>
    private ValueTask<bool> WaitAndLeaveAsync(CancellationToken cancellationToken)
        => HasToWait(out bool mayReceive) ? WaitForInputAsync(cancellationToken) : new ValueTask<bool>(mayReceive);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForInputAsync(CancellationToken cancellationToken)
    {
        try
        {
            bool hasBytes;
            try
            {
                hasBytes = TryBeginWait(cancellationToken, out ValueTask<ReadResult> pending) && EndWait(await pending.ConfigureAwait(false));
            }
            catch (Exception exception) when (IsEnd(exception, cancellationToken))
            {
                hasBytes = false;
            }

            return hasBytes || AcceptEnd();
        }
        finally
        {
            LeaveWait();
        }
    }

    /// <summary>Decodes the next part that the receiver is to see. The caller has the place.</summary>
    private bool TryDecode(out WebSocketMessagePart part)
    {
        while (true)
        {
            switch (receiver.Decode(out part))
            {
                case WebSocketReceipt.Piece:
                    return true;
                case WebSocketReceipt.Control:
                    AcceptControl(part);
                    if (Closing.Options.ShowControlFrames && (part.Opcode != WebSocketOpcode.Close || !Closing.Options.AnswersClose))
                    {
                        return true;
                    }

                    break;
                case WebSocketReceipt.Invalid:
                    WebSocketProtocolException violation = receiver.Violation;
                    Closing.Fail(violation.CloseCode, violation.Rule.Text);
                    throw violation;
                default:
                    return false;
            }
        }
    }

    private void AcceptControl(scoped in WebSocketMessagePart part)
    {
        switch (part.Opcode)
        {
            // "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response, unless it already received a Close frame"
            // (RFC 6455 §5.5.2). After its own Close this end sends nothing more.
            case WebSocketOpcode.Ping when receiver.State.IsOpen && Closing.Options.AnswersPings:
                pings.Sender.WritePong(part.Payload);
                break;
            case WebSocketOpcode.Pong:
                pings.Accept(part.Payload);
                break;
            case WebSocketOpcode.Close:
                WebSocketClosePayload.Decode(part.Payload, out WebSocketCloseCode code, out ReadOnlySpan<byte> reason, out _, out _);
                Closing.AcceptClose(code, Encoding.UTF8.GetString(reason));
                break;
        }
    }

    /// <summary>The end of the input: the end of the connection after both Closes, else its loss. It is no
    /// violation of the peer's, which may not even know: "_The WebSocket Connection is Closed_ ... and no
    /// Close control frame was received ... the code is considered to be 1006" (RFC 6455 §7.1.5).</summary>
    public bool AcceptEnd()
    {
        bool wasUnderWay = receiver.State.MayReceive && !receiver.EndsBetweenMessages();
        Closing.AcceptEnd(wasUnderWay ? "The transport ended inside a message." : "The transport ended without a Close frame.");
        return wasUnderWay ? throw receiver.State.ToException() : false;
    }
}
