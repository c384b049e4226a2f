using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Makes messages of the frames that a <see cref="WebSocketFrameDecoder"/> or <see cref="WebSocketFrameReader"/> has read (RFC 6455 §5.4, §8.1):
/// joins fragments, lets control frames through, validates text as it arrives, and inflates where permessage-deflate was agreed (RFC 7692). Payload
/// comes in pieces and is never gathered. For a relay or a tool that sees frames and wants messages too; whoever has bytes takes
/// <see cref="WebSocketMessageDecoder"/>.
/// </summary>
public sealed class WebSocketMessageAssembler : IDisposable
{
    private const long RatioFreeLength = 1024 * 1024;

    private const byte WholeText = WebSocketFrameHeader.FinBit | (byte)WebSocketOpcode.Text;
    private const byte WholeBinary = WebSocketFrameHeader.FinBit | (byte)WebSocketOpcode.Binary;

    private readonly WebSocketMessageOptions _options;
    private readonly WebSocketMessageInflation? _inflation;

    private Utf8Validator _text;
    private WebSocketOpcode _opcode;
    private bool _isUnderWay;
    private bool _hasEmitted;
    private int _fragments;
    private int _emptyFragments;
    private long _messageLength;
    private bool _isCompressed;

    /// <summary>
    /// Creates an assembler. With permessage-deflate, <see cref="WebSocketFrameOptions.ReservedBits"/> of the frames has to allow RSV1.
    /// </summary>
    /// <param name="sender">Who sends the frames.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    public WebSocketMessageAssembler(WebSocketRole sender, WebSocketMessageOptions? options = null, WebSocketDeflateParameters? deflate = null)
        : this(sender, options, deflate, WebSocketDeflatePool.Shared)
    {
    }

    /// <param name="sender">Who sends the frames.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="pool">Where inflaters come from.</param>
    internal WebSocketMessageAssembler(
        WebSocketRole sender, WebSocketMessageOptions? options, WebSocketDeflateParameters? deflate, WebSocketDeflatePool pool)
    {
        _options = options ?? WebSocketMessageOptions.Default;
        _inflation = deflate is null ? null : new WebSocketMessageInflation(deflate.WindowBits(sender), !deflate.NoContextTakeover(sender), pool);
    }

    /// <summary>The broken rule, once <see cref="Add"/> or <see cref="Read"/> has answered <see cref="OperationStatus.InvalidData"/>.</summary>
    public WebSocketProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, in bytes from the start of the input; in compressed text, of the frame that it came from.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>True inside a message, between its pieces.</summary>
    public bool IsInMessage => _isUnderWay;

    /// <summary>Where the message that is under way, or was last, begins, in bytes from the start of the input.</summary>
    public long MessageOffset { get; private set; }

    /// <summary>The frames so far of the message that is under way, or was last.</summary>
    public int MessageFragments => _fragments;

    /// <summary>The bytes so far of that message as they crossed the wire, where it is compressed; null where it is not.</summary>
    public long? MessageCompressedLength => _isCompressed ? _inflation!.CompressedLength : null;

    /// <summary>True while <see cref="Read"/> has something to inflate.</summary>
    internal bool HasMore => _inflation is { IsUnderWay: true };

    /// <summary>True while it has memory from the pool.</summary>
    internal bool HoldsScratch => _inflation is { HoldsScratch: true };

    /// <summary>Takes a frame in, or a piece of one; all that the one before made has to be read.</summary>
    /// <param name="frame">The frame or piece.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, a piece of a message
    /// or a control frame; valid as long as the frame, and until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/> when the frame brought nothing to hand out; or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    /// <exception cref="InvalidOperationException">What the frame before made has not been read.</exception>
    public OperationStatus Add(scoped in WebSocketFramePart frame, out WebSocketMessagePart part)
    {
        if (TryAcceptWhole(frame))
        {
            part = new WebSocketMessagePart(frame.Header.Opcode, frame.Payload, isFirst: true, isLast: true);
            return OperationStatus.Done;
        }

        part = default;
        if (Error != WebSocketProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        if (frame.Header.Opcode.IsControl())
        {
            part = new WebSocketMessagePart(frame.Header.Opcode, frame.Payload, isFirst: true, isLast: true);
            return OperationStatus.Done;
        }

        if (HasMore)
        {
            throw new InvalidOperationException("What the frame before made has to be read first.");
        }

        return TryAccept(frame, out part) ? OperationStatus.Done : Read(out part);
    }

    /// <summary>Hands out the next piece of what the last frame made.</summary>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the piece; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> when another frame is needed, or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Read(out WebSocketMessagePart part)
    {
        part = default;
        while (Error == WebSocketProtocolError.None)
        {
            if (!HasMore)
            {
                return OperationStatus.NeedMoreData;
            }

            if (TryInflate(out part))
            {
                return OperationStatus.Done;
            }
        }

        return OperationStatus.InvalidData;
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        _inflation?.Dispose();
        EndMessage();
        Error = WebSocketProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives memory and the inflater back.</summary>
    public void Dispose() => _inflation?.Dispose();

    /// <summary>Gives back what is not needed until another frame comes.</summary>
    internal void ReleaseIdle() => _inflation?.ReleaseIdle();

    /// <summary>
    /// The way of almost every message: one frame, whole, not compressed, and valid. Whatever is not exactly that, bad input included, is left to the
    /// general way.
    /// </summary>
    private bool TryAcceptWhole(scoped in WebSocketFramePart frame)
    {
        WebSocketFrameHeader header = frame.Header;
        if (header.FirstByte is not (WholeText or WholeBinary) || header.PayloadLength != frame.Payload.Length
            || frame.Payload.Length > _options.MaxMessageLength || _isUnderWay || HasMore || Error != WebSocketProtocolError.None
            || (header.Opcode == WebSocketOpcode.Text && !IsText(frame.Payload)))
        {
            return false;
        }

        MessageOffset = frame.Offset;
        (_fragments, _isCompressed) = (1, false);
        return true;
    }

    private bool IsText(ReadOnlySpan<byte> payload)
    {
        _text.Reset();
        return _text.Validate(payload, out _) == OperationStatus.Done;
    }

    private bool TryAccept(scoped in WebSocketFramePart frame, out WebSocketMessagePart part)
    {
        part = default;
        if (frame.IsFirst && !TryBeginFrame(frame))
        {
            return false;
        }

        bool isLast = frame.IsLast && frame.Header.Fin;
        if (_isCompressed)
        {
            _inflation!.Add(frame, isLast);
            return false;
        }

        if (frame.Payload.IsEmpty && !isLast)
        {
            return false;
        }

        return TryEmit(frame.Payload, isLast, frame.Offset + frame.Header.HeaderLength + frame.PayloadOffset, out part);
    }

    /// <summary>Counts a frame and begins a message with its first one.</summary>
    private bool TryBeginFrame(scoped in WebSocketFramePart frame)
    {
        WebSocketFrameHeader header = frame.Header;
        WebSocketProtocolError misplaced = FindMisplaced(header);
        if (misplaced != WebSocketProtocolError.None)
        {
            Fail(misplaced, frame.Offset);
            return false;
        }

        if (header.Opcode != WebSocketOpcode.Continuation)
        {
            _isUnderWay = true;
            MessageOffset = frame.Offset;
            _opcode = header.Opcode;
            _isCompressed = (header.ReservedBits & WebSocketReservedBits.Rsv1) != 0;
            _text.Reset();
            _fragments = 0;
            _emptyFragments = 0;
            _messageLength = 0;
            if (_isCompressed)
            {
                _inflation!.BeginMessage();
            }
        }

        _fragments++;
        _emptyFragments += header.PayloadLength == 0 ? 1 : 0;
        if (_fragments > _options.MaxFragments || (_emptyFragments > _options.MaxEmptyFragments && !header.Fin))
        {
            Fail(WebSocketProtocolError.TooManyFragments, frame.Offset);
            return false;
        }

        // What is announced counts at once: nothing of a message that will be too large is worth taking in.
        if (!_isCompressed && header.PayloadLength > _options.MaxMessageLength - _messageLength)
        {
            Fail(WebSocketProtocolError.MessageTooLarge, frame.Offset);
            return false;
        }

        return true;
    }

    /// <summary>What a frame decoder that is not lenient has refused before.</summary>
    private WebSocketProtocolError FindMisplaced(WebSocketFrameHeader header)
    {
        WebSocketFrameState place = _isUnderWay ? WebSocketFrameState.InMessage : WebSocketFrameState.BetweenMessages;
        WebSocketReservedBits allowed = _inflation is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1;
        return WebSocketFrameRules.FindError(header.FirstByte, place, allowed);
    }

    private bool TryEmit(ReadOnlySpan<byte> payload, bool isLast, long payloadOffset, out WebSocketMessagePart part)
    {
        part = default;
        _messageLength += payload.Length;
        if (_opcode == WebSocketOpcode.Text && !TryValidate(payload, isLast, payloadOffset))
        {
            return false;
        }

        part = new WebSocketMessagePart(_opcode, payload, !_hasEmitted, isLast);
        _hasEmitted = true;
        if (isLast)
        {
            EndMessage();
        }

        return true;
    }

    /// <summary>"When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
    /// that endpoint MUST _Fail the WebSocket Connection_" (RFC 6455 §8.1).</summary>
    private bool TryValidate(ReadOnlySpan<byte> payload, bool isLast, long payloadOffset)
    {
        OperationStatus status = _text.Validate(payload, out int invalidIndex);
        if (status == OperationStatus.InvalidData)
        {
            Fail(WebSocketProtocolError.InvalidText, _isCompressed ? _inflation!.FrameOffset : payloadOffset + invalidIndex);
            return false;
        }

        if (isLast && status == OperationStatus.NeedMoreData)
        {
            Fail(WebSocketProtocolError.InvalidText, _isCompressed ? _inflation!.FrameOffset : payloadOffset + payload.Length);
            return false;
        }

        return true;
    }

    /// <summary>Inflates the next piece. False when there is nothing to hand out: all that has come is inflated, or it is invalid.</summary>
    private bool TryInflate(out WebSocketMessagePart part)
    {
        part = default;
        if (!_inflation!.TryInflate(NextInflatedLength(), out ReadOnlySpan<byte> inflated))
        {
            Fail(WebSocketProtocolError.InvalidCompression, _inflation.FrameOffset);
            return false;
        }

        if (!TryAcceptInflated(inflated.Length))
        {
            return false;
        }

        bool isLast = _inflation.IsAtEnd;
        return (!inflated.IsEmpty || isLast) && TryEmit(inflated, isLast, 0, out part);
    }

    /// <summary>
    /// Pieces end at the limit and at fixed places of the message, so that every limit is judged at the same byte however the input was split.
    /// </summary>
    private int NextInflatedLength()
    {
        long toCheckpoint = WebSocketMessageInflation.MaxPieceLength - (_messageLength % WebSocketMessageInflation.MaxPieceLength);
        return (int)Math.Min(toCheckpoint, Math.Max(1, _options.MaxMessageLength - _messageLength));
    }

    private bool TryAcceptInflated(int written)
    {
        long length = _messageLength + written;
        if (length > _options.MaxMessageLength)
        {
            Fail(WebSocketProtocolError.MessageTooLarge, _inflation!.FrameOffset);
            return false;
        }

        if (length > RatioFreeLength && written > 0 && length % WebSocketMessageInflation.MaxPieceLength == 0
            && length / _options.MaxInflationRatio > _inflation!.CompressedLength)
        {
            Fail(WebSocketProtocolError.InflationTooHigh, _inflation!.FrameOffset);
            return false;
        }

        return true;
    }

    private void EndMessage()
    {
        _isUnderWay = false;
        _hasEmitted = false;
        if (_isCompressed)
        {
            _inflation!.EndMessage();
        }
    }

    /// <summary>Ends the input here.</summary>
    internal void Fail(WebSocketProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
    }
}
