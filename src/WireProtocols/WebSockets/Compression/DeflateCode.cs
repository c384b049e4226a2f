namespace WireProtocols.WebSockets;

/// <summary>
/// A Huffman code of DEFLATE, made from the lengths of its codes (RFC 1951 §3.2.2). Codes of up to ten
/// bits are found in one look; the longer ones, which are rare, bit by bit: "all codes of a given bit
/// length have lexicographically consecutive values, in the same order as the symbols they represent".
/// </summary>
internal sealed class DeflateCode
{
    /// <summary>The answer of <see cref="Decode"/> when the bits of a code are not all there.</summary>
    public const int NeedsMore = -1;

    /// <summary>The answer of <see cref="Decode"/> for bits that are no code.</summary>
    public const int Invalid = -2;

    private const int MaxLength = 15;
    private const int LookupBits = 10;
    private const int MaxSymbols = 288;

    // The symbol, and in its lowest four bits the length of its code; 0 for a longer code or none.
    private readonly ushort[] _lookup = new ushort[1 << LookupBits];
    private readonly ushort[] _counts = new ushort[MaxLength + 1];
    private readonly ushort[] _symbols = new ushort[MaxSymbols];
    private int _longest;

    /// <summary>Builds the code.</summary>
    /// <param name="lengths">The length of each symbol's code; 0 for a symbol without one.</param>
    /// <param name="mayBeSingle">Whether a single code of one bit will do, which leaves the other bit without meaning (RFC 1951 §3.2.7).</param>
    /// <returns>
    /// False when there are more codes than bits to tell them apart, or fewer. No codes at all are a code: nothing can be read with it.
    /// </returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, bool mayBeSingle)
    {
        Array.Clear(_counts);
        foreach (byte length in lengths)
        {
            _counts[length]++;
        }

        int symbols = lengths.Length - _counts[0];
        _counts[0] = 0;
        _longest = Array.FindLastIndex(_counts, static c => c > 0);
        _longest = Math.Max(_longest, 1);
        int left = 1;
        for (int length = 1; length <= MaxLength; length++)
        {
            left = (left << 1) - _counts[length];
            if (left < 0)
            {
                return false;
            }
        }

        if (left > 0 && symbols > 0 && !(mayBeSingle && _longest == 1))
        {
            return false;
        }

        Fill(lengths);
        return true;
    }

    /// <summary>Decodes a symbol.</summary>
    /// <returns>The symbol, <see cref="NeedsMore"/>, or <see cref="Invalid"/>.</returns>
    public int Decode(ref DeflateBits bits)
    {
        int entry = _lookup[bits.Peek(LookupBits)];
        int length = entry & 0xF;
        if (length == 0 || length > bits.Count)
        {
            return DecodeBitByBit(ref bits);
        }

        bits.Drop(length);
        return entry >> 4;
    }

    private int DecodeBitByBit(ref DeflateBits bits)
    {
        int all = bits.Peek(MaxLength);
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= _longest; length++)
        {
            if (length > bits.Count)
            {
                return NeedsMore;
            }

            code = (code << 1) | ((all >> (length - 1)) & 1);
            int count = _counts[length];
            if (code - first < count)
            {
                bits.Drop(length);
                return _symbols[index + code - first];
            }

            index += count;
            first = (first + count) << 1;
        }

        return Invalid;
    }

    private void Fill(ReadOnlySpan<byte> lengths)
    {
        Span<int> nextIndex = stackalloc int[MaxLength + 1];
        Span<int> nextCode = stackalloc int[MaxLength + 1];
        for (int length = 1; length <= MaxLength; length++)
        {
            nextIndex[length] = nextIndex[length - 1] + _counts[length - 1];
            nextCode[length] = (nextCode[length - 1] + _counts[length - 1]) << 1;
        }

        Array.Clear(_lookup);
        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
            {
                continue;
            }

            _symbols[nextIndex[length]++] = (ushort)symbol;
            int code = nextCode[length]++;
            if (length <= LookupBits)
            {
                // A code comes with its highest bit first, and the lowest bit is the first one here.
                ushort entry = (ushort)((symbol << 4) | length);
                for (int slot = Reverse(code, length); slot < _lookup.Length; slot += 1 << length)
                {
                    _lookup[slot] = entry;
                }
            }
        }
    }

    private static int Reverse(int code, int length)
    {
        int reversed = 0;
        for (int bit = 0; bit < length; bit++)
        {
            reversed = (reversed << 1) | ((code >> bit) & 1);
        }

        return reversed;
    }
}
