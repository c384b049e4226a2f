using System.Buffers;
using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>The messages of a direction, from whole frames and with everything gathered: the oracle of the message decoder.</summary>
public sealed class NaiveMessages(WebSocketRole sender, WebSocketMessageOptions options, WebSocketDeflateParameters? deflate, bool usesZlib)
{
    private readonly List<string> _rows = [];
    private readonly List<byte> _text = [];
    private readonly List<long> _offsets = [];
    private readonly List<byte> _compressed = [];
    private byte[] _window = [];
    private WebSocketOpcode _opcode;
    private bool _isCompressed;
    private bool _isUnderWay;
    private int _fragments;
    private int _emptyFragments;

    /// <summary>A row a message and control frame, and what ended the input.</summary>
    public IReadOnlyList<string> Decode(ReadOnlySpan<byte> input)
    {
        using WebSocketFrameDecoder frames = new(sender, new WebSocketFrameOptions
        {
            MaxPayloadLength = options.MaxFramePayloadLength,
            WholePayloadLength = 0,
            ReservedBits = deflate is null ? WebSocketReservedBits.None : WebSocketReservedBits.Rsv1,
        });
        while (true)
        {
            OperationStatus status = frames.Decode(input, out int consumed, out WebSocketFramePart part);
            input = input[consumed..];
            if (status == OperationStatus.NeedMoreData)
            {
                status = _isUnderWay ? OperationStatus.InvalidData : frames.Complete();
                _rows.Add(
                    status == OperationStatus.Done ? $"end {frames.Position}" : $"error {WebSocketProtocolError.UnexpectedEnd} {frames.Position}");
                return _rows;
            }

            if (status == OperationStatus.InvalidData)
            {
                _rows.Add($"error {frames.Error} {frames.ErrorOffset}");
                return _rows;
            }

            if (part.Header.Opcode >= WebSocketOpcode.Close)
            {
                _rows.Add($"{part.Header.Opcode} {Convert.ToHexStringLower(part.Payload)}");
            }
            else if (!TryAdd(part))
            {
                return _rows;
            }
        }
    }

    private bool TryAdd(WebSocketFramePart part)
    {
        if (part.IsFirst && part.Header.Opcode != WebSocketOpcode.Continuation)
        {
            _opcode = part.Header.Opcode;
            _isCompressed = part.Header.ReservedBits != 0;
            _isUnderWay = true;
            _fragments = _emptyFragments = 0;
            _text.Clear();
            _offsets.Clear();
            _compressed.Clear();
        }

        if (part.IsFirst)
        {
            _fragments++;
            _emptyFragments += part.Header.PayloadLength == 0 ? 1 : 0;
            if (_fragments > options.MaxFragments || (_emptyFragments > options.MaxEmptyFragments && !part.Header.Fin))
            {
                return Fail(WebSocketProtocolError.TooManyFragments, part.Offset);
            }

            if (!_isCompressed && _text.Count + part.Header.PayloadLength > options.MaxMessageLength)
            {
                return Fail(WebSocketProtocolError.MessageTooLarge, part.Offset);
            }
        }

        bool isLast = part.IsLast && part.Header.Fin;
        if (_isCompressed)
        {
            _compressed.AddRange(part.Payload);
            if (!TryInflate(isLast, part.Offset))
            {
                return false;
            }
        }
        else
        {
            long offset = part.Offset + part.Header.HeaderLength + part.PayloadOffset;
            _text.AddRange(part.Payload);
            _offsets.AddRange(Enumerable.Range(0, part.Payload.Length).Select(i => offset + i));
            if (!TryValidate(isLast, offset + part.Payload.Length))
            {
                return false;
            }
        }

        if (isLast)
        {
            _isUnderWay = false;
            _rows.Add($"{_opcode} {Convert.ToHexStringLower([.. _text])}");
        }

        return true;
    }

    private bool TryInflate(bool isLast, long frameOffset)
    {
        int windowBits = deflate!.WindowBits(sender);
        bool likeZlib = usesZlib && windowBits == WebSocketDeflateParameters.MaxWindowBits;
        NaiveInflate inflate = new([.. _compressed], _window, windowBits, likeZlib);
        NaiveInflateEnd end = inflate.Run();
        if (isLast && end != NaiveInflateEnd.Final && end != NaiveInflateEnd.Invalid)
        {
            // "append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload": they are the rest of an empty block.
            NaiveInflate whole = new([.. _compressed, 0x00, 0x00, 0xFF, 0xFF], _window, windowBits, likeZlib);
            bool isWhole = whole.Run() is NaiveInflateEnd.Between or NaiveInflateEnd.Final && whole.EndsWithEmptyBlock
                && whole.Output.Count == inflate.Output.Count;
            end = isWhole ? NaiveInflateEnd.Between : NaiveInflateEnd.Invalid;
            inflate = isWhole ? whole : inflate;
        }

        bool isTooLarge = inflate.Output.Count > options.MaxMessageLength;
        bool isInvalid = !isTooLarge && end == NaiveInflateEnd.Invalid;
        _text.Clear();
        _text.AddRange(inflate.Output.Take((int)Math.Min(inflate.Output.Count, options.MaxMessageLength)));
        _offsets.Clear();
        _offsets.AddRange(Enumerable.Repeat(frameOffset, _text.Count));
        if (!TryValidate(isLast && !isTooLarge && !isInvalid, frameOffset))
        {
            return false;
        }

        if (isTooLarge || isInvalid)
        {
            return Fail(isTooLarge ? WebSocketProtocolError.MessageTooLarge : WebSocketProtocolError.InvalidCompression, frameOffset);
        }

        if (isLast && !deflate!.NoContextTakeover(sender))
        {
            _window = [.. inflate.Window];
        }

        return true;
    }

    private bool TryValidate(bool isLast, long end)
    {
        if (_opcode != WebSocketOpcode.Text)
        {
            return true;
        }

        (int invalid, bool isComplete) = NaiveUtf8.Validate([.. _text]);
        return invalid >= 0
            ? Fail(WebSocketProtocolError.InvalidText, _offsets[invalid])
            : isComplete || !isLast || Fail(WebSocketProtocolError.InvalidText, end);
    }

    private bool Fail(WebSocketProtocolError error, long offset)
    {
        _rows.Add($"error {error} {offset}");
        return false;
    }
}
