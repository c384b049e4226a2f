namespace WireProtocols.Fuzz.WebSockets;

/// <summary>How far a DEFLATE stream came.</summary>
public enum NaiveInflateEnd
{
    /// <summary>The input ended between two blocks, on a whole byte.</summary>
    Between,

    /// <summary>The input ended behind a block with BFINAL.</summary>
    Final,

    /// <summary>The input ended inside a block.</summary>
    Inside,

    /// <summary>It is no DEFLATE.</summary>
    Invalid,
}

/// <summary>RFC 1951, transcribed for clarity, one bit at a time: the oracle of the inflater.</summary>
/// <param name="input">The compressed bytes.</param>
/// <param name="window">What was inflated before and may be referred to.</param>
/// <param name="windowBits">How far may be referred back, as a logarithm.</param>
/// <param name="likeZlib">Where the code lengths have no code, each bit is a length of 0, as zlib has it.</param>
public sealed class NaiveInflate(byte[] input, IEnumerable<byte> window, int windowBits = 15, bool likeZlib = true)
{
    private static readonly int[] CodeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    private static readonly int[] FixedLengths = [.. Enumerable.Range(0, 288).Select(i => i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)];

    private readonly List<byte> _history = [.. window];
    private long _bit;

    private sealed class EndOfInputException : Exception;

    /// <summary>What came out.</summary>
    public List<byte> Output { get; } = [];

    /// <summary>What the next message may refer to.</summary>
    public IEnumerable<byte> Window => _history.TakeLast(1 << windowBits);

    /// <summary>Whether the last block was an empty one without compression, whose length is the last four bytes of the input.</summary>
    public bool EndsWithEmptyBlock { get; private set; }

    /// <summary>Inflates all of the input. A block with BFINAL ends a stream; what follows begins another with an empty window.</summary>
    public NaiveInflateEnd Run()
    {
        try
        {
            while (true)
            {
                bool isFinal = ReadBits(1) == 1;
                if (!TryReadBlock(ReadBits(2)))
                {
                    return NaiveInflateEnd.Invalid;
                }

                if (isFinal)
                {
                    _bit = (_bit + 7) / 8 * 8;
                    _history.Clear();
                }

                if (_bit == input.Length * 8L)
                {
                    return isFinal ? NaiveInflateEnd.Final : NaiveInflateEnd.Between;
                }
            }
        }
        catch (EndOfInputException)
        {
            return NaiveInflateEnd.Inside;
        }
        catch (InvalidDataException)
        {
            return NaiveInflateEnd.Invalid;
        }
    }

    private bool TryReadBlock(int type)
    {
        EndsWithEmptyBlock = false;
        switch (type)
        {
            case 0:
                _bit = (_bit + 7) / 8 * 8;
                int length = ReadBits(16);
                if (length != (~ReadBits(16) & 0xFFFF))
                {
                    return false;
                }

                EndsWithEmptyBlock = length == 0;
                for (int i = 0; i < length; i++)
                {
                    Emit((byte)ReadBits(8));
                }

                return true;
            case 1:
                return TryReadCodes(FixedLengths, [.. Enumerable.Repeat(5, 32)]);
            case 2:
                return TryReadDynamic();
            default:
                return false;
        }
    }

    private bool TryReadDynamic()
    {
        int literals = ReadBits(5) + 257;
        int distances = ReadBits(5) + 1;
        int codes = ReadBits(4) + 4;
        if (literals > 286 || distances > 30)
        {
            return false;
        }

        int[] codeLengths = new int[19];
        for (int i = 0; i < codes; i++)
        {
            codeLengths[CodeLengthOrder[i]] = ReadBits(3);
        }

        if (!IsCode(codeLengths, mayBeIncomplete: false) && codeLengths.Any(l => l > 0))
        {
            return false;
        }

        List<int> lengths = [];
        while (lengths.Count < literals + distances)
        {
            int symbol = likeZlib && codeLengths.All(l => l == 0) ? ReadBits(1) * 0 : ReadSymbol(codeLengths);
            (int value, int count) = symbol switch
            {
                16 => (lengths.Count == 0 ? -1 : lengths[^1], 3 + ReadBits(2)),
                17 => (0, 3 + ReadBits(3)),
                18 => (0, 11 + ReadBits(7)),
                _ => (symbol, 1),
            };
            if (value < 0 || lengths.Count + count > literals + distances)
            {
                return false;
            }

            lengths.AddRange(Enumerable.Repeat(value, count));
        }

        int[] literalLengths = [.. lengths.Take(literals)];
        int[] distanceLengths = [.. lengths.Skip(literals)];
        return literalLengths[256] > 0
            && IsCode(literalLengths, mayBeIncomplete: true)
            && (distanceLengths.All(l => l == 0) || IsCode(distanceLengths, mayBeIncomplete: true))
            && TryReadCodes(literalLengths, distanceLengths);
    }

    private bool TryReadCodes(int[] literalLengths, int[] distanceLengths)
    {
        while (true)
        {
            int symbol = ReadSymbol(literalLengths);
            if (symbol < 256)
            {
                Emit((byte)symbol);
                continue;
            }

            if (symbol == 256)
            {
                return true;
            }

            if (symbol > 285)
            {
                return false;
            }

            int length = symbol == 285
                ? 258
                : symbol < 265 ? symbol - 254 : 3 + ((4 + ((symbol - 265) % 4)) << (((symbol - 265) / 4) + 1)) + ReadBits(((symbol - 265) / 4) + 1);
            int code = ReadSymbol(distanceLengths);
            if (code > 29)
            {
                return false;
            }

            int distance = code < 4 ? code + 1 : 1 + ((2 + (code % 2)) << ((code / 2) - 1)) + ReadBits((code / 2) - 1);
            if (distance > Math.Min(1 << windowBits, _history.Count))
            {
                return false;
            }

            for (int i = 0; i < length; i++)
            {
                Emit(_history[^distance]);
            }
        }
    }

    private void Emit(byte value)
    {
        Output.Add(value);
        _history.Add(value);
    }

    private int ReadBits(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, _bit++)
        {
            if (_bit >= input.Length * 8L)
            {
                throw new EndOfInputException();
            }

            value |= ((input[_bit / 8] >> (int)(_bit % 8)) & 1) << i;
        }

        return value;
    }

    /// <summary>§3.2.2: the codes of one length are consecutive, and begin where those of the length before would have gone on.</summary>
    private int ReadSymbol(int[] lengths)
    {
        int code = 0;
        int first = 0;
        for (int length = 1; length <= 15; length++)
        {
            code |= ReadBits(1);
            int count = lengths.AsSpan().Count(length);
            if (code - first < count)
            {
                return IndexOf(lengths, length, code - first);
            }

            first = (first + count) << 1;
            code <<= 1;
            if (!lengths.AsSpan().ContainsAnyInRange(length + 1, 15))
            {
                break;
            }
        }

        throw new InvalidDataException();
    }

    /// <summary>Where a length stands for the first time, or behind as many of its like as are passed over.</summary>
    private static int IndexOf(ReadOnlySpan<int> lengths, int length, int passedOver)
    {
        int index = lengths.IndexOf(length);
        for (; passedOver > 0; passedOver--)
        {
            index += 1 + lengths[(index + 1)..].IndexOf(length);
        }

        return index;
    }

    /// <summary>Whether the lengths fill the tree: not more, and not less but for a single code of one bit.</summary>
    private static bool IsCode(int[] lengths, bool mayBeIncomplete)
    {
        long left = (1 << 15) - lengths.Where(l => l > 0).Sum(l => 1L << (15 - l));
        return left == 0 || (left > 0 && mayBeIncomplete && lengths.Max() == 1);
    }
}
