using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Prefixed integers (RFC 7541 §5.1) of at most 62 bits: "QPACK implementations MUST be able to decode integers up to and including 62 bits
/// long" (RFC 9204 §4.1.1).
/// </summary>
internal static class QpackInteger
{
    /// <summary>The most bytes that are read: an integer of 62 bits takes 10, and more of them only pad it.</summary>
    public const int MaxLength = 10;

    /// <returns>Done, NeedMoreData where the source ends inside, or InvalidData above 2^62-1.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, int prefixBits, out long value, out int bytesConsumed)
    {
        value = 0;
        bytesConsumed = 0;
        if (source.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        int mask = (1 << prefixBits) - 1;
        value = source[0] & mask;
        if (value < mask)
        {
            bytesConsumed = 1;
            return OperationStatus.Done;
        }

        for (int i = 1, shift = 0; i <= MaxLength; i++, shift += 7)
        {
            if (i == source.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            // Nine groups of seven bits are 63 bits and cannot overflow; a tenth may only pad.
            long group = source[i] & 0x7f;
            if (shift == 63 && group != 0)
            {
                return OperationStatus.InvalidData;
            }

            value += shift == 63 ? 0 : group << shift;
            if (value is < 0 or > QuicVarInt.MaxValue)
            {
                return OperationStatus.InvalidData;
            }

            if (source[i] < 0x80)
            {
                bytesConsumed = i + 1;
                return OperationStatus.Done;
            }
        }

        return OperationStatus.InvalidData;
    }

    /// <summary>Encodes a value after the bits that <paramref name="first"/> has set above the prefix.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(long value, int prefixBits, byte first, Span<byte> destination)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            destination[0] = (byte)(first | (int)value);
            return 1;
        }

        destination[0] = (byte)(first | mask);
        value -= mask;
        int count = 1;
        for (; value >= 0x80; value >>= 7)
        {
            destination[count++] = (byte)(value | 0x80);
        }

        destination[count++] = (byte)value;
        return count;
    }
}
