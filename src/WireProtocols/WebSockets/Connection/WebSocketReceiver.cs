using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// The receiving half of a connection: the input, the decoder, and the message that is under way. It says what has come, and does nothing about it.
/// All but <see cref="Place"/>, <see cref="CancelWait"/> and the counters is for whoever has the place.
/// </summary>
/// <remarks>
/// For whoever changes this: a message is handed out whole, or not at all. Two things take a message in, the receiver and a closer that drops what
/// comes, and either may be cancelled between two pieces and be followed by the other. So what became of the pieces so far is kept here, and not with
/// them: <c>_taken</c> holds what has been taken out of the input and not handed out, <c>_isInPieces</c> says that the receiver has the beginning
/// of the message in its hands, and <c>_skipped</c> that the closer has dropped some of it.
/// </remarks>
internal sealed class WebSocketReceiver : PipeInput
{
    private readonly WebSocketCloseState _state;
    private readonly WebSocketMessageDecoding _decoder;
    private WebSocketReceiverPlace _place;
    private PooledBuffer _taken;
    private WebSocketOpcode _takenOpcode;
    private int _handedOut;
    private bool _takenEndsMessage;
    private bool _isInPieces;
    private Skipped _skipped;
    private bool _isDrained = true;
    private int _arrivals;

    public WebSocketReceiver(PipeReader input, WebSocketCloseState state, WebSocketMessageDecoding decoder)
        : base(input)
    {
        _state = state;
        _decoder = decoder;
    }

    /// <summary>What is not handed out any more.</summary>
    private enum Skipped : byte
    {
        /// <summary>Everything is handed out.</summary>
        Nothing,

        /// <summary>The rest of the message under way: its beginning was dropped before anybody saw it.</summary>
        RestOfMessage,

        /// <summary>Every message: the receiver holds the beginning of one whose
        /// middle was dropped, and would take what follows for its end.</summary>
        Everything,
    }

    /// <summary>Where the connection stands.</summary>
    public WebSocketCloseState State => _state;

    /// <summary>Who is at it.</summary>
    public ref WebSocketReceiverPlace Place => ref _place;

    /// <summary>Bytes received so far.</summary>
    public long Position => _decoder.Position;

    /// <summary>Counts the times that something has come from the peer.</summary>
    public int Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>True while somebody waits for the peer.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>True while the receiver has scratch from the pool.</summary>
    public bool HoldsScratch => _decoder.HoldsScratch;

    /// <summary>True where there is something to decode without a wait.</summary>
    public bool HasBuffered => !_isDrained || HasRest;

    /// <summary>True where the rest of a piece waits for the receiver, whose buffer was too small for it.</summary>
    private bool HasRest => _isInPieces && _taken.Length > _handedOut;

    /// <summary>The broken rule, after <see cref="WebSocketReceipt.Invalid"/>.</summary>
    public WebSocketProtocolException Violation => new(_decoder.Error, _decoder.Messages.ErrorOffset);

    /// <summary>Waits for <see cref="Place"/>, as <see cref="WebSocketReceiverPlace.TryEnter"/> would take it.</summary>
    public async Task EnterPlaceAsync()
    {
        while (true)
        {
            Task left = _place.WhenLeft();
            if (_place.TryEnter())
            {
                return;
            }

            await left.ConfigureAwait(false);
        }
    }

    /// <summary>Begins to wait for input.</summary>
    /// <returns>False at its end.</returns>
    public bool TryBeginWait(CancellationToken cancellationToken, out ValueTask<ReadResult> pending)
    {
        IsWaiting = true;
        return TryBeginRead(cancellationToken, out pending);
    }

    /// <summary>Takes in what a wait has brought.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool EndWait(ReadResult result)
    {
        bool hasBytes = EndRead(result);
        _isDrained = !hasBytes;
        Volatile.Write(ref _arrivals, _arrivals + 1);
        return hasBytes;
    }

    /// <summary>Nobody waits any more, whatever has come of it.</summary>
    public void LeaveWait() => IsWaiting = false;

    /// <summary>Ends a wait.</summary>
    public void CancelWait()
    {
        try
        {
            CancelPendingRead();
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // The input is complete: nobody waits.
        }
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns>True between two messages.</returns>
    public bool EndsBetweenMessages() => _decoder.Complete() == OperationStatus.Done;

    /// <summary>Decodes the next piece or control frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined, it builds the part aside and copies it: a wide load that waits for narrow stores.
    public WebSocketReceipt Decode(out WebSocketMessagePart part)
    {
        while (!_isDrained && _state.MayReceive)
        {
            OperationStatus status = _decoder.Decode(Unread, out int consumed, out part);
            Advance(consumed);
            if (status == OperationStatus.Done)
            {
                if (part.Opcode.IsControl())
                {
                    return WebSocketReceipt.Control;
                }

                if (_skipped == Skipped.Nothing)
                {
                    WebSocketMetrics.Received(part);
                    return WebSocketReceipt.Piece;
                }

                Skip(part.IsLast);
            }
            else if (status == OperationStatus.InvalidData)
            {
                return WebSocketReceipt.Invalid;
            }
            else
            {
                _isDrained = !TryMoveToNextSegment();
            }
        }

        part = default;
        return WebSocketReceipt.Nothing;
    }

    /// <summary>Drops a piece: the closer has decoded it.</summary>
    public void Drop(bool isLast)
    {
        ReleaseTaken();
        _skipped = _isInPieces ? Skipped.Everything : Skipped.RestOfMessage;
        Skip(isLast);
    }

    /// <summary>The receiver takes a piece as it is.</summary>
    public void HandOut(bool isLast) => _isInPieces = !isLast;

    /// <summary>
    /// Hands out what has been taken in before: by a cancelled receive of a whole message,
    /// or because a buffer was too small for it. It is lent as every other piece.
    /// </summary>
    public bool TryHandOutTaken(int most, out WebSocketMessagePart part)
    {
        ReleaseHandedOut();
        int left = _taken.Length - _handedOut;
        if (left == 0)
        {
            part = default;
            return false;
        }

        ReadOnlySpan<byte> bytes = _taken.Written.Slice(_handedOut, Math.Min(left, most));
        _handedOut += bytes.Length;
        part = new WebSocketMessagePart(_takenOpcode, bytes, isFirst: !_isInPieces, isLast: _takenEndsMessage && bytes.Length == left);
        return true;
    }

    /// <summary>Keeps the rest of a piece that the receiver's buffer was too small for.</summary>
    public void KeepRest(scoped in WebSocketMessagePart part, int count)
    {
        _taken.Append(part.Payload[count..]);
        _takenOpcode = part.Opcode;
        _takenEndsMessage = part.IsLast;
    }

    /// <summary>Drops such a rest: the closer does not wait for the receiver to fetch it.</summary>
    public void DropRest()
    {
        if (HasRest)
        {
            Drop(_takenEndsMessage);
        }
    }

    /// <summary>Adds a piece to the message that is put together.</summary>
    /// <returns>The message, with its last piece.</returns>
    /// <exception cref="InvalidOperationException">The receiver has its beginning in pieces.</exception>
    public OwnedWebSocketMessage? Assemble(scoped in WebSocketMessagePart part, bool isPooled)
    {
        if (part.IsLast && _taken.Length == 0)
        {
            return OwnedWebSocketMessage.Copy(part.Opcode, part.Payload, isPooled);
        }

        _taken.Append(part.Payload);
        _takenOpcode = part.Opcode;
        if (!part.IsLast)
        {
            return null;
        }

        OwnedWebSocketMessage message = OwnedWebSocketMessage.Copy(part.Opcode, _taken.Written, isPooled);
        ReleaseTaken();
        return message;
    }

    /// <summary>Whoever wants a message whole cannot have it where its beginning has been read in pieces.</summary>
    public void ThrowIfInPieces()
    {
        if (_isInPieces && _state.MayReceive && _skipped != Skipped.Everything)
        {
            throw new InvalidOperationException("The beginning of this message has been read in pieces; so has the rest to be.");
        }

        ReleaseHandedOut();
    }

    /// <summary>A message has been copied out. Where it was all there is, its bytes go back to the pipe at once: the peer may wait for that in its
    /// send, and this end is free to send before it reads again.</summary>
    public void GiveBack()
    {
        if (!_isDrained && Unread.IsEmpty)
        {
            Release();

            // Where nothing comes for now, the decoder gives its scratch back too.
            _ = _decoder.Decode(default, out _, out _);
            _isDrained = true;
        }
    }

    /// <summary>Takes in and drops what comes next, whatever it is: the connection is closed.</summary>
    /// <returns>False at the end of the input.</returns>
    public ValueTask<bool> DrainAsync(CancellationToken cancellationToken) => DropAsync(cancellationToken);

    /// <summary>Gives the memory back.</summary>
    public void ReleaseMemory()
    {
        _decoder.Dispose();
        ReleaseTaken();
    }

    private void Skip(bool isLast)
    {
        if (isLast && _skipped == Skipped.RestOfMessage)
        {
            _skipped = Skipped.Nothing;
        }
    }

    private void ReleaseHandedOut()
    {
        if (_handedOut > 0 && _handedOut == _taken.Length)
        {
            ReleaseTaken();
        }
    }

    private void ReleaseTaken()
    {
        _taken.Release();
        _handedOut = 0;
        _takenEndsMessage = false;
    }
}
