using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WireProtocols.Http1;

/// <summary>
/// Finds field lines that are whole and well-formed, in two passes over a window of the head: the first finds where the lines end and makes masks of
/// what may end a name, the second finds the names. What the fields mean is for the caller.
/// </summary>
/// <remarks>For whoever changes this: a search from line to line would wait for the end of the last line each time; here no line waits for another.
/// Measure with <c>compare --filter http1.request</c>.</remarks>
internal static class Http1WholeLines
{
    private const int MaxBlocks = 8;

    /// <summary>Every second byte may end a line, and one place more is written than is counted.</summary>
    private const int MaxLineEnds = (MaxBlocks * Http1Block.Size / 2) + 1;

    /// <summary>CR LF as they are read from memory.</summary>
    private static ushort CarriageReturnLineFeed => BitConverter.IsLittleEndian ? (ushort)0x0A0D : (ushort)0x0D0A;

    /// <summary>Finds lines up to the first one that is not whole, not well-formed or too long, and as many as there is room for.</summary>
    /// <param name="head">The head as far as it is there.</param>
    /// <param name="start">Where a line begins; afterwards where the first line begins that was not taken.</param>
    /// <param name="maxLength">How long a line may be, without its CRLF.</param>
    /// <param name="slots">Where the lines stand.</param>
    /// <returns>How many there are.</returns>
    [SkipLocalsInit]
    public static int Find(ReadOnlySpan<byte> head, ref int start, int maxLength, Span<Http1FieldSlot> slots)
    {
        Span<ulong> nonTokens = stackalloc ulong[MaxBlocks];
        Span<int> lineEnds = stackalloc int[MaxLineEnds];
        int count = 0;
        int window;
        int end;
        do
        {
            window = start;
            end = Scan(head, window, nonTokens, lineEnds, out int lines);
            count += Take(head, ref start, maxLength, nonTokens, lineEnds[..lines], slots[count..]);
        }
        while (start > window && end < head.Length && count < slots.Length);

        return count;
    }

    /// <summary>The first pass, up to the block in which the head seems to end.</summary>
    /// <param name="head">The head as far as it is there.</param>
    /// <param name="window">Where the window begins.</param>
    /// <param name="nonTokens">The masks of the blocks.</param>
    /// <param name="lineEnds">Where the runs of controls begin.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>Where the window ends.</returns>
    private static int Scan(ReadOnlySpan<byte> head, int window, Span<ulong> nonTokens, Span<int> lineEnds, out int count)
    {
        int found = 0;
        int at = window;
        ulong lastControl = 0;
        ulong headEnd = 0;
        for (int block = 0; block < nonTokens.Length && at < head.Length && headEnd == 0; block++)
        {
            Http1BlockMasks masks = Http1Block.At(head, at);
            nonTokens[block] = masks.NonTokens;
            ulong controls = masks.Controls;
            ulong ends = controls & ~((controls << 1) | lastControl);

            // Most blocks hold one end or none. Writing the first without asking leaves the processor nothing to guess wrong.
            lineEnds[found] = at + BitOperations.TrailingZeroCount(ends);
            ulong others = ends & (ends - 1);
            for (int next = found + 1; others != 0; next++, others &= others - 1)
            {
                lineEnds[next] = at + BitOperations.TrailingZeroCount(others);
            }

            found += BitOperations.PopCount(ends);
            lastControl = controls >> (Http1Block.Size - 1);

            // Four controls in a row are CR LF CR LF; what lies behind them is nobody's line.
            ulong pairs = controls & (controls >> 1);
            headEnd = pairs & (pairs >> 2);
            at += Http1Block.Size;
        }

        count = found;
        return at;
    }

    /// <summary>The second pass.</summary>
    private static int Take(
        ReadOnlySpan<byte> head, ref int start, int maxLength, ReadOnlySpan<ulong> nonTokens, ReadOnlySpan<int> lineEnds, Span<Http1FieldSlot> slots)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(head);
        int window = start;
        int line = start;
        int count = 0;
        while (count < lineEnds.Length && count < slots.Length)
        {
            int end = lineEnds[count];
            int colon = FindNonToken(nonTokens, line - window) + window;

            // A control is no tchar either: the colon of a name stands before the CR.
            if (colon <= line || colon >= end || end - line > maxLength || end > head.Length - 2)
            {
                break;
            }

            // In bounds, here and below: line < colon < end, and end + 1 is the index of a byte.
            if (Unsafe.Add(ref bytes, colon) != ':' || Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref bytes, end)) != CarriageReturnLineFeed)
            {
                break;
            }

            int value = Unsafe.Add(ref bytes, colon + 1) == Http1Grammar.Space ? colon + 2 : colon + 1;
            int valueEnd = end;
            if (Unsafe.Add(ref bytes, value) <= Http1Grammar.Space || Unsafe.Add(ref bytes, end - 1) <= Http1Grammar.Space)
            {
                // Empty, or more white space than one blank; the CR ends it at the latest.
                value = Http1Grammar.SkipWhitespace(head, value);
                valueEnd = value + Http1Grammar.TrimmedLength(head, value, end);
            }

            ref Http1FieldSlot slot = ref slots[count++];
            slot.NameStart = line;
            slot.NameLength = colon - line;
            slot.ValueStart = value;
            slot.ValueLength = valueEnd - value;
            line = end + 2;
        }

        start = line;
        return count;
    }

    /// <summary>
    /// The offset of the first byte at or after <paramref name="offset"/> that is no tchar, in its block or the next one; else that of the block
    /// after them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindNonToken(ReadOnlySpan<ulong> nonTokens, int offset)
    {
        int block = (int)((uint)offset / Http1Block.Size);
        ulong bits = block < nonTokens.Length ? nonTokens[block] >> offset : 0; // The shift is by the offset modulo 64.
        if (bits != 0)
        {
            return offset + BitOperations.TrailingZeroCount(bits);
        }

        block++;
        bits = block < nonTokens.Length ? nonTokens[block] : 0;
        return (block * Http1Block.Size) + BitOperations.TrailingZeroCount(bits);
    }
}
