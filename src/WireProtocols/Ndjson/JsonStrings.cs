using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Ndjson;

/// <summary>Passes over the characters of a JSON string that stand for themselves (RFC 8259 §7), a vector at a time.</summary>
internal static class JsonStrings
{
    private const byte LastControl = 0x1F;

    /// <summary>Finds the next byte that is a quotation mark, a backslash or a control character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to begin; at most the length.</param>
    /// <returns>Its index, or the length where there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfSpecial(ReadOnlySpan<byte> text, int start)
    {
        if (!Vector256.IsHardwareAccelerated || text.Length < Vector256<byte>.Count)
        {
            return IndexOfSpecialInShort(text, start);
        }

        ref byte origin = ref MemoryMarshal.GetReference(text);
        int last = text.Length - Vector256<byte>.Count;
        for (; start <= last; start += Vector256<byte>.Count)
        {
            // In bounds: start is at most 32 bytes before the end.
            uint mask = Mask(Vector256.LoadUnsafe(ref Unsafe.Add(ref origin, start)));
            if (mask != 0)
            {
                return start + BitOperations.TrailingZeroCount(mask);
            }
        }

        // In bounds: the text has at least 32 bytes, and these are its last; last < start ≤ last + 32, and what is before start is shifted out.
        uint tail = (uint)((ulong)Mask(Vector256.LoadUnsafe(ref Unsafe.Add(ref origin, last))) >> (start - last));
        return tail != 0 ? start + BitOperations.TrailingZeroCount(tail) : text.Length;
    }

    /// <summary>The same without vectors of 32 bytes.</summary>
    public static int IndexOfSpecialInShort(ReadOnlySpan<byte> text, int start)
    {
        ref byte origin = ref MemoryMarshal.GetReference(text);
        for (; Vector128.IsHardwareAccelerated && text.Length - start >= Vector128<byte>.Count; start += Vector128<byte>.Count)
        {
            // In bounds: the loop's condition leaves 16 bytes from start on.
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref Unsafe.Add(ref origin, start));
            uint mask = (Vector128.Equals(bytes, Vector128.Create((byte)'"')) | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.Equals(Vector128.Min(bytes, Vector128.Create(LastControl)), bytes)).ExtractMostSignificantBits();
            if (mask != 0)
            {
                return start + BitOperations.TrailingZeroCount(mask);
            }
        }

        while (start < text.Length && text[start] is not ((byte)'"' or (byte)'\\' or <= LastControl))
        {
            start++;
        }

        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mask(Vector256<byte> bytes)
        => (Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
            | Vector256.Equals(Vector256.Min(bytes, Vector256.Create(LastControl)), bytes)).ExtractMostSignificantBits();
}
