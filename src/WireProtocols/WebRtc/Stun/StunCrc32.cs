namespace WireProtocols.WebRtc;

/// <summary>The checksum of FINGERPRINT: "the one defined in ITU V.42" (RFC 8489 §14.7).</summary>
internal static class StunCrc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[byte.MaxValue + 1];
        for (int i = 0; i < table.Length; i++)
        {
            uint crc = (uint)i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            table[i] = crc;
        }

        return table;
    }
}
