using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// Finds line ends a block of 64 bytes at a time: one vector pass gives a bit for each CR or LF and a bit for each byte that is not ASCII,
/// so that a block of short lines costs one scan and not a call a line.
/// </summary>
internal ref struct LineBreaks
{
    /// <summary>The bytes in a block, and the bits in its masks.</summary>
    public const int BlockSize = 64;

    private readonly ReadOnlySpan<byte> _source;
    private ulong _breaks;
    private int _block;
    private int _next;

    /// <param name="source">The bytes to look at.</param>
    /// <param name="start">Where to begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LineBreaks(ReadOnlySpan<byte> source, int start)
    {
        _source = source;
        _next = start;
    }

    /// <summary>Not zero when a byte that is not ASCII may lie between the start and the last line end found.</summary>
    public ulong NonAscii { get; private set; }

    /// <summary>Finds the next CR or LF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(out int index)
    {
        ulong breaks = _breaks;
        if (breaks == 0)
        {
            return TryNextBlock(out index);
        }

        index = _block + BitOperations.TrailingZeroCount(breaks);
        _breaks = breaks & (breaks - 1);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryNextBlock(out int index)
    {
        int next = _next;
        ulong breaks = 0;
        ulong nonAscii = NonAscii;
        while (_source.Length - next >= BlockSize)
        {
            // In bounds: 64 bytes follow next.
            breaks = OfBlock(ref Unsafe.Add(ref MemoryMarshal.GetReference(_source), next), out ulong high);
            nonAscii |= high;
            next += BlockSize;
            if (breaks != 0)
            {
                goto Found;
            }
        }

        breaks = OfTail(_source, next, out ulong tailHigh);
        nonAscii |= tailHigh;
        next += BlockSize;
        if (breaks == 0)
        {
            NonAscii = nonAscii;
            _next = _source.Length;
            index = _source.Length;
            return false;
        }

    Found:
        NonAscii = nonAscii;
        _block = next - BlockSize;
        _next = Math.Min(next, _source.Length);
        index = _block + BitOperations.TrailingZeroCount(breaks);
        _breaks = breaks & (breaks - 1);
        return true;
    }

    /// <summary>The masks of 64 bytes.</summary>
    /// <param name="block">The first of them.</param>
    /// <param name="nonAscii">A bit for each byte from 0x80 on.</param>
    /// <returns>A bit for each CR or LF.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfBlock(ref byte block, out ulong nonAscii)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            nonAscii = bytes.ExtractMostSignificantBits();
            return Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits()
                | Vector512.Equals(bytes, Vector512.Create((byte)'\r')).ExtractMostSignificantBits();
        }

        ulong low = Of32(ref block, out nonAscii);
        ulong high = Of32(ref Unsafe.Add(ref block, 32), out ulong highHigh);
        nonAscii |= highHigh << 32;
        return low | (high << 32);
    }

    /// <summary>The masks of the fewer than 64 bytes from <paramref name="start"/> on.</summary>
    public static ulong OfTail(ReadOnlySpan<byte> source, int start, out ulong nonAscii)
    {
        int count = source.Length - start;
        if (count == 0)
        {
            nonAscii = 0;
            return 0;
        }

        if (source.Length >= BlockSize)
        {
            // The last 64 bytes; those before start are shifted out.
            ulong breaks = OfBlock(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), source.Length - BlockSize), out nonAscii);
            nonAscii >>= BlockSize - count;
            return breaks >> (BlockSize - count);
        }

        return OfShort(source[start..], out nonAscii);
    }

    /// <summary>Looks through a whole value at once.</summary>
    /// <param name="value">The bytes, of any length.</param>
    /// <param name="isAscii">False when one of them is from 0x80 on.</param>
    /// <returns>The index of the first CR or LF, or -1.</returns>
    public static int Find(ReadOnlySpan<byte> value, out bool isAscii)
    {
        ulong any = 0;
        ulong nonAscii = 0;
        int index = 0;
        for (; value.Length - index >= BlockSize; index += BlockSize)
        {
            // In bounds: 64 bytes follow the index.
            any |= OfBlock(ref Unsafe.Add(ref MemoryMarshal.GetReference(value), index), out ulong high);
            nonAscii |= high;
        }

        any |= OfTail(value, index, out ulong tailHigh);
        isAscii = (nonAscii | tailHigh) == 0;
        return any == 0 ? -1 : value.IndexOfAny((byte)'\r', (byte)'\n');
    }

    private static ulong OfShort(ReadOnlySpan<byte> bytes, out ulong nonAscii)
    {
        // The last load of each width ends at the end of the bytes and overlaps the one before it; the same bits twice do no harm.
        ref byte origin = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        if (length < 16)
        {
            return Of16(Gather(ref origin, length), out nonAscii);
        }

        ulong breaks = Of16(Vector128.LoadUnsafe(ref origin), out nonAscii);
        for (int index = 16; index < length; index += 16)
        {
            int start = Math.Min(index, length - 16);
            breaks |= Of16(Vector128.LoadUnsafe(ref Unsafe.Add(ref origin, start)), out ulong high) << start;
            nonAscii |= high << start;
        }

        return breaks;
    }

    /// <summary>Fewer than 16 bytes as a vector, zeros behind them.</summary>
    private static Vector128<byte> Gather(ref byte origin, int length)
    {
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
    private static ulong Of32(ref byte block, out ulong nonAscii)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref block);
            nonAscii = bytes.ExtractMostSignificantBits();
            return (Vector256.Equals(bytes, Vector256.Create((byte)'\n')) | Vector256.Equals(bytes, Vector256.Create((byte)'\r'))).ExtractMostSignificantBits();
        }

        ulong low = Of16(Vector128.LoadUnsafe(ref block), out nonAscii);
        ulong high = Of16(Vector128.LoadUnsafe(ref Unsafe.Add(ref block, 16)), out ulong highHigh);
        nonAscii |= highHigh << 16;
        return low | (high << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of16(Vector128<byte> bytes, out ulong nonAscii)
    {
        nonAscii = bytes.ExtractMostSignificantBits();
        return (Vector128.Equals(bytes, Vector128.Create((byte)'\n')) | Vector128.Equals(bytes, Vector128.Create((byte)'\r'))).ExtractMostSignificantBits();
    }
}
