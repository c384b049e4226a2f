using System.Buffers.Binary;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.ProxyProtocol;

/// <summary>Reads a whole header of version 2 (proxy-protocol §2.2), which <see cref="ProxyPrefix"/> has looked at.</summary>
internal static class ProxyBinaryParser
{
    private const int MaxUniqueId = 128;

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The header.</param>
    /// <param name="offset">Where it stands.</param>
    /// <param name="header">The header, where no rule is broken.</param>
    /// <param name="index">The beginning of the TLV, or of its value, that breaks a rule.</param>
    public static ProxyProtocolError Parse(ReadOnlySpan<byte> bytes, long offset, out ProxyHeader header, out int index)
    {
        index = 0;
        ReadOnlySpan<byte> block = bytes[ProxyHeader.FixedLength..];
        ProxyCommand command = ProxyPrefix.CommandOf(bytes);
        ProxyAddressFamily family = command == ProxyCommand.Local ? default : ProxyPrefix.FamilyOf(bytes);
        ProxyTransport transport = command == ProxyCommand.Local ? default : ProxyPrefix.TransportOf(bytes);
        if (family == ProxyAddressFamily.Unspecified || transport == ProxyTransport.Unspecified)
        {
            // "The receiver should ignore address information", and how long that is nothing says.
            header = new ProxyHeader
            {
                Offset = offset,
                Bytes = bytes,
                Version = 2,
                Command = command,
                Family = family,
                Transport = transport,
                Ignored = block,
            };
            return ProxyProtocolError.None;
        }

        int length = ProxyAddresses.LengthOf(family);
        int addresses = ProxyAddresses.BlockLengthOf(family);
        bool hasPorts = family != ProxyAddressFamily.Unix;
        header = new ProxyHeader
        {
            Offset = offset,
            Bytes = bytes,
            Version = 2,
            Command = command,
            Family = family,
            Transport = transport,
            SourceAddress = block[..length],
            DestinationAddress = block.Slice(length, length),
            SourcePort = hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(block[(2 * length)..]) : 0,
            DestinationPort = hasPorts ? BinaryPrimitives.ReadUInt16BigEndian(block[((2 * length) + ProxyAddresses.PortLength)..]) : 0,
            Tlvs = new ProxyTlvs(block[addresses..]),
        };
        return addresses == block.Length
            ? ProxyProtocolError.None
            : CheckTlvs(bytes, ProxyHeader.FixedLength + addresses, out index);
    }

    private static ProxyProtocolError CheckTlvs(ReadOnlySpan<byte> bytes, int start, out int index)
    {
        int checksum = 0;
        ProxyTlvs.Enumerator tlvs = new ProxyTlvs(bytes[start..]).GetEnumerator();
        while (tlvs.MoveNext())
        {
            ProxyTlv tlv = tlvs.Current;
            index = start + tlvs.Offset + ProxyTlv.HeaderLength;
            ProxyProtocolError error = tlv.Type switch
            {
                ProxyTlvType.Checksum when tlv.Value.Length != sizeof(uint) || checksum > 0 => ProxyProtocolError.ChecksumMalformed,
                ProxyTlvType.Authority when !Utf8.IsValid(tlv.Value) => ProxyProtocolError.AuthorityNotUtf8,
                ProxyTlvType.UniqueId when tlv.Value.Length > MaxUniqueId => ProxyProtocolError.UniqueIdTooLong,
                ProxyTlvType.Ssl when !ProxySsl.TryRead(tlv.Value, out _) => ProxyProtocolError.SslMalformed,
                _ => ProxyProtocolError.None,
            };
            if (error != ProxyProtocolError.None)
            {
                return error;
            }

            checksum = tlv.Type == ProxyTlvType.Checksum ? index : checksum;
        }

        index = start + tlvs.Next;
        if (index < bytes.Length)
        {
            return ProxyProtocolError.TlvTruncated;
        }

        index = checksum;
        return checksum == 0 || BinaryPrimitives.ReadUInt32BigEndian(bytes[checksum..]) == ComputeChecksum(bytes, checksum)
            ? ProxyProtocolError.None
            : ProxyProtocolError.ChecksumMismatch;
    }

    /// <summary>"Replace the 32 bits of the checksum field in the received PROXY header with all '0's and calculate a CRC32c checksum value of the
    /// whole PROXY header" (§2.2.3).</summary>
    /// <param name="bytes">The header.</param>
    /// <param name="index">Where its checksum stands.</param>
    internal static uint ComputeChecksum(ReadOnlySpan<byte> bytes, int index)
    {
        uint state = Crc32C.Append(Crc32C.Start, bytes[..index]);
        state = Crc32C.Append(state, [0, 0, 0, 0]);
        return Crc32C.End(Crc32C.Append(state, bytes[(index + sizeof(uint))..]));
    }
}
