using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Takes the frames of a subject apart, and holds each against RFC 6455 §5. It knows no more than the text says.</summary>
/// <param name="isClient">The subject is a client, whose frames are masked.</param>
internal sealed class PeerReader(bool isClient)
{
    private const long MaxMessage = 128L * 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly List<byte[]> _keys = [];
    private readonly string _who = isClient ? "the client" : "the server";
    private int _opcode;
    private bool _isCompressed;
    private bool _isClosed;

    /// <summary>The masking keys of the frames, in their order.</summary>
    public IReadOnlyList<byte[]> Keys => _keys;

    /// <summary>A message has begun and has not ended.</summary>
    public bool IsInMessage => _opcode != 0;

    /// <summary>How compressed messages are read; null where nothing was agreed on.</summary>
    public PeerInflater? Inflater { get; set; }

    /// <summary>Takes a frame off the front.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="consumed">How many of them are done with.</param>
    /// <returns>Null where a frame is not whole yet, or where it was a fragment: see <paramref name="consumed"/>.</returns>
    public PeerEvent? Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        if (bytes.Length < 2)
        {
            return null;
        }

        bool fin = bytes[0] >= 0x80;
        int rsv = (bytes[0] >> 4) & 7;
        int opcode = bytes[0] & 15;
        if (CheckFirst(fin, rsv, opcode, bytes[1]) is { } broken)
        {
            return new PeerEvent.Broken(broken);
        }

        int header = (bytes[1] & 127) switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return null;
        }

        ulong length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            10 => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => (ulong)(bytes[1] & 127),
        };
        int key = bytes[1] >= 0x80 ? 4 : 0;
        if ((header == 4 && length < 126) || (header == 10 && length < 65536))
        {
            return new PeerEvent.Broken($"{_who} says the length {length} in more bytes than needed (RFC 6455 §5.2)");
        }

        if (length > MaxMessage)
        {
            return new PeerEvent.Broken($"{_who} announces a frame of {length} bytes that nobody asked for");
        }

        if ((ulong)bytes.Length < (ulong)(header + key) + length)
        {
            return null;
        }

        consumed = header + key + (int)length;
        ReadOnlySpan<byte> payload = bytes.Slice(header + key, (int)length);
        return Take(fin, rsv, opcode, key == 0 ? payload : Unmask(payload, bytes.Slice(header, key)));
    }

    private byte[] Unmask(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        byte[] plain = payload.ToArray();
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] ^= key[i & 3];
        }

        _keys.Add(key.ToArray());
        return plain;
    }

    private string? CheckFirst(bool fin, int rsv, int opcode, byte second)
        => _isClosed ? $"{_who} sends a frame after its Close (RFC 6455 §5.5.1)"
        : second >= 0x80 && !isClient ? "the server masks a frame (RFC 6455 §5.1)"
        : second < 0x80 && isClient ? "the client does not mask a frame (RFC 6455 §5.1)"
        : opcode is (> 2 and < 8) or > 10 ? $"{_who} sends the reserved opcode {opcode} (RFC 6455 §5.2)"
        : (rsv & 3) != 0 || (rsv == 4 && (Inflater is null || opcode is not (1 or 2)))
            ? $"{_who} sets RSV {rsv} on opcode {opcode} without an extension for it (RFC 6455 §5.2)"
        : opcode >= 8 && !fin ? $"{_who} fragments a control frame (RFC 6455 §5.5)"
        : opcode >= 8 && (second & 127) > 125 ? $"{_who} sends a control frame of more than 125 bytes (RFC 6455 §5.5)"
        : opcode is 1 or 2 && _opcode != 0 ? $"{_who} begins a message inside another (RFC 6455 §5.4)"
        : opcode == 0 && _opcode == 0 ? $"{_who} continues no message (RFC 6455 §5.4)"
        : null;

    private PeerEvent? Take(bool fin, int rsv, int opcode, ReadOnlySpan<byte> payload)
    {
        switch (opcode)
        {
            case 8:
                _isClosed = true;
                return ReadClose(payload);
            case 9:
                return new PeerEvent.Ping(payload.ToArray());
            case 10:
                return new PeerEvent.Pong(payload.ToArray());
        }

        if (opcode != 0)
        {
            _opcode = opcode;
            _isCompressed = rsv != 0;
            _message.ResetWrittenCount();
        }

        _message.Write(payload);
        return fin ? Finish() : null;
    }

    private PeerEvent Finish()
    {
        byte[] wire = _message.WrittenSpan.ToArray();
        byte[] payload = wire;
        bool isText = _opcode == 1;
        _opcode = 0;
        if (_isCompressed)
        {
            try
            {
                payload = Inflater!.Inflate(wire);
            }
            catch (InvalidDataException exception)
            {
                return new PeerEvent.Broken($"{_who}'s compressed message cannot be inflated: {exception.Message} (RFC 7692 §7.2.2)");
            }
        }

        return isText && !IsText(payload)
            ? new PeerEvent.Broken($"{_who} sends text that is not UTF-8 (RFC 6455 §5.6)")
            : new PeerEvent.Message(isText, payload, _isCompressed, wire);
    }

    private PeerEvent ReadClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return new PeerEvent.Close(0, []);
        }

        int code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 0;
        return payload.Length == 1 ? new PeerEvent.Broken($"{_who}'s Close has a payload of one byte (RFC 6455 §5.5.1)")
            : code is < 1000 or 1004 or 1005 or 1006 or (> 1014 and < 3000) or > 4999
                ? new PeerEvent.Broken($"{_who} closes with {code}, which no endpoint may send (RFC 6455 §7.4)")
            : !IsText(payload[2..]) ? new PeerEvent.Broken($"the reason of {_who}'s Close is not UTF-8 (RFC 6455 §5.5.1)")
            : new PeerEvent.Close(code, payload[2..].ToArray());
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
