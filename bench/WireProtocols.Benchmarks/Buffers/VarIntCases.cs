using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WireProtocols.Buffers;

namespace WireProtocols.Benchmarks.Buffers;

/// <summary>
/// A stream of varints of all four lengths in random order, too long for a branch predictor to learn: one of 16,384, read again and again, it does.
/// </summary>
public static class VarIntCases
{
    public const int Count = 262_144;

    public static byte[] Input { get; } = Create();

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase(
            "varint.decode.mixed", Count, () => Sink.Keep(Ours(Input)), "switch decoder", () => Sink.Keep(Switch(Input)), 1.0);
        yield return new CompareCase(
            "varint.decode.mixed.best", Count, () => Sink.Keep(Ours(Input)), "unchecked references", () => Sink.Keep(Best(Input)), 1.0);
    }

    public static long Ours(ReadOnlySpan<byte> source)
    {
        long sum = 0;
        while (QuicVarInt.Decode(source, out long value, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            sum += value;
            source = source[consumed..];
        }

        return sum;
    }

    /// <summary>What one writes first.</summary>
    public static long Switch(ReadOnlySpan<byte> source)
    {
        long sum = 0;
        while (!source.IsEmpty)
        {
            switch (source[0] >> 6)
            {
                case 0:
                    sum += source[0];
                    source = source[1..];
                    break;
                case 1:
                    sum += BinaryPrimitives.ReadUInt16BigEndian(source) & 0x3FFF;
                    source = source[2..];
                    break;
                case 2:
                    sum += BinaryPrimitives.ReadUInt32BigEndian(source) & 0x3FFF_FFFF;
                    source = source[4..];
                    break;
                default:
                    sum += (long)(BinaryPrimitives.ReadUInt64BigEndian(source) & 0x3FFF_FFFF_FFFF_FFFF);
                    source = source[8..];
                    break;
            }
        }

        return sum;
    }

    /// <summary>
    /// The shortest chain from one position to the next that C# expresses: no bounds checks, and a length from the first byte alone.
    /// </summary>
    public static long Best(ReadOnlySpan<byte> source)
    {
        long sum = 0;
        ref byte start = ref MemoryMarshal.GetReference(source);
        nint offset = 0;
        for (nint last = source.Length - 8; offset <= last;)
        {
            ref byte at = ref Unsafe.Add(ref start, offset);
            int length = 1 << (at >> 6);
            ulong raw = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref at));
            sum += (long)((raw << 2) >> (66 - (8 * length)));
            offset += length;
        }

        return sum + Switch(source[(int)offset..]);
    }

    private static byte[] Create()
    {
        Random random = new(9000);
        byte[] bytes = new byte[Count * QuicVarInt.MaxLength];
        int written = 0;
        for (int i = 0; i < Count; i++)
        {
            int length = 1 << random.Next(4);
            long value = random.NextInt64(Math.Min(QuicVarInt.MaxValue, (1L << ((8 * length) - 2)) - 1));
            QuicVarInt.Encode(value, length, bytes.AsSpan(written), out int taken);
            written += taken;
        }

        return bytes[..written];
    }
}
