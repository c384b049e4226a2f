using System.Buffers;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// Decodes the frames of one direction of a connection (RFC 6455 §5) from bytes in any split, unmasks them into memory of its own and
/// enforces what the sender's role and the message under way allow. Not safe for use by several threads at once.
/// </summary>
public sealed class WebSocketFrameDecoder : IDisposable
{
    /// <summary>The most that is unmasked in one piece of a payload that comes in pieces: the memory stays within the first-level cache.</summary>
    private const int MaxPieceLength = 16 * 1024;

    private readonly WebSocketHeaderChecks _checks;

    private WebSocketFastDoor _door;
    private WebSocketFrameUnderWay? _frame;
    private WebSocketFrameState _state;
    private Stage _stage;
    private long _position;

    /// <summary>Creates a decoder.</summary>
    /// <param name="sender">Who sends the bytes: frames of a client have to be masked, frames of a server must not be.</param>
    /// <param name="options">Limits and leniency.</param>
    public WebSocketFrameDecoder(WebSocketRole sender, WebSocketFrameOptions? options = null)
    {
        int maskBit = sender == WebSocketRole.Client ? WebSocketFrameHeader.MaskBit : 0;
        options ??= WebSocketFrameOptions.Default;
        _checks = new WebSocketHeaderChecks(options);
        _door = new WebSocketFastDoor(maskBit, options.MaxPayloadLength);
        OpenOrCloseDoor();
    }

    private enum Stage : byte
    {
        Header,
        Payload,
        Failed,
    }

    /// <summary>
    /// The broken rule, once <see cref="Decode"/> or <see cref="Complete"/> has answered <see cref="OperationStatus.InvalidData"/>.
    /// </summary>
    public WebSocketProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, in bytes from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _position;

    private WebSocketFrameOptions Options => _checks.Options;

    /// <summary>The frame that is under way. It is there from the first byte of its header on, until its payload is not lent any more.</summary>
    private WebSocketFrameUnderWay Frame => _frame ??= WebSocketFrameUnderWay.Rent();

    private bool IsBetweenFrames => _stage == Stage.Header && _frame is null or { HeaderBytes.Count: 0 };

    /// <summary>Whether a control frame is one that comes whole: all that are legal, and with leniency longer ones.</summary>
    private bool IsShortControl => Frame.Header.PayloadLength <= Math.Max(Options.WholePayloadLength, WebSocketFrameHeader.MaxControlPayloadLength);

    /// <summary>Whether memory from the pool is held at the moment.</summary>
    internal bool HoldsScratch => _door.HoldsArea || _frame is { Gathered.Length: > 0 };

    /// <summary>Decodes the next frame, or the next piece of a frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">Bytes taken in; all of them with <see cref="OperationStatus.NeedMoreData"/>.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the frame or piece; valid until the next call.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The decoder was disposed halfway through a payload.</exception>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (TryDecodeWhole(source, out bytesConsumed, out part))
        {
            UnmaskWhole(source, part);
            return OperationStatus.Done;
        }

        return DecodeGeneral(source, out bytesConsumed, out part);
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between frames, else <see cref="OperationStatus.InvalidData"/>:
    /// <see cref="WebSocketProtocolError.UnexpectedEnd"/> or the error that ended the input before.</returns>
    public OperationStatus Complete()
    {
        if (IsBetweenFrames)
        {
            return OperationStatus.Done;
        }

        return _stage == Stage.Failed ? OperationStatus.InvalidData : Fail(WebSocketProtocolError.UnexpectedEnd, _position);
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        _stage = Stage.Header;
        _state = WebSocketFrameState.BetweenMessages;
        _position = 0;
        _frame?.HeaderBytes.Keep(0);
        ReleaseMemory();
        Error = WebSocketProtocolError.None;
        ErrorOffset = 0;
        OpenOrCloseDoor();
    }

    /// <summary>Gives memory back to the pool.</summary>
    public void Dispose() => ReleaseMemory();

    /// <summary>The first half of <see cref="Decode"/> for a whole frame: see <see cref="WebSocketFastDoor.TryDecode"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryDecodeWhole(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
        => _door.TryDecode(source, ref _position, out bytesConsumed, out part);

    /// <summary>The second half of <see cref="Decode"/> for a whole frame: see <see cref="WebSocketFastDoor.TryDecode"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void UnmaskWhole(ReadOnlySpan<byte> source, in WebSocketFramePart part) => _door.UnmaskWhole(source, part);

    /// <summary>The way of every frame that <see cref="TryDecodeWhole"/> leaves.</summary>
    private OperationStatus DecodeGeneral(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        _frame?.Gathered.EndLoan();
        part = default;
        bytesConsumed = 0;
        if (_stage == Stage.Header)
        {
            OperationStatus status = DecodeHeader(source, out bytesConsumed);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            source = source[bytesConsumed..];
        }

        if (_stage == Stage.Failed)
        {
            return OperationStatus.InvalidData;
        }

        OperationStatus payloadStatus = DecodePayload(source, out int payloadConsumed, out part);
        bytesConsumed += payloadConsumed;
        return payloadStatus;
    }

    /// <summary>Collects a header that may come byte by byte, and judges every byte as soon as it is there.</summary>
    private OperationStatus DecodeHeader(ReadOnlySpan<byte> source, out int bytesConsumed)
    {
        int kept = Frame.HeaderBytes.Count;
        ReadOnlySpan<byte> collected = Frame.HeaderBytes.Peek(source);
        WebSocketProtocolError error = _checks.FindError(collected, _door.MaskBit, _state, out int errorIndex);
        if (error != WebSocketProtocolError.None)
        {
            bytesConsumed = 0;
            return Fail(error, _position - kept + errorIndex);
        }

        if (collected.Length < 2 || collected.Length < WebSocketFrameHeader.GetLength(collected[1]))
        {
            // The peer may take its time, and no memory is needed until it goes on.
            bytesConsumed = collected.Length - kept;
            _position += bytesConsumed;
            Frame.HeaderBytes.Keep(collected.Length);
            ReleaseMemory();
            OpenOrCloseDoor();
            return OperationStatus.NeedMoreData;
        }

        Frame.Offset = _position - kept;
        Frame.Header = WebSocketFrameHeader.Read(collected);
        bytesConsumed = Frame.Header.HeaderLength - kept;
        _position += bytesConsumed;
        Frame.HeaderBytes.Keep(0);
        Frame.PayloadOffset = 0;
        Frame.Violation = Options.Lenient ? _checks.FindFirstViolation(collected, _door.MaskBit, _state) : WebSocketProtocolError.None;
        _stage = Stage.Payload;
        _state = WebSocketFrameRules.Next(collected[0], _state);
        OpenOrCloseDoor();
        return OperationStatus.Done;
    }

    private OperationStatus DecodePayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        long remaining = Frame.Header.PayloadLength - Frame.PayloadOffset;
        int available = (int)Math.Min(source.Length, remaining);
        bool comesWhole = Frame.Header.Opcode.IsControl() ? IsShortControl : Frame.Header.PayloadLength <= Options.WholePayloadLength;
        if (comesWhole && (Frame.PayloadOffset > 0 || available < remaining))
        {
            return GatherPayload(source[..available], out bytesConsumed, out part);
        }

        if (available == 0 && remaining > 0)
        {
            // The peer may take its time, and nothing of the payload is kept.
            ReleaseMemory();
            bytesConsumed = 0;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        if (Frame.Header.IsMasked && !comesWhole)
        {
            available = Math.Min(available, MaxPieceLength);
        }

        return Emit(Unmasked(source[..available], Frame.PayloadOffset), available, out bytesConsumed, out part);
    }

    /// <summary>Gathers a short payload that did not arrive at once, as it is on the wire.</summary>
    private OperationStatus GatherPayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        // What was gathered before the decoder was disposed is gone, and the payload with it.
        ObjectDisposedException.ThrowIf(Frame.PayloadOffset != Frame.Gathered.Length, this);
        if (Frame.PayloadOffset + source.Length == Frame.Header.PayloadLength)
        {
            ReadOnlySpan<byte> whole = Unmasked(Frame.Gathered.Lend(source), 0);
            Frame.PayloadOffset = 0;
            return Emit(whole, source.Length, out bytesConsumed, out part);
        }

        bytesConsumed = 0;
        part = default;
        if (source.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        Frame.Gathered.Gather(source);
        if (!TryAcceptClose(Frame.Gathered.Gathered, isMasked: Frame.Header.IsMasked))
        {
            return OperationStatus.InvalidData;
        }

        Frame.PayloadOffset += source.Length;
        _position += source.Length;
        bytesConsumed = source.Length;
        return OperationStatus.NeedMoreData;
    }

    /// <summary>Hands out the next piece of the payload, which may be all of it, and takes in the bytes of the source that completed it.</summary>
    private OperationStatus Emit(ReadOnlySpan<byte> piece, int taken, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (!TryAcceptClose(piece, isMasked: false))
        {
            bytesConsumed = 0;
            part = default;
            return OperationStatus.InvalidData;
        }

        bytesConsumed = taken;
        part = new WebSocketFramePart(Frame.Header, Frame.Offset, Frame.PayloadOffset, piece, Frame.Violation);
        Frame.PayloadOffset += piece.Length;
        _position += taken;
        if (Frame.PayloadOffset == Frame.Header.PayloadLength)
        {
            _stage = Stage.Header;
            OpenOrCloseDoor();
        }

        return OperationStatus.Done;
    }

    /// <summary>
    /// Judges as much of a Close payload as is there: a bad code or a bad byte of the reason is known before the rest has come. The few
    /// bytes are looked at again with each piece; they are at most 125.
    /// </summary>
    private bool TryAcceptClose(ReadOnlySpan<byte> payload, bool isMasked)
    {
        if (Frame.Header.Opcode != WebSocketOpcode.Close || Frame.Violation != WebSocketProtocolError.None)
        {
            return true;
        }

        payload = isMasked ? _door.Unmask(payload, Frame.Header.MaskingKey, 0) : payload;
        bool isWhole = payload.Length == Frame.Header.PayloadLength;
        bool isValid = isWhole
            ? WebSocketClosePayload.Decode(payload, out _, out _, out WebSocketProtocolError error, out int errorIndex) == OperationStatus.Done
            : WebSocketClosePayload.CanBegin(payload, out error, out errorIndex);
        if (isValid)
        {
            return true;
        }

        if (Options.Lenient)
        {
            // What a frame violates is said once, when it is handed out.
            Frame.Violation = isWhole ? error : WebSocketProtocolError.None;
            return true;
        }

        Fail(error, Frame.Offset + Frame.Header.HeaderLength + errorIndex);
        return false;
    }

    private ReadOnlySpan<byte> Unmasked(ReadOnlySpan<byte> payload, long payloadOffset)
        => Frame.Header.IsMasked ? _door.Unmask(payload, Frame.Header.MaskingKey, payloadOffset) : payload;

    private OperationStatus Fail(WebSocketProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        _stage = Stage.Failed;
        ReleaseMemory();
        OpenOrCloseDoor();
        return OperationStatus.InvalidData;
    }

    private void ReleaseMemory()
    {
        _door.ReleaseArea();
        _frame?.Gathered.Release();
        if (IsBetweenFrames || _stage == Stage.Failed)
        {
            _frame?.Return();
            _frame = null;
        }
    }

    /// <summary>The door is open between two frames, until a Close.</summary>
    private void OpenOrCloseDoor()
    {
        if (IsBetweenFrames && _state != WebSocketFrameState.Closed)
        {
            _door.Open(_state, WebSocketFrameRules.TableFor(_state, Options.ReservedBits));
        }
        else
        {
            _door.Close();
        }
    }
}
