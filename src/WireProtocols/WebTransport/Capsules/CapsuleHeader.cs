using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// The start of a capsule (RFC 9297 §3.2): its type and the length of its value, each a variable-length integer that "does not need to be
/// encoded on the minimum number of bytes necessary".
/// </summary>
/// <param name="Type">The type, 0 to 2^62-1; see <see cref="CapsuleType"/>.</param>
/// <param name="Length">The length of the value in bytes, 0 to 2^62-1.</param>
public readonly record struct CapsuleHeader(long Type, long Length)
{
    /// <summary>The largest header in bytes.</summary>
    public const int MaxSize = 2 * QuicVarInt.MaxLength;

    /// <summary>The number of bytes, 2 to 16, that the header takes at least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type or the length is negative or above 2^62-1.</exception>
    public int GetSize() => QuicVarInt.GetLength(Type) + QuicVarInt.GetLength(Length);

    /// <summary>Decodes a header from the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes, of any length.</param>
    /// <param name="header">The header.</param>
    /// <param name="bytesConsumed">2 to 16; 0 when more data is needed.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.NeedMoreData"/>; no sequence of bytes is invalid.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out CapsuleHeader header, out int bytesConsumed)
    {
        if (QuicVarInt.Decode(source, out long type, out int typeLength) == OperationStatus.Done
            && QuicVarInt.Decode(source[typeLength..], out long length, out int lengthLength) == OperationStatus.Done)
        {
            header = new CapsuleHeader(type, length);
            bytesConsumed = typeLength + lengthLength;
            return OperationStatus.Done;
        }

        header = default;
        bytesConsumed = 0;
        return OperationStatus.NeedMoreData;
    }

    /// <summary>Encodes the header on the minimum number of bytes.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type or the length is negative or above 2^62-1.</exception>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < GetSize())
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        QuicVarInt.Encode(Type, destination, out int typeLength);
        QuicVarInt.Encode(Length, destination[typeLength..], out int lengthLength);
        bytesWritten = typeLength + lengthLength;
        return OperationStatus.Done;
    }
}
