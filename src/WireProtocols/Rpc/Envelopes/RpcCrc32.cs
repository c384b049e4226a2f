using System.Buffers.Binary;

namespace WireProtocols.Rpc;

/// <summary>The checksum of gzip (RFC 1952 §8), eight bytes a step.</summary>
internal static class RpcCrc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Values = 256;
    private const int Step = sizeof(ulong);

    // For each distance from the end of a step, what a byte there adds.
    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            ulong next = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = 0;
            for (int i = 0; i < Step; i++)
            {
                crc ^= Table[((Step - 1 - i) * Values) + (byte)(next >> (8 * i))];
            }
        }

        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[Step * Values];
        for (int i = 0; i < table.Length; i++)
        {
            uint crc = i < Values ? (uint)i : table[i - Values];
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            table[i] = crc;
        }

        return table;
    }
}
