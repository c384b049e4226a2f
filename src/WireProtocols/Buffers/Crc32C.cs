using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace WireProtocols.Buffers;

/// <summary>The checksum CRC32c (RFC 9260 Appendix A), by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    // The polynomial of Castagnoli, its bits the other way round.
    private const uint Polynomial = 0x82F63B78;

    private static readonly uint[] Table = CreateTable();

    /// <summary>The checksum before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    /// <summary>Adds bytes.</summary>
    /// <param name="state">What came before; <see cref="Start"/> where that is nothing.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The state behind them, for <see cref="End"/> or for more.</returns>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
        => Sse42.IsSupported || ArmCrc32.IsSupported ? AppendByInstruction(state, bytes) : AppendByTable(state, bytes);

    /// <summary>The checksum of all that has been added.</summary>
    public static uint End(uint state) => ~state;

    /// <summary>The same, a byte at a time.</summary>
    internal static uint AppendByTable(uint state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            state = (state >> 8) ^ Table[(byte)(state ^ value)];
        }

        return state;
    }

    private static uint AppendByInstruction(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    private static uint[] CreateTable()
    {
        uint[] table = new uint[byte.MaxValue + 1];
        for (int i = 0; i < table.Length; i++)
        {
            uint state = (uint)i;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) * Polynomial);
            }

            table[i] = state;
        }

        return table;
    }
}
