using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>Goes through the chunks of a packet, in order, up to the one that ends the processing because its type is not known.</summary>
public ref struct SctpChunkEnumerator
{
    private readonly ReadOnlySpan<byte> _packet;
    private int _next = SctpPacket.HeaderSize;
    private int _at;
    private int _length;

    internal SctpChunkEnumerator(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>The chunk.</summary>
    public readonly SctpChunk Current => new(_packet.Slice(_at, _length), _at);

    /// <summary>Where the chunk begins, whole or not.</summary>
    internal readonly int Offset => _at;

    /// <summary>Whether the chunk and its padding are there.</summary>
    internal readonly bool FitsIn => _length >= SctpChunk.HeaderSize && SctpParameter.Pad(_length) <= _packet.Length - _at;

    /// <summary>Goes on to the next chunk; false behind the last.</summary>
    public bool MoveNext()
    {
        _at = _next;
        if (_at >= _packet.Length)
        {
            return false;
        }

        bool hasHeader = _packet.Length - _at >= SctpChunk.HeaderSize;
        _length = hasHeader ? BinaryPrimitives.ReadUInt16BigEndian(_packet[(_at + sizeof(ushort))..]) : 0;
        SctpChunkType type = (SctpChunkType)_packet[_at];
        _next = FitsIn && (type.IsKnown() || type.SkipsWhenUnknown()) ? _at + SctpParameter.Pad(_length) : _packet.Length;
        return true;
    }
}
