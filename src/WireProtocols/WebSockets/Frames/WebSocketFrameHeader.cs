using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// The header of a frame, 2 to 14 bytes (RFC 6455 §5.2). This layer knows the encoding only; whether a role may send the frame, and when,
/// is decided by <see cref="WebSocketFrameDecoder"/>.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
/// |I|S|S|S|  (4)  |A|     (7)     |        0, 2 or 8 bytes        |
/// |N|V|V|V|       |S|             |                               |
/// | |1|2|3|       |K|             | then the masking key, if MASK |
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// </code>
/// </remarks>
public readonly struct WebSocketFrameHeader : IEquatable<WebSocketFrameHeader>
{
    /// <summary>The longest header in bytes: 2, an 8-byte length, a 4-byte key.</summary>
    public const int MaxLength = 14;

    /// <summary>The most payload that a control frame may carry, in bytes (§5.5).</summary>
    public const int MaxControlPayloadLength = 125;

    private const int MinLength = 2;

    internal const int FinBit = 0x80;
    internal const int MaskBit = 0x80;
    internal const int ControlBit = 0x08;
    internal const int LengthIs16Bit = 126;
    internal const int LengthIs64Bit = 127;

    // From the lowest: the first byte, the second, the length of the header less 2, a byte that is 0, and the four bytes of the key as they
    // lie in memory. One store instead of four on the way of every frame, and the default is the header of two zero bytes.
    private readonly ulong _packed;

    /// <summary>Describes a frame with the length on the minimal number of bytes.</summary>
    /// <param name="opcode">What the payload is; four bits.</param>
    /// <param name="payloadLength">Bytes of payload, 0 to 2^63 - 1.</param>
    /// <param name="fin">Whether this is the last fragment of its message.</param>
    /// <param name="reservedBits">RSV1-3.</param>
    /// <param name="maskingKey">The key as it reads on the wire, or null for a frame without a mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opcode or the bits do not fit in the header, or the length is negative.</exception>
    public WebSocketFrameHeader(
        WebSocketOpcode opcode,
        long payloadLength,
        bool fin = true,
        WebSocketReservedBits reservedBits = WebSocketReservedBits.None,
        uint? maskingKey = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)opcode, 0xF, nameof(opcode));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)reservedBits, 0x7, nameof(reservedBits));
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        int length7 = payloadLength < LengthIs16Bit ? (int)payloadLength : payloadLength <= ushort.MaxValue ? LengthIs16Bit : LengthIs64Bit;
        int first = (fin ? FinBit : 0) | ((byte)reservedBits << 4) | (byte)opcode;
        int second = (maskingKey is null ? 0 : MaskBit) | length7;
        _packed = Pack(first, second, GetLength((byte)second), maskingKey.GetValueOrDefault());
        PayloadLength = payloadLength;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private WebSocketFrameHeader(ulong packed, long payloadLength)
    {
        _packed = packed;
        PayloadLength = payloadLength;
    }

    /// <summary>Bytes of payload, 0 to 2^63 - 1.</summary>
    public long PayloadLength { get; }

    /// <summary>The masking key as it reads on the wire, first byte highest; 0 where <see cref="IsMasked"/> is false.</summary>
    public uint MaskingKey => InMemoryOrder(KeyBytes);

    /// <summary>The masking key as its bytes lie in memory.</summary>
    internal uint KeyBytes => (uint)(_packed >> 32);

    /// <summary>FIN, RSV1-3 and the opcode as they stand on the wire.</summary>
    internal byte FirstByte => (byte)_packed;

    private byte SecondByte => (byte)(_packed >> 8);

    /// <summary>FIN: "this is the final fragment in a message. The first fragment MAY also be the final fragment".</summary>
    public bool Fin => (FirstByte & FinBit) != 0;

    /// <summary>RSV1-3.</summary>
    public WebSocketReservedBits ReservedBits => (WebSocketReservedBits)((FirstByte >> 4) & 0x7);

    /// <summary>What the payload is.</summary>
    public WebSocketOpcode Opcode => (WebSocketOpcode)(FirstByte & 0xF);

    /// <summary>MASK: whether the payload is masked with <see cref="MaskingKey"/>.</summary>
    public bool IsMasked => (SecondByte & MaskBit) != 0;

    /// <summary>Bytes of this header on the wire, 2 to 14.</summary>
    public int HeaderLength => MinLength + (byte)(_packed >> 16);

    /// <summary>Decodes a header from the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes, of any length.</param>
    /// <param name="header">The header.</param>
    /// <param name="bytesConsumed">The length of the header; with
    /// <see cref="OperationStatus.InvalidData"/> the index of the offending byte; else 0.</param>
    /// <param name="error"><see cref="WebSocketProtocolError.NonMinimalLength"/> or <see cref="WebSocketProtocolError.LengthTopBitSet"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or <see cref="OperationStatus.InvalidData"/>,
    /// the last as soon as the offending byte is there.</returns>
    public static OperationStatus Decode(
        ReadOnlySpan<byte> source, out WebSocketFrameHeader header, out int bytesConsumed, out WebSocketProtocolError error)
    {
        header = default;
        bytesConsumed = 0;
        error = FindLengthError(source, out int errorIndex);
        if (error != WebSocketProtocolError.None)
        {
            bytesConsumed = errorIndex;
            return OperationStatus.InvalidData;
        }

        if (source.Length < 2 || source.Length < GetLength(source[1]))
        {
            return OperationStatus.NeedMoreData;
        }

        header = Read(source);
        bytesConsumed = header.HeaderLength;
        return OperationStatus.Done;
    }

    /// <summary>Encodes this header.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten"><see cref="HeaderLength"/>, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public OperationStatus Encode(Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        if (destination.Length < HeaderLength)
        {
            return OperationStatus.DestinationTooSmall;
        }

        destination[0] = FirstByte;
        destination[1] = SecondByte;
        int at = 2;
        switch (SecondByte & ~MaskBit)
        {
            case LengthIs16Bit:
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)PayloadLength);
                at = 4;
                break;
            case LengthIs64Bit:
                BinaryPrimitives.WriteInt64BigEndian(destination[2..], PayloadLength);
                at = 10;
                break;
        }

        if (IsMasked)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[at..], MaskingKey);
        }

        bytesWritten = HeaderLength;
        return OperationStatus.Done;
    }

    /// <inheritdoc/>
    public bool Equals(WebSocketFrameHeader other)
        => _packed == other._packed && PayloadLength == other.PayloadLength;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WebSocketFrameHeader other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_packed, PayloadLength);

    /// <summary>Compares two headers field by field.</summary>
    public static bool operator ==(WebSocketFrameHeader left, WebSocketFrameHeader right) => left.Equals(right);

    /// <summary>Compares two headers field by field.</summary>
    public static bool operator !=(WebSocketFrameHeader left, WebSocketFrameHeader right) => !left.Equals(right);

    /// <summary>The same header with another key; it is one of a masked frame whose key is 0.</summary>
    internal WebSocketFrameHeader WithKey(uint maskingKey) => new(_packed | ((ulong)InMemoryOrder(maskingKey) << 32), PayloadLength);

    /// <summary>The length in bytes, 2 to 14, that the second byte of a header announces.</summary>
    internal static int GetLength(byte second)
    {
        int length7 = second & ~MaskBit;
        int length = length7 < LengthIs16Bit ? 2 : length7 == LengthIs16Bit ? 4 : 10;
        return (second & MaskBit) != 0 ? length + 4 : length;
    }

    private static uint InMemoryOrder(uint maskingKey) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(maskingKey) : maskingKey;

    private static ulong Pack(int first, int second, int length, uint maskingKey)
        => (uint)(first | (second << 8) | ((length - MinLength) << 16)) | ((ulong)InMemoryOrder(maskingKey) << 32);

    /// <summary>Reads a header that is there as a whole, whatever it says.</summary>
    internal static WebSocketFrameHeader Read(ReadOnlySpan<byte> source)
    {
        byte second = source[1];
        int length = GetLength(second);
        long payloadLength = (second & ~MaskBit) switch
        {
            LengthIs16Bit => BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            LengthIs64Bit => BinaryPrimitives.ReadInt64BigEndian(source[2..]),
            int length7 => length7,
        };
        uint maskingKey = (second & MaskBit) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(source[(length - 4)..]) : 0;
        return new WebSocketFrameHeader(Pack(source[0], second, length, maskingKey), payloadLength);
    }

    /// <summary>Takes the fields as a decoder found them.</summary>
    /// <param name="firstTwo">The first byte of the header, lowest, and the second.</param>
    /// <param name="headerLength">Bytes of the header.</param>
    /// <param name="payloadLength">Bytes of payload.</param>
    /// <param name="keyBytes">The key as its bytes lie in memory on a little-endian machine.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static WebSocketFrameHeader FromWire(ushort firstTwo, int headerLength, int payloadLength, uint keyBytes)
    {
        uint key = BitConverter.IsLittleEndian ? keyBytes : BinaryPrimitives.ReverseEndianness(keyBytes);
        return new(firstTwo | ((uint)(headerLength - MinLength) << 16) | ((ulong)key << 32), payloadLength);
    }

    /// <summary>Judges as much of the length field as is there: "the minimal number of bytes MUST be used to encode the length" (§5.2).</summary>
    internal static WebSocketProtocolError FindLengthError(ReadOnlySpan<byte> source, out int index)
    {
        index = 0;
        if (source.Length < 3)
        {
            return WebSocketProtocolError.None;
        }

        switch (source[1] & ~MaskBit)
        {
            case LengthIs16Bit when source.Length >= 4 && BinaryPrimitives.ReadUInt16BigEndian(source[2..]) < LengthIs16Bit:
                index = 3;
                return WebSocketProtocolError.NonMinimalLength;

            // "the most significant bit MUST be 0"
            case LengthIs64Bit when (source[2] & 0x80) != 0:
                index = 2;
                return WebSocketProtocolError.LengthTopBitSet;

            case LengthIs64Bit when source.Length >= 8 && source[2..8].IndexOfAnyExcept((byte)0) < 0:
                index = 7;
                return WebSocketProtocolError.NonMinimalLength;

            default:
                return WebSocketProtocolError.None;
        }
    }
}
