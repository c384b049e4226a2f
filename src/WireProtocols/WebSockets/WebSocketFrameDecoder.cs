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

    /// <summary>Collects a header that may come byte by byte, and judges every byte as soon as it is there.</summary>
    private OperationStatus DecodeHeader(ReadOnlySpan<byte> source, out int bytesConsumed)
    {
        Span<byte> collected = _headerBytes;
        int added = Math.Min(source.Length, collected.Length - _headerCount);
        source[..added].CopyTo(collected[_headerCount..]);
        collected = collected[..(_headerCount + added)];

        WebSocketProtocolError error = FindHeaderError(collected, out int errorIndex);
        if (error != WebSocketProtocolError.None)
        {
            bytesConsumed = 0;
            return Fail(error, _position - _headerCount + errorIndex);
        }

        if (collected.Length < 2 || collected.Length < WebSocketFrameHeader.GetLength(collected[1]))
        {
            Dispose();
            _headerCount = collected.Length;
            LeaveOrEnterFastWay();
            _position += added;
            bytesConsumed = added;
            return OperationStatus.NeedMoreData;
        }

        _frameOffset = _position - _headerCount;
        _header = WebSocketFrameHeader.Read(collected);
        bytesConsumed = _header.HeaderLength - _headerCount;
        _position += bytesConsumed;
        _headerCount = 0;
        _payloadOffset = 0;
        _violation = _options.Lenient ? FindFirstViolation(collected) : WebSocketProtocolError.None;
        _stage = Stage.Payload;
        MoveTo(WebSocketFrameRules.Next(collected[0], _state));
        return OperationStatus.Done;
    }

    private OperationStatus DecodePayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        long remaining = _header.PayloadLength - _payloadOffset;
        int available = (int)Math.Min(source.Length, remaining);
        int wholeLength = _header.Opcode.IsControl() ? Math.Max(WebSocketFrameHeader.MaxControlPayloadLength, _options.WholePayloadLength) : _options.WholePayloadLength;
        bool comesWhole = _header.PayloadLength <= wholeLength;
        if (comesWhole && (_payloadOffset > 0 || available < remaining))
        {
            return CollectPayload(source[..available], out bytesConsumed, out part);
        }

        if (available == 0 && remaining > 0)
        {
            bytesConsumed = 0;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        if (_header.IsMasked)
        {
            available = Math.Min(available, MaxPieceLength);
        }

        ReadOnlySpan<byte> piece = source[..available];
        if (_header.IsMasked)
        {
            piece = Unmask(piece, _header.MaskingKey, _payloadOffset);
        }

        return Emit(piece, available, out bytesConsumed, out part);
    }

    /// <summary>Gathers a short payload that did not arrive at once; it is unmasked on the way.</summary>
    private OperationStatus CollectPayload(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketFramePart part)
    {
        int collected = (int)_payloadOffset;
        Span<byte> scratch = Scratch((int)_header.PayloadLength);
        WebSocketMask.Apply(source, scratch[collected..], _header.MaskingKey, _payloadOffset);
        if (collected + source.Length < _header.PayloadLength)
        {
            _payloadOffset += source.Length;
            _position += source.Length;
            bytesConsumed = source.Length;
            part = default;
            return OperationStatus.NeedMoreData;
        }

        _payloadOffset = 0;
        return Emit(scratch[..(int)_header.PayloadLength], source.Length, out bytesConsumed, out part);
    }

    /// <summary>Hands out the next piece of the payload, which may be all of it, and takes in the bytes of the source that completed it.</summary>
    private OperationStatus Emit(ReadOnlySpan<byte> piece, int taken, out int bytesConsumed, out WebSocketFramePart part)
    {
        if (_header.Opcode == WebSocketOpcode.Close && _violation == WebSocketProtocolError.None && !TryAcceptClose(piece))
        {
            bytesConsumed = 0;
            part = default;
            return OperationStatus.InvalidData;
        }

        bytesConsumed = taken;
        part = new WebSocketFramePart(_header, _frameOffset, _payloadOffset, piece, _violation);
        _payloadOffset += piece.Length;
        _position += taken;
        if (_payloadOffset == _header.PayloadLength)
        {
            _stage = Stage.Header;
            LeaveOrEnterFastWay();
        }

        return OperationStatus.Done;
    }

    private bool TryAcceptClose(ReadOnlySpan<byte> payload)
    {
        if (WebSocketClosePayload.Decode(payload, out _, out _, out WebSocketProtocolError error, out int errorIndex) == OperationStatus.Done)
        {
            return true;
        }

        if (_options.Lenient)
        {
            _violation = error;
            return true;
        }

        Fail(error, _frameOffset + _header.HeaderLength + errorIndex);
        return false;
    }

    /// <summary>The first error in as much of a header as is there, in the order of the bytes; in lenient mode only what cannot be followed.</summary>
    private WebSocketProtocolError FindHeaderError(ReadOnlySpan<byte> header, out int index)
    {
        WebSocketProtocolError error = WebSocketProtocolError.None;
        index = 0;
        if (!_options.Lenient)
        {
            error = FindRuleError(header, out index);
        }

        if (error == WebSocketProtocolError.None)
        {
            error = WebSocketFrameHeader.FindLengthError(header, out index);
            if (error == WebSocketProtocolError.NonMinimalLength && _options.Lenient)
            {
                error = WebSocketProtocolError.None;
            }
        }

        return error != WebSocketProtocolError.None ? error : FindLimitError(header, out index);
    }

    /// <summary>What the sender's role and the message under way forbid, as far as the first two bytes tell.</summary>
    private WebSocketProtocolError FindRuleError(ReadOnlySpan<byte> header, out int index)
    {
        index = 0;
        if (header.IsEmpty)
        {
            return WebSocketProtocolError.None;
        }

        WebSocketProtocolError error = WebSocketFrameRules.FindError(header[0], _state, _options.ReservedBits);
        if (error != WebSocketProtocolError.None || header.Length < 2)
        {
            return error;
        }

        index = 1;

        // "The server MUST close the connection upon receiving a frame that is not masked." "A client MUST close a connection if it detects
        // a masked frame."
        if (((header[1] ^ _maskBit) & WebSocketFrameHeader.MaskBit) != 0)
        {
            return _maskBit != 0 ? WebSocketProtocolError.MaskMissing : WebSocketProtocolError.MaskForbidden;
        }

        // "All control frames MUST have a payload length of 125 bytes or less".
        bool tooLong = (header[1] & ~WebSocketFrameHeader.MaskBit) > WebSocketFrameHeader.MaxControlPayloadLength;
        return tooLong && ((WebSocketOpcode)(header[0] & 0xF)).IsControl() ? WebSocketProtocolError.ControlFrameTooLong : WebSocketProtocolError.None;
    }

    private WebSocketProtocolError FindLimitError(ReadOnlySpan<byte> header, out int index)
    {
        index = 0;
        if (header.Length < 2)
        {
            return WebSocketProtocolError.None;
        }

        int lengthEnd = WebSocketFrameHeader.GetLength((byte)(header[1] & ~WebSocketFrameHeader.MaskBit));
        if (header.Length < lengthEnd)
        {
            return WebSocketProtocolError.None;
        }

        Span<byte> unmaskedForm = stackalloc byte[WebSocketFrameHeader.MaxLength];
        header[..lengthEnd].CopyTo(unmaskedForm);
        unmaskedForm[1] &= unchecked((byte)~WebSocketFrameHeader.MaskBit);
        index = lengthEnd - 1;
        return WebSocketFrameHeader.Read(unmaskedForm).PayloadLength > _options.MaxPayloadLength ? WebSocketProtocolError.FrameTooLarge : WebSocketProtocolError.None;
    }

    private WebSocketProtocolError FindFirstViolation(ReadOnlySpan<byte> header)
    {
        WebSocketProtocolError violation = FindRuleError(header, out _);
        return violation != WebSocketProtocolError.None ? violation : WebSocketFrameHeader.FindLengthError(header, out _);
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
