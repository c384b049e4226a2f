using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WireProtocols.Buffers;

/// <summary>64 bytes: AVX-512.</summary>
internal readonly struct Utf8Block512 : IUtf8Block
{
    public static int Size => Vector512<byte>.Count;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ref byte at) => (At(ref at, 0) & Vector512.Create((byte)0x80)) == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreAscii(ref byte at)
        => ((At(ref at, 0) | At(ref at, Size) | At(ref at, 2 * Size) | At(ref at, 3 * Size)) & Vector512.Create((byte)0x80)) == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ref byte at) => Errors(ref at, 0) == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreValid(ref byte at)
        => (Errors(ref at, 0) | Errors(ref at, Size) | Errors(ref at, 2 * Size) | Errors(ref at, 3 * Size)) == Vector512<byte>.Zero;

    /// <summary>Not zero where a byte does not fit the three before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Errors(ref byte at, nint offset)
    {
        Vector512<byte> first = At(ref at, offset - 1);
        Vector512<byte> errors = Lookup(Utf8Errors.FirstHigh, first >>> 4)
            & Lookup(Utf8Errors.FirstLow, first & Vector512.Create((byte)0x0F))
            & Lookup(Utf8Errors.SecondHigh, At(ref at, offset) >>> 4);

        // The top bit is set where the byte two before is E0 or more, or the one three before F0 or more: a continuation is due.
        Vector512<byte> due = Vector512.SubtractSaturate(At(ref at, offset - 2), Vector512.Create((byte)(0xE0 - 0x80)))
            | Vector512.SubtractSaturate(At(ref at, offset - 3), Vector512.Create((byte)(0xF0 - 0x80)));
        return (due & Vector512.Create((byte)0x80)) ^ errors;
    }

    // In bounds: a caller has seen that the block, or the four of AreAscii, lie within the text, and for IsValid that three bytes stand before it.
    private static Vector512<byte> At(ref byte at, nint offset) => Vector512.LoadUnsafe(ref Unsafe.Add(ref at, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Lookup(Vector128<byte> table, Vector512<byte> halves)
    {
        // Written so, the table is one constant, broadcast from memory.
        ulong low = table.AsUInt64().GetElement(0);
        ulong high = table.AsUInt64().GetElement(1);
        return Avx512BW.Shuffle(Vector512.Create(low, high, low, high, low, high, low, high).AsByte(), halves);
    }
}
