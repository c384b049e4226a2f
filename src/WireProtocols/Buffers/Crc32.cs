using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WireProtocols.Buffers;

/// <summary>
/// CRC-32 as gzip has it (RFC 1952 §8: the reflected polynomial 0xEDB88320), over bytes that come in pieces. Long pieces are folded by carry-less
/// multiplication where the processor has it; the rest takes eight bytes a step.
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Values = 256;
    private const int Step = sizeof(ulong);
    private const int Lane = 16;
    private const int Block = 4 * Lane;

    // For each distance from the end of a step, what a byte there adds.
    private static readonly uint[] Table = CreateTable();

    /// <summary>The checksum of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what had the checksum <paramref name="crc"/>, and <paramref name="bytes"/> behind it.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
        => bytes.Length >= Block && Pclmulqdq.IsSupported ? ~Fold(~crc, bytes) : ~Walk(~crc, bytes);

    /// <summary>Eight bytes a step: what <see cref="Append"/> does without the processor's help.</summary>
    public static uint AppendByTable(uint crc, ReadOnlySpan<byte> bytes) => ~Walk(~crc, bytes);

    private static uint Walk(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Table;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            ulong next = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = table[(7 * Values) + (byte)next] ^ table[(6 * Values) + (byte)(next >> 8)]
                ^ table[(5 * Values) + (byte)(next >> 16)] ^ table[(4 * Values) + (byte)(next >> 24)]
                ^ table[(3 * Values) + (byte)(next >> 32)] ^ table[(2 * Values) + (byte)(next >> 40)]
                ^ table[Values + (byte)(next >> 48)] ^ table[(byte)(next >> 56)];
        }

        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ table[(byte)(crc ^ value)];
        }

        return crc;
    }

    /// <summary>
    /// Carries four lanes of 16 bytes over the input, each by multiplying it with what its distance is modulo the polynomial, then brings them
    /// together. What is left has the same remainder as all that was folded, so it is walked as if it were the input.
    /// </summary>
    private static uint Fold(uint crc, ReadOnlySpan<byte> bytes)
    {
        // x^(512+32), x^(512-32), x^(128+32) and x^(128-32) modulo the polynomial, bits reflected.
        Vector128<ulong> overBlock = Vector128.Create(0x154442BD4UL, 0x1C6E41596UL);
        Vector128<ulong> overLane = Vector128.Create(0x1751997D0UL, 0x0CCAA009EUL);
        Vector128<ulong> first = Load(bytes) ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> second = Load(bytes[Lane..]);
        Vector128<ulong> third = Load(bytes[(2 * Lane)..]);
        Vector128<ulong> fourth = Load(bytes[(3 * Lane)..]);
        for (bytes = bytes[Block..]; bytes.Length >= Block; bytes = bytes[Block..])
        {
            first = Carry(first, overBlock) ^ Load(bytes);
            second = Carry(second, overBlock) ^ Load(bytes[Lane..]);
            third = Carry(third, overBlock) ^ Load(bytes[(2 * Lane)..]);
            fourth = Carry(fourth, overBlock) ^ Load(bytes[(3 * Lane)..]);
        }

        second ^= Carry(first, overLane);
        third ^= Carry(second, overLane);
        fourth ^= Carry(third, overLane);
        for (; bytes.Length >= Lane; bytes = bytes[Lane..])
        {
            fourth = Carry(fourth, overLane) ^ Load(bytes);
        }

        Span<byte> folded = stackalloc byte[Lane];
        fourth.AsByte().CopyTo(folded);
        return Walk(Walk(0, folded), bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes) => Vector128.Create(bytes).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Carry(Vector128<ulong> lane, Vector128<ulong> factors)
        => Pclmulqdq.CarrylessMultiply(lane, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, factors, 0x11);

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
