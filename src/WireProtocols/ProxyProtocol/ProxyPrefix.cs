using System.Buffers.Binary;

namespace WireProtocols.ProxyProtocol;

/// <summary>What the first bytes of a header say before it is whole: whether it is one, and how long it is.</summary>
internal static class ProxyPrefix
{
    private const int VersionIndex = 12;
    private const int FamilyIndex = 13;
    private const int LengthIndex = 14;
    private const int HighBits = 4;
    private const int LowMask = 0x0F;

    /// <summary>Looks at what there is of a header.</summary>
    /// <param name="bytes">Its first bytes; what follows the header may be among them.</param>
    /// <param name="options">Which headers are accepted.</param>
    /// <param name="length">How long it is; 0 where that is not known yet.</param>
    /// <param name="index">The offending byte, where a rule is broken.</param>
    /// <returns>The rule that is broken, by the first byte that breaks one.</returns>
    public static ProxyProtocolError Examine(ReadOnlySpan<byte> bytes, ProxyHeaderOptions options, out int length, out int index)
    {
        (length, index) = (0, 0);
        if (bytes.IsEmpty)
        {
            return ProxyProtocolError.None;
        }

        // "Both formats were designed to ensure that the header cannot be confused" (§2): the first byte tells them apart.
        bool isLine = bytes[0] == 'P' && options.AcceptVersion1;
        bool isBinary = bytes[0] == '\r' && options.AcceptVersion2;
        ReadOnlySpan<byte> signature = isLine ? "PROXY "u8 : isBinary ? ProxyHeader.Signature : default;
        index = bytes.CommonPrefixLength(signature);
        if (index < signature.Length || signature.IsEmpty)
        {
            return index < bytes.Length ? ProxyProtocolError.SignatureMissing : ProxyProtocolError.None;
        }

        return isLine ? ExamineLine(bytes, out length, out index) : ExamineBinary(bytes, options, out length, out index);
    }

    private static ProxyProtocolError ExamineLine(ReadOnlySpan<byte> bytes, out int length, out int index)
    {
        // "If the CRLF sequence is not found in the first 107 characters, the receiver should declare the line invalid" (§2.1).
        const int LastCarriageReturn = ProxyHeader.MaxLineLength - 2;
        length = 0;
        index = bytes[..Math.Min(bytes.Length, LastCarriageReturn + 1)].IndexOfAny((byte)'\r', (byte)'\n');
        if (index < 0)
        {
            index = LastCarriageReturn;
            return bytes.Length > index ? ProxyProtocolError.LineTooLong : ProxyProtocolError.None;
        }

        // "The receiver must not tolerate a single CR or LF character to end the line" (§2.1).
        index += bytes[index] == '\r' ? 1 : 0;
        if (index == bytes.Length)
        {
            return ProxyProtocolError.None;
        }

        length = index + 1;
        return bytes[index] == '\n' && bytes[index - 1] == '\r' ? ProxyProtocolError.None : ProxyProtocolError.LineEndMalformed;
    }

    private static ProxyProtocolError ExamineBinary(
        ReadOnlySpan<byte> bytes, ProxyHeaderOptions options, out int length, out int index)
    {
        length = 0;
        index = VersionIndex;
        if (bytes.Length <= VersionIndex)
        {
            return ProxyProtocolError.None;
        }

        // "As of this specification, it must always be sent as \x2 and the receiver must only accept this value" (§2.2).
        if (bytes[VersionIndex] >> HighBits != 2)
        {
            return ProxyProtocolError.VersionUnsupported;
        }

        // "Receivers must drop connections presenting unexpected values here."
        int command = bytes[VersionIndex] & LowMask;
        if (command > (int)ProxyCommand.Proxy)
        {
            return ProxyProtocolError.CommandUnknown;
        }

        index = FamilyIndex;
        if (bytes.Length <= FamilyIndex)
        {
            return ProxyProtocolError.None;
        }

        // Of LOCAL "discard the protocol block including the family which is ignored".
        ProxyAddressFamily family = command == (int)ProxyCommand.Local ? default : FamilyOf(bytes);
        ProxyTransport transport = command == (int)ProxyCommand.Local ? default : TransportOf(bytes);
        if (family > ProxyAddressFamily.Unix || transport > ProxyTransport.Datagram)
        {
            return family > ProxyAddressFamily.Unix ? ProxyProtocolError.FamilyUnknown : ProxyProtocolError.TransportUnknown;
        }

        index = LengthIndex;
        if (bytes.Length < ProxyHeader.FixedLength)
        {
            return ProxyProtocolError.None;
        }

        // "The length of the protocol header in bytes is always exactly 16 + this value."
        length = ProxyHeader.FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthIndex..]);
        bool hasAddresses = transport != ProxyTransport.Unspecified;
        return length > options.MaxLength ? ProxyProtocolError.HeaderTooLong
            : hasAddresses && length - ProxyHeader.FixedLength < ProxyAddresses.BlockLengthOf(family) ? ProxyProtocolError.AddressTruncated
            : ProxyProtocolError.None;
    }

    public static ProxyCommand CommandOf(ReadOnlySpan<byte> header) => (ProxyCommand)(header[VersionIndex] & LowMask);

    public static ProxyAddressFamily FamilyOf(ReadOnlySpan<byte> header) => (ProxyAddressFamily)(header[FamilyIndex] >> HighBits);

    public static ProxyTransport TransportOf(ReadOnlySpan<byte> header) => (ProxyTransport)(header[FamilyIndex] & LowMask);
}
