using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>FORWARD-TSN, a slice of the bytes that the packet was decoded from (RFC 3758 §3.2).</summary>
public readonly ref struct SctpForwardTsn
{
    internal const int EntrySize = 4;

    private readonly ReadOnlySpan<byte> _value;

    internal SctpForwardTsn(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>The TSN up to which nothing is waited for any more.</summary>
    public uint NewCumulativeTsn => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>How many streams are named.</summary>
    public int StreamCount => (_value.Length / EntrySize) - 1;

    /// <summary>An ordered stream, and the last sequence number in it that is skipped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    public SctpSkip GetStream(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, StreamCount);
        ReadOnlySpan<byte> entry = _value[((index + 1) * EntrySize)..];
        return new SctpSkip(BinaryPrimitives.ReadUInt16BigEndian(entry), BinaryPrimitives.ReadUInt16BigEndian(entry[sizeof(ushort)..]));
    }
}

/// <summary>What FORWARD-TSN says of a stream.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="SequenceNumber">The last sequence number that is skipped.</param>
public readonly record struct SctpSkip(ushort StreamId, ushort SequenceNumber);
