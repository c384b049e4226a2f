using System.Buffers;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

// Headers that come in any split, and what may stand in them.
public sealed partial class WebSocketFrameDecoder
{
    private HeaderBytes _headerBytes;
    private int _headerCount;

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
            ReleaseScratch();
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

    [InlineArray(WebSocketFrameHeader.MaxLength)]
    private struct HeaderBytes
    {
        private byte _element;
    }
}
