using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets;

/// <summary>
/// RFC 6455 §5.1 to §5.5 and §7.4, read from the whole input at once, a byte after the other, and for clarity: the oracle of the frame
/// decoder. Every number is computed as the text says it, with no table and no shift.
/// </summary>
public ref struct NaiveFrames
{
    private readonly ReadOnlySpan<byte> _input;
    private readonly bool _fromClient;
    private readonly WebSocketFrameOptions _options;
    private readonly FrameRows _rows = new();
    private int _at;
    private bool _inMessage;
    private bool _closed;
    private WebSocketProtocolError _violation;

    private NaiveFrames(ReadOnlySpan<byte> input, WebSocketRole sender, WebSocketFrameOptions options)
    {
        _input = input;
        _fromClient = sender == WebSocketRole.Client;
        _options = options;
    }

    private sealed class Violation(WebSocketProtocolError error, long offset) : Exception
    {
        public WebSocketProtocolError Error { get; } = error;

        public long Offset { get; } = offset;
    }

    /// <param name="decidedAt">How many bytes have to be there for the error to be certain; the length of the input without one.</param>
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> input, WebSocketRole sender, WebSocketFrameOptions options, out int decidedAt)
    {
        NaiveFrames frames = new(input, sender, options);
        try
        {
            while (frames._at < input.Length)
            {
                frames.One();
            }

            frames._rows.End(input.Length);
        }
        catch (Violation violation)
        {
            frames._rows.Error(violation.Error, violation.Offset);
        }

        decidedAt = frames._at;
        return frames._rows.Rows;
    }

    private void One()
    {
        int start = _at;
        _violation = WebSocketProtocolError.None;

        byte first = Next();
        bool fin = first / 128 == 1;
        int rsv = first / 16 % 8;
        int opcode = first % 16;
        Judge(RuleOfFirstByte(fin, rsv, opcode), start);

        byte second = Next();
        bool masked = second / 128 == 1;
        int length7 = second % 128;

        // "a client MUST mask all frames that it sends to the server"; "A server MUST NOT mask any frames that it sends to the client."
        Judge(
            masked == _fromClient
                ? WebSocketProtocolError.None
                : _fromClient ? WebSocketProtocolError.MaskMissing : WebSocketProtocolError.MaskForbidden,
            start + 1);

        // "All control frames MUST have a payload length of 125 bytes or less"
        Judge(opcode >= 8 && length7 > 125 ? WebSocketProtocolError.ControlFrameTooLong : WebSocketProtocolError.None, start + 1);

        long length = Length(length7);
        if (length > _options.MaxPayloadLength)
        {
            throw new Violation(WebSocketProtocolError.FrameTooLarge, _at - 1);
        }

        byte[] key = masked ? [Next(), Next(), Next(), Next()] : [0, 0, 0, 0];
        Remember(fin, opcode);
        Payload(start, fin, rsv, opcode, masked ? key : null, length, Unmask(_input.Slice(_at, (int)Math.Min(_input.Length - _at, length)), key));
    }

    private readonly WebSocketProtocolError RuleOfFirstByte(bool fin, int rsv, int opcode)
    {
        // "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values": only on the first frame of a message.
        int defined = opcode is 1 or 2 ? (int)_options.ReservedBits : 0;
        if ((rsv | defined) != defined)
        {
            return WebSocketProtocolError.ReservedBitSet;
        }

        // "%x3-7 are reserved for further non-control frames", "%xB-F are reserved for further control frames"
        if (opcode is (>= 3 and <= 7) or >= 0xB)
        {
            return WebSocketProtocolError.ReservedOpcode;
        }

        // "All control frames ... MUST NOT be fragmented."
        if (opcode >= 8)
        {
            return fin ? WebSocketProtocolError.None : WebSocketProtocolError.FragmentedControlFrame;
        }

        // "The application MUST NOT send any more data frames after sending a Close frame."
        if (_closed)
        {
            return WebSocketProtocolError.DataAfterClose;
        }

        // "A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by zero or more frames
        // with the FIN bit clear and the opcode set to 0, and terminated by a single frame with the FIN bit set and an opcode of 0."
        if (opcode == 0 && !_inMessage)
        {
            return WebSocketProtocolError.UnexpectedContinuation;
        }

        return opcode != 0 && _inMessage ? WebSocketProtocolError.ExpectedContinuation : WebSocketProtocolError.None;
    }

    private long Length(int length7)
    {
        // "if 0-125, that is the payload length"
        if (length7 <= 125)
        {
            return length7;
        }

        long length = 0;
        if (length7 == 126)
        {
            // "the following 2 bytes interpreted as a 16-bit unsigned integer are the payload length"
            length = (256 * Next()) + Next();
            Judge(length <= 125 ? WebSocketProtocolError.NonMinimalLength : WebSocketProtocolError.None, _at - 1);
            return length;
        }

        // "the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0) are the payload length"
        for (int index = 0; index < 8; index++)
        {
            byte value = Next();
            if (index == 0 && value >= 128)
            {
                throw new Violation(WebSocketProtocolError.LengthTopBitSet, _at - 1);
            }

            length = (length * 256) + value;
            if (index == 5)
            {
                // Whatever the last two bytes are, two would have been enough.
                Judge(length == 0 ? WebSocketProtocolError.NonMinimalLength : WebSocketProtocolError.None, _at - 1);
            }
        }

        return length;
    }

    private void Remember(bool fin, int opcode)
    {
        if (opcode == 8)
        {
            _closed = true;
        }
        else if (opcode < 8)
        {
            _inMessage = !fin;
        }
    }

    /// <summary>
    /// "Octet i of the transformed data is the XOR of octet i of the original data with octet at index i modulo 4 of the masking key"
    /// </summary>
    private static byte[] Unmask(ReadOnlySpan<byte> masked, byte[] key)
    {
        byte[] octets = masked.ToArray();
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] ^= key[i % 4];
        }

        return octets;
    }

    private void Payload(int start, bool fin, int rsv, int opcode, byte[]? key, long length, byte[] present)
    {
        int payloadStart = _at;
        bool isWhole = present.Length == length;
        if (opcode == 8 && _violation == WebSocketProtocolError.None)
        {
            (WebSocketProtocolError error, int index, int needed) = NaiveClose.Judge(present, length);
            if (error != WebSocketProtocolError.None && !_options.Lenient)
            {
                _at = payloadStart + needed;
                throw new Violation(error, payloadStart + index);
            }

            _violation = isWhole ? error : WebSocketProtocolError.None;
        }

        // What is not whole is handed out all the same where it is long enough to come in pieces, which a control frame never is.
        bool comesInPieces = length > _options.WholePayloadLength && (opcode < 8 || length > 125);
        if (isWhole || (comesInPieces && present.Length > 0))
        {
            uint? number = key is null ? null : (uint)((key[0] * 0x1000000L) + (key[1] * 0x10000L) + (key[2] * 0x100L) + key[3]);
            _rows.Frame(start, opcode, fin, rsv, number, payloadStart - start, length, _violation);
            _rows.Payload(present);
        }

        _at = payloadStart + present.Length;
        if (!isWhole)
        {
            throw new Violation(WebSocketProtocolError.UnexpectedEnd, _input.Length);
        }
    }

    private byte Next() => _at < _input.Length ? _input[_at++] : throw new Violation(WebSocketProtocolError.UnexpectedEnd, _input.Length);

    private void Judge(WebSocketProtocolError error, int offset)
    {
        if (error == WebSocketProtocolError.None)
        {
            return;
        }

        if (!_options.Lenient)
        {
            throw new Violation(error, offset);
        }

        if (_violation == WebSocketProtocolError.None)
        {
            _violation = error;
        }
    }
}
