using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Buffers;

/// <summary>
/// The one scanner for line ends: a pass over 64 bytes gives a bit for each byte that ends a line, and a bit for each byte that is not ASCII.
/// <see cref="LineEndWalk"/> and <see cref="LineFeedQueue"/> are two ways of walking the bits.
/// </summary>
/// <remarks>For whoever changes this: the vector paths are held against a plain loop at every length and alignment by <c>LineBlockTests</c>, once
/// for each width; run them with <c>DOTNET_EnableAVX512=0</c> and <c>DOTNET_EnableAVX2=0</c> too.</remarks>
internal static class LineBlock
{
    /// <summary>The bytes in a block, and the bits in its masks.</summary>
    public const int Size = 64;

    /// <summary>The masks of 64 bytes.</summary>
    /// <param name="block">The first of them; 63 more follow it, which the caller proves.</param>
    /// <param name="nonAscii">A bit for each byte from 0x80 on.</param>
    /// <returns>A bit for each line end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<TEnds>(ref byte block, out ulong nonAscii)
        where TEnds : struct, ILineEnds
    {
        // In bounds: each path reads the 64 bytes from block on and no other: one load of 64, two of 32, or four of 16.
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            nonAscii = bytes.ExtractMostSignificantBits();
            return TEnds.Mask(bytes);
        }

        ulong low = Of32<TEnds>(ref block, out nonAscii);
        ulong high = Of32<TEnds>(ref Unsafe.Add(ref block, 32), out ulong highNonAscii);
        nonAscii |= highNonAscii << 32;
        return low | (high << 32);
    }

    /// <summary>The line ends alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<TEnds>(ref byte block)
        where TEnds : struct, ILineEnds // In bounds: 64 bytes from block on, as above.
        => Vector512.IsHardwareAccelerated ? TEnds.Mask(Vector512.LoadUnsafe(ref block)) : Of<TEnds>(ref block, out _);

    /// <summary>The masks of the fewer than 64 bytes from <paramref name="start"/> on.</summary>
    public static ulong OfTail<TEnds>(ReadOnlySpan<byte> source, int start, out ulong nonAscii)
        where TEnds : struct, ILineEnds
    {
        int count = source.Length - start;
        if (count == 0)
        {
            nonAscii = 0;
            return 0;
        }

        if (source.Length < Size)
        {
            return OfShort<TEnds>(source[start..], out nonAscii);
        }

        // In bounds: the source has at least 64 bytes, and these are its last. Those before start are shifted out.
        ulong ends = Of<TEnds>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), source.Length - Size), out nonAscii);
        nonAscii >>= Size - count;
        return ends >> (Size - count);
    }

    /// <summary>Looks through a whole value at once.</summary>
    /// <param name="value">The bytes, of any length.</param>
    /// <param name="isAscii">False when one of them is from 0x80 on.</param>
    /// <returns>The index of the first CR or LF, or -1.</returns>
    public static int IndexOfBreak(ReadOnlySpan<byte> value, out bool isAscii)
    {
        ulong any = 0;
        ulong nonAscii = 0;
        int index = 0;
        for (; value.Length - index >= Size; index += Size)
        {
            // In bounds: the loop's condition leaves 64 bytes from the index on.
            any |= Of<CarriageReturnOrLineFeed>(ref Unsafe.Add(ref MemoryMarshal.GetReference(value), index), out ulong high);
            nonAscii |= high;
        }

        any |= OfTail<CarriageReturnOrLineFeed>(value, index, out ulong tailHigh);
        isAscii = (nonAscii | tailHigh) == 0;
        return any == 0 ? -1 : value.IndexOfAny((byte)'\r', (byte)'\n');
    }

    private static ulong OfShort<TEnds>(ReadOnlySpan<byte> bytes, out ulong nonAscii)
        where TEnds : struct, ILineEnds
    {
        ref byte origin = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        if (length < 16)
        {
            return Of16<TEnds>(Gather(ref origin, length), out nonAscii);
        }

        // In bounds: length is at least 16 here, and no load begins behind length - 16. The last load overlaps the one before it; the same
        // bits twice do no harm.
        ulong ends = Of16<TEnds>(Vector128.LoadUnsafe(ref origin), out nonAscii);
        for (int index = 16; index < length; index += 16)
        {
            int start = Math.Min(index, length - 16);
            ends |= Of16<TEnds>(Vector128.LoadUnsafe(ref Unsafe.Add(ref origin, start)), out ulong high) << start;
            nonAscii |= high << start;
        }

        return ends;
    }

    /// <summary>Fewer than 16 bytes as a vector, zeros behind them.</summary>
    private static Vector128<byte> Gather(ref byte origin, int length)
    {
        // In bounds: a read of 8 or 4 bytes is made only where length is at least that, from the first byte or so that it ends with the last;
        // the loop stops at length.
        ulong low = 0;
        ulong high = 0;
        if (length >= 8)
        {
            low = Unsafe.ReadUnaligned<ulong>(ref origin);
            high = length == 8 ? 0 : Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, length - 8)) >> (8 * (16 - length));
        }
        else if (length >= 4)
        {
            low = Unsafe.ReadUnaligned<uint>(ref origin)
                | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref origin, length - 4)) << (8 * (length - 4)));
        }
        else
        {
            for (int index = 0; index < length; index++)
            {
                low |= (ulong)Unsafe.Add(ref origin, index) << (8 * index);
            }
        }

        return Vector128.Create(low, high).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of32<TEnds>(ref byte block, out ulong nonAscii)
        where TEnds : struct, ILineEnds
    {
        // In bounds: 32 bytes from block on, which Of has proved.
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref block);
            nonAscii = bytes.ExtractMostSignificantBits();
            return TEnds.Mask(bytes);
        }

        ulong low = Of16<TEnds>(Vector128.LoadUnsafe(ref block), out nonAscii);
        ulong high = Of16<TEnds>(Vector128.LoadUnsafe(ref Unsafe.Add(ref block, 16)), out ulong highNonAscii);
        nonAscii |= highNonAscii << 16;
        return low | (high << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of16<TEnds>(Vector128<byte> bytes, out ulong nonAscii)
        where TEnds : struct, ILineEnds
    {
        nonAscii = bytes.ExtractMostSignificantBits();
        return TEnds.Mask(bytes);
    }
}
