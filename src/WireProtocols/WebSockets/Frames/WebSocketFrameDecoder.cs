using System.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Decodes the frames of one direction of a connection (RFC 6455 §5) from bytes in any split, unmasks them into scratch of its own and
/// enforces what the sender's role and the message under way allow. Not safe for use by several threads at once.
/// </summary>
public sealed partial class WebSocketFrameDecoder : IDisposable
{
    private readonly WebSocketFrameOptions _options;
    private readonly int _maskBit;
    private readonly int _wholeControlLength;

    private WebSocketFrameState _state;
    private Stage _stage;
    private long _position;
    private WebSocketFrameHeader _header;
    private WebSocketProtocolError _violation;
    private long _frameOffset;
    private long _payloadOffset;

    /// <summary>Creates a decoder.</summary>
    /// <param name="sender">Who sends the bytes: frames of a client have to be masked, frames of a server must not be.</param>
    /// <param name="options">Limits and leniency.</param>
    public WebSocketFrameDecoder(WebSocketRole sender, WebSocketFrameOptions? options = null)
    {
        _options = options ?? WebSocketFrameOptions.Default;
        _maskBit = sender == WebSocketRole.Client ? WebSocketFrameHeader.MaskBit : 0;
        _wholeControlLength = Math.Max(_options.WholePayloadLength, WebSocketFrameHeader.MaxControlPayloadLength);
        _shortHeaderLength = _maskBit != 0 ? 6 : 2;
        _fastPayloadLength = FastPayloadLength;
        MoveTo(WebSocketFrameState.BetweenMessages);
    }

    private enum Stage : byte
    {
        Header,
        Payload,
        Failed,
    }

    /// <summary>The broken rule, once <see cref="Decode"/> or <see cref="Complete"/> has answered <see cref="OperationStatus.InvalidData"/>.</summary>
    public WebSocketProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, in bytes from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _position;

    /// <summary>Decodes the next frame, or the next piece of a frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">Bytes taken in; all of them with <see cref="OperationStatus.NeedMoreData"/>.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the frame or piece; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
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
    /// <returns><see cref="OperationStatus.Done"/> between frames, else <see cref="OperationStatus.InvalidData"/>: <see cref="WebSocketProtocolError.UnexpectedEnd"/>
    /// or the error that ended the input before.</returns>
    public OperationStatus Complete()
    {
        if (_stage == Stage.Header && _headerCount == 0)
        {
            return OperationStatus.Done;
        }

        return _stage == Stage.Failed ? OperationStatus.InvalidData : Fail(WebSocketProtocolError.UnexpectedEnd, _position);
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        ReleaseScratch();
        _stage = Stage.Header;
        _position = 0;
        _headerCount = 0;
        Error = WebSocketProtocolError.None;
        ErrorOffset = 0;
        MoveTo(WebSocketFrameState.BetweenMessages);
    }

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose() => ReleaseScratch();

    /// <summary>The way of every frame that <see cref="TryDecodeWhole"/> leaves.</summary>
    private OperationStatus DecodeGeneral(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
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

    private OperationStatus Fail(WebSocketProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        _stage = Stage.Failed;
        ReleaseScratch();
        LeaveOrEnterFastWay();
        return OperationStatus.InvalidData;
    }

    private void MoveTo(WebSocketFrameState state)
    {
        _state = state;
        _nextState = WebSocketFrameRules.TableFor(state, _options.ReservedBits);
        LeaveOrEnterFastWay();
    }
}
