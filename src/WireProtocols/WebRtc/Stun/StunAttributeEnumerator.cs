using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>Goes through the attributes of a message, in order.</summary>
public ref struct StunAttributeEnumerator
{
    private readonly ReadOnlySpan<byte> _message;
    private int _next = StunMessage.HeaderSize;
    private int _offset;
    private int _length;
    private StunAttributeType _type;
    private bool _isIgnored;
    private bool _isBehindSha1;
    private bool _isBehindSha256;

    /// <param name="message">A message whose attributes fit into each other.</param>
    internal StunAttributeEnumerator(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>The attribute.</summary>
    public readonly StunAttributeView Current
        => new(_type, _offset, _isIgnored, _message.Slice(_offset + StunAttributeView.HeaderSize, _length));

    /// <summary>Goes on to the next attribute; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_message.Length - _next < StunAttributeView.HeaderSize)
        {
            return false;
        }

        uint head = BinaryPrimitives.ReadUInt32BigEndian(_message[_next..]);
        _offset = _next;
        _type = (StunAttributeType)(head >> 16);
        _length = (int)(head & ushort.MaxValue);
        _next = _offset + StunAttributeView.HeaderSize + StunAttributeView.Pad(_length);
        _isIgnored = (_isBehindSha1 || _isBehindSha256) && _type != StunAttributeType.Fingerprint
            && !(_isBehindSha1 && _type == StunAttributeType.MessageIntegritySha256);
        _isBehindSha1 |= _type == StunAttributeType.MessageIntegrity && !_isIgnored;
        _isBehindSha256 |= _type == StunAttributeType.MessageIntegritySha256 && !_isBehindSha1;
        return true;
    }

    /// <summary>Where the attribute begins.</summary>
    internal readonly int Offset => _offset;

    /// <summary>Whether the attribute and its padding end within the message.</summary>
    internal readonly bool FitsIn => _next <= _message.Length;
}
