using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.Rpc;

/// <summary>What stands around the compressed bytes of gzip (RFC 1952 §2.3): the platform does not tell where a member ends.</summary>
internal static class RpcGzip
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;
    private const byte DeflateMethod = 8;

    [Flags]
    private enum Flags : byte
    {
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }

    /// <summary>Finds the compressed bytes of what is to be one member and nothing else.</summary>
    /// <returns>False where the header is none, or cut short.</returns>
    public static bool TryGetDeflate(ReadOnlyMemory<byte> member, out ReadOnlyMemory<byte> deflate)
    {
        deflate = default;
        ReadOnlySpan<byte> bytes = member.Span;
        if (bytes.Length < HeaderSize + TrailerSize || bytes[0] != 0x1F || bytes[1] != 0x8B || bytes[2] != DeflateMethod)
        {
            return false;
        }

        Flags flags = (Flags)bytes[3];
        int length = HeaderSize;
        bool isWhole = (flags & Flags.Reserved) == 0
            && ((flags & Flags.Extra) == 0 || TrySkipExtra(bytes, ref length))
            && ((flags & Flags.Name) == 0 || TrySkipText(bytes, ref length))
            && ((flags & Flags.Comment) == 0 || TrySkipText(bytes, ref length));
        length += (flags & Flags.HeaderChecksum) == 0 ? 0 : sizeof(ushort);
        if (!isWhole || length > bytes.Length - TrailerSize)
        {
            return false;
        }

        deflate = member[length..^TrailerSize];
        return true;
    }

    /// <summary>Whether a member ends with the checksum and the length of what it holds.</summary>
    public static bool HasTrailer(ReadOnlySpan<byte> member, ReadOnlySpan<byte> message)
        => BinaryPrimitives.ReadUInt32LittleEndian(member[^TrailerSize..]) == Crc32.Compute(message)
            && BinaryPrimitives.ReadUInt32LittleEndian(member[^sizeof(uint)..]) == (uint)message.Length;

    private static bool TrySkipExtra(ReadOnlySpan<byte> bytes, ref int length)
    {
        int extra = BinaryPrimitives.ReadUInt16LittleEndian(bytes[length..]);
        length += sizeof(ushort) + extra;
        return length <= bytes.Length;
    }

    private static bool TrySkipText(ReadOnlySpan<byte> bytes, ref int length)
    {
        int end = bytes[length..].IndexOf((byte)0);
        length += end + 1;
        return end >= 0;
    }
}
