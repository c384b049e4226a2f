using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Buffers;

/// <summary>Passes over valid UTF-8 a vector at a time (<see cref="Utf8Block512"/> and its smaller siblings).</summary>
internal static class Utf8Blocks
{
    /// <summary>How many bytes before a block its check looks at.</summary>
    public const int LookBehind = 3;

    /// <summary>Passes over valid text, as far as whole blocks tell.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">Where a character begins; everything before it is valid.</param>
    /// <returns>
    /// Where a character begins and everything before it is valid: the last, unfinished character of a text that has no error, or its end;
    /// at most a block before the first error; or <paramref name="index"/> where blocks cannot tell, which is when they are longer than the
    /// text, the machine has none, or there is something other than ASCII less than <see cref="LookBehind"/> bytes from the start.
    /// </returns>
    public static int Skip(ReadOnlySpan<byte> text, int index)
    {
        int length = text.Length - index;
        return Utf8Block512.IsSupported && length >= Utf8Block512.Size ? Skip<Utf8Block512>(text, index)
            : Utf8Block256.IsSupported && length >= Utf8Block256.Size ? Skip<Utf8Block256>(text, index)
            : Utf8Block128.IsSupported && length >= Utf8Block128.Size ? Skip<Utf8Block128>(text, index)
            : index;
    }

    /// <summary>The same with blocks of one size; what follows <paramref name="index"/> holds at least one.</summary>
    public static int Skip<TBlock>(ReadOnlySpan<byte> text, int index)
        where TBlock : struct, IUtf8Block
    {
        ref byte start = ref MemoryMarshal.GetReference(text);
        int last = text.Length - TBlock.Size;
        index = SkipAscii<TBlock>(text, index);
        while (index < text.Length)
        {
            // The last block overlaps the one before it: what was valid stays so.
            // In bounds: block is at most last, the text's length less a block, and at least 0, since what follows the first index holds a block.
            int block = Math.Min(index, last);
            if (TBlock.IsAscii(ref Unsafe.Add(ref start, block)))
            {
                if (BoundaryBefore(text, block) != block)
                {
                    break;
                }

                index = SkipAscii<TBlock>(text, block + TBlock.Size);
            }
            else if (block >= LookBehind && TBlock.IsValid(ref Unsafe.Add(ref start, block)))
            {
                index = SkipStrides<TBlock>(text, block + TBlock.Size);
            }
            else
            {
                break;
            }
        }

        return BoundaryBefore(text, index);
    }

    /// <summary>Passes over ASCII in strides of four blocks, aligned after the first; the last one overlaps the one before it. It is not
    /// inlined, so that the vectors of its caller's loop stay in their registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int SkipAscii<TBlock>(ReadOnlySpan<byte> text, int index)
        where TBlock : struct, IUtf8Block
    {
        int stride = 4 * TBlock.Size;
        int last = text.Length - stride;

        // In bounds: every index looked at is from the first one to last, and four blocks follow last.
        ref byte start = ref MemoryMarshal.GetReference(text);
        if (index > last || !TBlock.AreAscii(ref Unsafe.Add(ref start, index)))
        {
            return index;
        }

        for (index += stride - Misalignment<TBlock>(ref Unsafe.Add(ref start, index)); index <= last; index += stride)
        {
            if (!TBlock.AreAscii(ref Unsafe.Add(ref start, index)))
            {
                return index;
            }
        }

        return TBlock.AreAscii(ref Unsafe.Add(ref start, last)) ? text.Length : index;
    }

    /// <summary>Passes over valid text in strides of four blocks, up to one that begins with a block of ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipStrides<TBlock>(ReadOnlySpan<byte> text, int index)
        where TBlock : struct, IUtf8Block
    {
        // In bounds: four blocks follow each index looked at, and a block stands before the first.
        ref byte start = ref MemoryMarshal.GetReference(text);
        int last = text.Length - (4 * TBlock.Size);
        while (index <= last && !TBlock.IsAscii(ref Unsafe.Add(ref start, index)) && TBlock.AreValid(ref Unsafe.Add(ref start, index)))
        {
            index += 4 * TBlock.Size;
        }

        return index;
    }

    /// <summary>How far <paramref name="at"/> is from the aligned address before it. The collector may move the memory meanwhile, which
    /// costs speed and nothing else.</summary>
    private static unsafe int Misalignment<TBlock>(ref byte at)
        where TBlock : struct, IUtf8Block
        => (int)((nuint)Unsafe.AsPointer(ref at) & (nuint)(TBlock.Size - 1));

    /// <summary>Where the character begins that the end of <c>text[..index]</c> cuts; <paramref name="index"/> when it cuts none. Only that
    /// character may be unfinished.</summary>
    private static int BoundaryBefore(ReadOnlySpan<byte> text, int index)
        => index >= 1 && text[index - 1] >= 0xC0 ? index - 1
            : index >= 2 && text[index - 2] >= 0xE0 ? index - 2
            : index >= 3 && text[index - 3] >= 0xF0 ? index - 3
            : index;
}
