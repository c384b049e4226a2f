namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>Walks over the bytes of one direction of a WebSocket, the head of the opening handshake first, and sees where frames end.</summary>
internal sealed class FrameWalk
{
    private readonly byte[] _header = new byte[14];
    private readonly List<byte> _payload = [];
    private readonly List<RawFrame> _frames = [];
    private int _matched;
    private int _have;
    private ulong _rest;

    /// <summary>The head has ended.</summary>
    public bool IsBehindHead { get; private set; }

    /// <summary>The frames that are whole.</summary>
    public IReadOnlyList<RawFrame> Frames => _frames;

    /// <summary>Takes bytes up to the end of the head, or of a frame, or all.</summary>
    /// <param name="bytes">What comes next.</param>
    /// <param name="isEnd">Whether the head or a frame ends there.</param>
    /// <returns>How many were taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes, out bool isEnd)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!IsBehindHead)
            {
                _matched = bytes[i] == "\r\n\r\n"u8[_matched] ? _matched + 1 : bytes[i] == '\r' ? 1 : 0;
                IsBehindHead = _matched == 4;
                isEnd = IsBehindHead;
            }
            else
            {
                isEnd = TakeOfFrame(bytes[i]);
            }

            if (isEnd)
            {
                return i + 1;
            }
        }

        isEnd = false;
        return bytes.Length;
    }

    private bool TakeOfFrame(byte value)
    {
        if (_have < Needed)
        {
            _header[_have++] = value;
            if (_have < Needed)
            {
                return false;
            }

            _rest = LengthOf(_header);
        }
        else
        {
            _payload.Add(value);
            _rest--;
        }

        if (_rest > 0)
        {
            return false;
        }

        Add();
        return true;
    }

    private int Needed => _have < 2 ? 2 : 2 + ((_header[1] & 127) switch { 126 => 2, 127 => 8, _ => 0 }) + (_header[1] >= 128 ? 4 : 0);

    private static ulong LengthOf(ReadOnlySpan<byte> header)
    {
        int bytes = (header[1] & 127) switch { 126 => 2, 127 => 8, _ => 0 };
        ulong length = bytes == 0 ? (ulong)(header[1] & 127) : 0;
        foreach (byte digit in header.Slice(2, bytes))
        {
            length = (length << 8) | digit;
        }

        return length;
    }

    private void Add()
    {
        byte[] payload = [.. _payload];
        for (int i = 0; _header[1] >= 128 && i < payload.Length; i++)
        {
            payload[i] ^= _header[Needed - 4 + (i & 3)];
        }

        _frames.Add(new RawFrame(_header[0] & 15, payload, _header[0] >= 128, (_header[0] >> 4) & 7));
        _payload.Clear();
        _have = 0;
    }
}
