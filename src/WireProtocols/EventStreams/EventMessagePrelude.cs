using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>
/// What every message begins with (amazon-eventstream §Message Format): "a four-byte unsigned integer representing the total length of the message
/// and a four-byte unsigned integer representing the total length of the message's headers", and the CRC-32 of both.
/// </summary>
/// <param name="TotalLength">The length of the message in bytes, the prelude and both checksums included.</param>
/// <param name="HeadersLength">The length of its headers in bytes.</param>
public readonly record struct EventMessagePrelude(uint TotalLength, uint HeadersLength)
{
    /// <summary>The size in bytes, its checksum included.</summary>
    public const int Size = LengthsSize + ChecksumSize;

    /// <summary>The size of each of the two checksums in bytes.</summary>
    public const int ChecksumSize = 4;

    private const int LengthsSize = 8;

    /// <summary>The length of the payload in bytes. It is below 0 where the lengths do not fit together.</summary>
    public long PayloadLength => (long)TotalLength - Size - HeadersLength - ChecksumSize;

    /// <summary>The CRC-32 of the two lengths.</summary>
    internal uint Checksum
    {
        get
        {
            Span<byte> lengths = stackalloc byte[LengthsSize];
            BinaryPrimitives.WriteUInt32BigEndian(lengths, TotalLength);
            BinaryPrimitives.WriteUInt32BigEndian(lengths[sizeof(uint)..], HeadersLength);
            return Crc32.Compute(lengths);
        }
    }

    /// <summary>Reads a prelude.</summary>
    /// <param name="source">Begins with the prelude.</param>
    /// <param name="prelude">The prelude, whatever its lengths.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> for less than twelve bytes, or
    /// <see cref="OperationStatus.InvalidData"/> where the checksum is another.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out EventMessagePrelude prelude)
    {
        prelude = default;
        if (source.Length < Size)
        {
            return OperationStatus.NeedMoreData;
        }

        if (Crc32.Compute(source[..LengthsSize]) != BinaryPrimitives.ReadUInt32BigEndian(source[LengthsSize..]))
        {
            return OperationStatus.InvalidData;
        }

        prelude = new EventMessagePrelude(BinaryPrimitives.ReadUInt32BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source[sizeof(uint)..]));
        return OperationStatus.Done;
    }

    /// <summary>Writes the prelude with its checksum.</summary>
    /// <param name="destination">At least twelve bytes.</param>
    /// <param name="bytesWritten">12, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < Size)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        BinaryPrimitives.WriteUInt32BigEndian(destination, TotalLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination[sizeof(uint)..], HeadersLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination[LengthsSize..], Crc32.Compute(destination[..LengthsSize]));
        bytesWritten = Size;
        return OperationStatus.Done;
    }

    /// <summary>Holds the lengths against each other and against the limits.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="index">Where in the prelude the offending length begins.</param>
    internal EventMessageProtocolError Judge(EventMessageOptions options, out int index)
    {
        bool isHeaders = TotalLength >= Size + ChecksumSize && (PayloadLength < 0 || HeadersLength > (uint)options.MaxHeadersLength);
        index = isHeaders ? sizeof(uint) : 0;
        return PayloadLength < 0 ? EventMessageProtocolError.LengthsInconsistent
            : HeadersLength > (uint)options.MaxHeadersLength ? EventMessageProtocolError.HeadersTooLarge
            : PayloadLength > options.MaxPayloadLength ? EventMessageProtocolError.PayloadTooLarge
            : EventMessageProtocolError.None;
    }
}
