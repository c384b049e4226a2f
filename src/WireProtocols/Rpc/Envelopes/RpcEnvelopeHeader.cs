using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.Rpc;

/// <summary>
/// The five bytes before each message: "1 byte unsigned integer" of flags, "4 byte unsigned integer (big endian)" of length
/// (PROTOCOL-HTTP2 §Requests).
/// </summary>
/// <param name="Flags">The flags, those that mean nothing included.</param>
/// <param name="Length">The length of the message in bytes.</param>
public readonly record struct RpcEnvelopeHeader(RpcEnvelopeBits Flags, uint Length)
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 5;

    /// <summary>Reads a header.</summary>
    /// <param name="source">Begins with the header.</param>
    /// <param name="header">The header, whatever its flags and length.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.NeedMoreData"/> for less than five bytes.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out RpcEnvelopeHeader header)
    {
        if (source.Length < Size)
        {
            header = default;
            return OperationStatus.NeedMoreData;
        }

        header = new RpcEnvelopeHeader((RpcEnvelopeBits)source[0], BinaryPrimitives.ReadUInt32BigEndian(source[1..]));
        return OperationStatus.Done;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least five bytes.</param>
    /// <param name="bytesWritten">5, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        if (destination.Length < Size)
        {
            bytesWritten = 0;
            return OperationStatus.DestinationTooSmall;
        }

        destination[0] = (byte)Flags;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], Length);
        bytesWritten = Size;
        return OperationStatus.Done;
    }
}
