using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>SACK, a slice of the bytes that the packet was decoded from (RFC 9260 §3.3.4).</summary>
public readonly ref struct SctpSack
{
    internal const int FieldsSize = 12;
    internal const int EntrySize = 4;

    private readonly ReadOnlySpan<byte> _value;

    internal SctpSack(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>The last TSN before the first gap.</summary>
    public uint CumulativeTsn => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>How many bytes the sender has room for.</summary>
    public uint Window => BinaryPrimitives.ReadUInt32BigEndian(_value[4..]);

    /// <summary>How many gap blocks there are.</summary>
    public int GapCount => BinaryPrimitives.ReadUInt16BigEndian(_value[8..]);

    /// <summary>How many duplicates there are.</summary>
    public int DuplicateCount => BinaryPrimitives.ReadUInt16BigEndian(_value[10..]);

    /// <summary>One of the gap blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public SctpGap GetGap(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, GapCount);
        ReadOnlySpan<byte> entry = _value[(FieldsSize + (index * EntrySize))..];
        return new SctpGap(BinaryPrimitives.ReadUInt16BigEndian(entry), BinaryPrimitives.ReadUInt16BigEndian(entry[sizeof(ushort)..]));
    }

    /// <summary>One of the TSNs that arrived twice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such TSN.</exception>
    public uint GetDuplicate(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, DuplicateCount);
        return BinaryPrimitives.ReadUInt32BigEndian(_value[(FieldsSize + ((GapCount + index) * EntrySize))..]);
    }
}
