using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>
/// A message of STUN (RFC 8489 §5), a slice of the bytes that it was decoded from. Its attributes have been looked at: they are well formed.
/// </summary>
public readonly ref struct StunMessage
{
    /// <summary>The size of the header in bytes.</summary>
    public const int HeaderSize = 20;

    /// <summary>The magic cookie.</summary>
    public const uint MagicCookie = 0x2112A442;

    /// <summary>The size of a transaction id in bytes.</summary>
    public const int TransactionIdSize = 12;

    internal const int CookieOffset = 4;
    internal const int TransactionOffset = 8;

    private StunMessage(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The class.</summary>
    public StunClass Class => (StunClass)(((Type >> 7) & 2) | ((Type >> 4) & 1));

    /// <summary>The method, 0 to 0xFFF.</summary>
    public int Method => (Type & 0xF) | ((Type & 0xE0) >> 1) | ((Type & 0x3E00) >> 2);

    /// <summary>The 12 bytes that name the transaction.</summary>
    public ReadOnlySpan<byte> TransactionId => Bytes.Slice(TransactionOffset, TransactionIdSize);

    /// <summary>The attributes in order, those that are to be ignored included.</summary>
    public StunAttributeEnumerator Attributes => new(Bytes);

    private int Type => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    /// <summary>Decodes the message that a stream or a packet begins with.</summary>
    /// <param name="source">Begins with the message.</param>
    /// <param name="message">The message; its length says how much of <paramref name="source"/> it is.</param>
    /// <param name="error">What rule was broken; <see cref="StunProtocolError.UnexpectedEnd"/> where more bytes are needed.</param>
    /// <param name="errorOffset">The offending byte.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> for a beginning that is right so far, or
    /// <see cref="OperationStatus.InvalidData"/>.
    /// </returns>
    public static OperationStatus Decode(
        ReadOnlySpan<byte> source, out StunMessage message, out StunProtocolError error, out int errorOffset)
    {
        message = default;
        if (!StunHeader.IsRight(source, out int length, out error, out errorOffset))
        {
            return error == StunProtocolError.UnexpectedEnd ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        ReadOnlySpan<byte> bytes = source[..length];
        StunAttributeEnumerator attributes = new(bytes);
        bool isEnded = false;
        while (attributes.MoveNext())
        {
            error = isEnded ? StunProtocolError.FingerprintNotLast : StunProtocolError.AttributeTruncated;
            if (isEnded || !attributes.FitsIn)
            {
                errorOffset = attributes.Offset;
                return OperationStatus.InvalidData;
            }

            StunAttributeView attribute = attributes.Current;
            isEnded = attribute.Type == StunAttributeType.Fingerprint;
            if (!attribute.IsIgnored && !StunAttributeRules.IsRight(attribute.Type, attribute.Value, out error, out int index))
            {
                errorOffset = attribute.Offset + StunAttributeView.HeaderSize + index;
                return OperationStatus.InvalidData;
            }
        }

        error = StunProtocolError.None;
        message = new StunMessage(bytes);
        return OperationStatus.Done;
    }

    /// <summary>Decodes a datagram, which is one message.</summary>
    /// <param name="datagram">The whole datagram.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">What rule was broken.</param>
    /// <param name="errorOffset">The offending byte.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus DecodeDatagram(
        ReadOnlySpan<byte> datagram, out StunMessage message, out StunProtocolError error, out int errorOffset)
    {
        OperationStatus status = Decode(datagram, out message, out error, out errorOffset);
        if (status == OperationStatus.Done && message.Bytes.Length < datagram.Length)
        {
            error = StunProtocolError.TrailingBytes;
            errorOffset = message.Bytes.Length;
            message = default;
        }

        return error == StunProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Finds the first attribute of a type: "only the first occurrence needs to be processed" (RFC 8489 §14).</summary>
    /// <returns>False where there is none, or where it is to be ignored.</returns>
    public bool TryGet(StunAttributeType type, out StunAttributeView attribute)
    {
        foreach (StunAttributeView candidate in this)
        {
            if (candidate.Type == type && !candidate.IsIgnored)
            {
                attribute = candidate;
                return true;
            }
        }

        attribute = default;
        return false;
    }

    /// <summary>Reads the address of an attribute; XOR-MAPPED-ADDRESS is put right.</summary>
    /// <returns>False where there is no such attribute, or its address family is neither IPv4 nor IPv6.</returns>
    public bool TryGetAddress(StunAttributeType type, out StunAddress address)
    {
        address = default;
        return TryGet(type, out StunAttributeView attribute)
            && StunAddress.TryDecode(attribute.Value, type == StunAttributeType.XorMappedAddress ? TransactionId : default, out address);
    }

    /// <summary>
    /// Lists the comprehension-required attributes that are not understood: what the error 420 has to hold (RFC 8489 §6.3.1). What stands behind the
    /// message integrity is not among them.
    /// </summary>
    /// <param name="understood">The types that the usage understands besides those of RFC 8489.</param>
    /// <param name="destination">Where the types go, each once, as many as fit.</param>
    /// <returns>How many there are in <paramref name="destination"/>.</returns>
    public int GetUnknownAttributes(ReadOnlySpan<StunAttributeType> understood, Span<StunAttributeType> destination)
    {
        int count = 0;
        foreach (StunAttributeView attribute in this)
        {
            if (count < destination.Length && attribute.Type.IsRequired() && !attribute.IsIgnored && !attribute.Type.IsKnown()
                && !understood.Contains(attribute.Type) && !destination[..count].Contains(attribute.Type))
            {
                destination[count++] = attribute.Type;
            }
        }

        return count;
    }

    /// <summary>The attributes in order.</summary>
    public StunAttributeEnumerator GetEnumerator() => Attributes;
}
