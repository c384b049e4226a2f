using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace WireProtocols.Buffers;

/// <summary>
/// The variable-length integer of QUIC (RFC 9000 §16): the two most significant bits of the first byte give the length of 1, 2, 4 or 8
/// bytes, the remaining bits the value in network byte order. Values need not be encoded on the minimum number of bytes.
/// </summary>
public static class QuicVarInt
{
    /// <summary>The largest value, 2^62 - 1.</summary>
    public const long MaxValue = (1L << 62) - 1;

    /// <summary>The largest encoding in bytes.</summary>
    public const int MaxLength = 8;

    /// <summary>The length in bytes, 1, 2, 4 or 8, that the first byte of an encoding announces.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GetLength(byte firstByte) => 1 << (firstByte >> 6);

    /// <summary>The minimum number of bytes, 1, 2, 4 or 8, that <paramref name="value"/> takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above <see cref="MaxValue"/>.</exception>
    public static int GetLength(long value)
    {
        ThrowIfOutOfRange(value);
        return GetMinimalLength(value);
    }

    /// <summary>Decodes one integer from the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes, of any length.</param>
    /// <param name="value">The value, 0 to <see cref="MaxValue"/>.</param>
    /// <param name="bytesConsumed">1, 2, 4 or 8; 0 when more data is needed.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.NeedMoreData"/>; no sequence of bytes is invalid.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out long value, out int bytesConsumed)
    {
        if (source.Length >= MaxLength)
        {
            // One load of eight bytes serves every length: drop the two length bits, then the bytes that belong to what follows.
            ulong raw = BinaryPrimitives.ReadUInt64BigEndian(source);
            int length = 1 << (int)(raw >> 62);
            value = (long)((raw << 2) >> (66 - (8 * length)));
            bytesConsumed = length;
            return OperationStatus.Done;
        }

        return DecodeNearEnd(source, out value, out bytesConsumed);
    }

    /// <summary>Encodes <paramref name="value"/> on the minimum number of bytes.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above <see cref="MaxValue"/>.</exception>
    public static OperationStatus Encode(long value, Span<byte> destination, out int bytesWritten)
    {
        ThrowIfOutOfRange(value);
        return EncodeUnchecked(value, GetMinimalLength(value), destination, out bytesWritten);
    }

    /// <summary>Encodes <paramref name="value"/> on exactly <paramref name="length"/> bytes.</summary>
    /// <param name="value">0 to <see cref="MaxValue"/>.</param>
    /// <param name="length">1, 2, 4 or 8, and enough for the value.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten"><paramref name="length"/>, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value or the length is out of range.</exception>
    public static OperationStatus Encode(long value, int length, Span<byte> destination, out int bytesWritten)
    {
        ThrowIfOutOfRange(value);
        if (length is not (1 or 2 or 4 or 8) || length < GetMinimalLength(value))
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "The length has to be 1, 2, 4 or 8 bytes, and enough for the value.");
        }

        return EncodeUnchecked(value, length, destination, out bytesWritten);
    }

    private static OperationStatus DecodeNearEnd(ReadOnlySpan<byte> source, out long value, out int bytesConsumed)
    {
        if (source.IsEmpty || source.Length < GetLength(source[0]))
        {
            value = 0;
            bytesConsumed = 0;
            return OperationStatus.NeedMoreData;
        }

        bytesConsumed = GetLength(source[0]);
        value = bytesConsumed switch
        {
            1 => source[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(source) & 0x3FFF,
            _ => BinaryPrimitives.ReadUInt32BigEndian(source) & 0x3FFF_FFFF,
        };
        return OperationStatus.Done;
    }

    private static OperationStatus EncodeUnchecked(long value, int length, Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < length)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        switch (length)
        {
            case 1:
                destination[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(0x4000 | value));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)(0x8000_0000 | value));
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(destination, 0xC000_0000_0000_0000 | (ulong)value);
                break;
        }

        bytesWritten = length;
        return OperationStatus.Done;
    }

    private static int GetMinimalLength(long value) => value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8;

    private static void ThrowIfOutOfRange(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
    }
}
