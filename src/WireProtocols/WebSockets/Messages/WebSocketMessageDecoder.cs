using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Decodes the messages of one direction of a connection (RFC 6455 §5.4, §8.1) from bytes in any split: joins fragments, lets control frames
/// through, validates text as it arrives, and inflates where permessage-deflate was agreed (RFC 7692). Payload comes in pieces and is never gathered.
/// </summary>
public sealed class WebSocketMessageDecoder : IDisposable
{
    private const long RatioFreeLength = 1024 * 1024;

    private readonly WebSocketMessageOptions _options;
    private readonly WebSocketFrameDecoder _frames;
    private readonly WebSocketMessageInflation? _inflation;

    private Utf8Validator _text;
    private WebSocketOpcode _opcode;
    private bool _isUnderWay;
    private bool _hasEmitted;
    private int _fragments;
    private int _emptyFragments;
    private long _messageLength;
    private bool _isCompressed;

    /// <summary>Creates a decoder.</summary>
    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    public WebSocketMessageDecoder(WebSocketRole sender, WebSocketMessageOptions? options = null, WebSocketDeflateParameters? deflate = null)
        : this(sender, options, deflate, WebSocketDeflatePool.Shared)
    {
    }

    /// <param name="sender">Who sends the bytes.</param>
    /// <param name="options">Limits.</param>
    /// <param name="deflate">What was agreed about permessage-deflate, or null.</param>
    /// <param name="pool">Where inflaters come from.</param>
    internal WebSocketMessageDecoder(
        WebSocketRole sender, WebSocketMessageOptions? options, WebSocketDeflateParameters? deflate, WebSocketDeflatePool pool)
    {
        _options = options ?? WebSocketMessageOptions.Default;
        _inflation = deflate is null ? null : new WebSocketMessageInflation(deflate.WindowBits(sender), !deflate.NoContextTakeover(sender), pool);
        _frames = new WebSocketFrameDecoder(sender, _options.GetFrameOptions(deflate is not null));
    }

    /// <summary>The broken rule, once <see cref="Decode"/> or <see cref="Complete"/> has answered <see cref="OperationStatus.InvalidData"/>.</summary>
    public WebSocketProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, in bytes from the start of the input; in compressed text, of the frame that it came from.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Position => _frames.Position;

    /// <summary>True while it has scratch from the pool.</summary>
    internal bool HoldsScratch => _frames.HoldsScratch || _inflation is { HoldsScratch: true };

    /// <summary>True inside a message, between its pieces.</summary>
    public bool IsInMessage => _isUnderWay;

    /// <summary>Where the message that is under way, or was last, begins, in bytes from the start of the input.</summary>
    public long MessageOffset { get; private set; }

    /// <summary>The frames so far of the message that is under way, or was last.</summary>
    public int MessageFragments => _fragments;

    /// <summary>The bytes so far of that message as they crossed the wire, where it is compressed; null where it is not.</summary>
    public long? MessageCompressedLength => _isCompressed ? _inflation!.CompressedLength : null;

    /// <summary>Decodes the next piece of a message, or control frame.</summary>
    /// <param name="source">The bytes that follow those consumed so far; may be empty.</param>
    /// <param name="bytesConsumed">Bytes taken in; all of them with <see cref="OperationStatus.NeedMoreData"/>.</param>
    /// <param name="part">With <see cref="OperationStatus.Done"/>, the piece or control frame; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out WebSocketMessagePart part)
    {
        bytesConsumed = 0;
        part = default;
        while (Error == WebSocketProtocolError.None)
        {
            if (_inflation is { IsUnderWay: true })
            {
                if (TryInflate(out part))
                {
                    return OperationStatus.Done;
                }

                continue;
            }

            OperationStatus status = _frames.Decode(source[bytesConsumed..], out int consumed, out WebSocketFramePart frame);
            bytesConsumed += consumed;
            if (status == OperationStatus.InvalidData)
            {
                return Fail(_frames.Error, _frames.ErrorOffset);
            }

            if (status == OperationStatus.NeedMoreData)
            {
                _inflation?.ReleaseIdle();
                return status;
            }

            if (frame.Header.Opcode.IsControl())
            {
                part = new WebSocketMessagePart(frame.Header.Opcode, frame.Payload, isFirst: true, isLast: true);
                return OperationStatus.Done;
            }

            if (TryAccept(frame, out part))
            {
                return OperationStatus.Done;
            }
        }

        return OperationStatus.InvalidData;
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between messages, else <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Complete()
    {
        if (Error != WebSocketProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        return _isUnderWay || _frames.Complete() != OperationStatus.Done ? Fail(WebSocketProtocolError.UnexpectedEnd, _frames.Position) : OperationStatus.Done;
    }

    /// <summary>Starts anew, as for another connection.</summary>
    public void Reset()
    {
        _frames.Reset();
        _inflation?.Dispose();
        EndMessage();
        Error = WebSocketProtocolError.None;
        ErrorOffset = 0;
    }

    /// <summary>Gives scratch and the inflater back.</summary>
    public void Dispose()
    {
        _frames.Dispose();
        _inflation?.Dispose();
    }

    private bool TryAccept(WebSocketFramePart frame, out WebSocketMessagePart part)
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
    private bool TryBeginFrame(WebSocketFramePart frame)
    {
        WebSocketFrameHeader header = frame.Header;
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

    /// <summary>Pieces end at the limit and at fixed places of the message, so that every limit is judged at the same byte however the input was split.</summary>
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

        if (length > RatioFreeLength && written > 0 && length % WebSocketMessageInflation.MaxPieceLength == 0 && length / _options.MaxInflationRatio > _inflation!.CompressedLength)
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

    private OperationStatus Fail(WebSocketProtocolError error, long offset)
    {
        Error = error;
        ErrorOffset = offset;
        return OperationStatus.InvalidData;
    }
}
