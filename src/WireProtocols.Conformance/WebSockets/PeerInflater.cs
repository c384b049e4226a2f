namespace WireProtocols.Conformance;

/// <summary>
/// Inflates what a subject compressed, slowly and by the letter (RFC 1951), and remembers how far back it referred: a subject that keeps to a
/// window, or to no context, is held to it.
/// </summary>
/// <param name="windowBits">What the subject agreed to.</param>
/// <param name="noContextTakeover">Each message stands for itself.</param>
/// <param name="isClient">The subject is a client.</param>
internal sealed class PeerInflater(int windowBits, bool noContextTakeover, bool isClient = false)
{
    private static readonly int[] LengthBases
        = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    private static readonly int[] FixedLengths
        = [.. Enumerable.Repeat(8, 144), .. Enumerable.Repeat(9, 112), .. Enumerable.Repeat(7, 24), .. Enumerable.Repeat(8, 8)];

    private List<byte> _history = [];
    private byte[] _source = [];
    private int _bit;

    /// <summary>The message ended in the empty stored block that §7.2.1 says to remove.</summary>
    public bool HasTail { get; private set; }

    private string Side => isClient ? "client" : "server";

    public byte[] Inflate(byte[] message)
    {
        HasTail = message.Length > 4 && message.AsSpan().EndsWith((ReadOnlySpan<byte>)[0, 0, 0xFF, 0xFF]);
        _source = HasTail ? message : [.. message, 0, 0, 0xFF, 0xFF];
        _bit = 0;
        if (noContextTakeover)
        {
            _history = [];
        }
        else if (_history.Count > 1 << 20)
        {
            _history = _history.GetRange(_history.Count - 32768, 32768);
        }

        int start = _history.Count;
        bool isFinal = false;
        while ((_source.Length * 8) - _bit >= 3 && !isFinal)
        {
            isFinal = Bits(1) == 1;
            switch (Bits(2))
            {
                case 0:
                    Stored();
                    break;
                case 1:
                    Codes(new Huffman(FixedLengths), new Huffman([.. Enumerable.Repeat(5, 30)]));
                    break;
                case 2:
                    Dynamic();
                    break;
                default:
                    throw new InvalidDataException("block type 3");
            }
        }

        return [.. _history.Skip(start)];
    }

    private int Bits(int count)
    {
        int value = 0;
        for (int i = 0; i < count; i++, _bit++)
        {
            value |= _bit >> 3 < _source.Length
                ? ((_source[_bit >> 3] >> (_bit & 7)) & 1) << i
                : throw new InvalidDataException("the data ends inside a block");
        }

        return value;
    }

    private void Stored()
    {
        _bit = (_bit + 7) & ~7;
        int length = Bits(16);
        if (Bits(16) != (length ^ 0xFFFF))
        {
            throw new InvalidDataException("the length of a stored block and its complement differ");
        }

        for (int i = 0; i < length; i++)
        {
            _history.Add((byte)Bits(8));
        }
    }

    private void Dynamic()
    {
        int literals = Bits(5) + 257;
        int distances = Bits(5) + 1;
        int codes = Bits(4) + 4;
        int[] lengths = new int[19];
        for (int i = 0; i < codes; i++)
        {
            lengths[Order[i]] = Bits(3);
        }

        Huffman code = new(lengths);
        List<int> all = [];
        while (all.Count < literals + distances)
        {
            int symbol = Symbol(code);
            (int value, int count) = symbol switch
            {
                16 when all.Count > 0 => (all[^1], 3 + Bits(2)),
                16 => throw new InvalidDataException("a repetition of nothing"),
                17 => (0, 3 + Bits(3)),
                18 => (0, 11 + Bits(7)),
                _ => (symbol, 1),
            };
            all.AddRange(Enumerable.Repeat(value, count));
        }

        Codes(new Huffman([.. all.Take(literals)]), new Huffman([.. all.Skip(literals).Take(distances)]));
    }

    private void Codes(Huffman literals, Huffman distances)
    {
        while (Symbol(literals) is not 256 and int symbol)
        {
            if (symbol < 256)
            {
                _history.Add((byte)symbol);
                continue;
            }

            if (symbol > 285)
            {
                throw new InvalidDataException("a length code that does not exist");
            }

            int length = LengthBases[symbol - 257] + Bits(LengthBits[symbol - 257]);
            int code = Symbol(distances);
            if (code > 29)
            {
                throw new InvalidDataException("a distance code that does not exist");
            }

            int extra = Math.Max(0, (code / 2) - 1);
            int distance = code < 4 ? code + 1 : ((2 + (code & 1)) << extra) + 1 + Bits(extra);
            Copy(length, distance);
        }
    }

    private void Copy(int length, int distance)
    {
        if (distance > _history.Count)
        {
            throw new InvalidDataException(noContextTakeover
                ? $"it refers to an earlier message, though {Side}_no_context_takeover was agreed on"
                : "it refers to what was never sent");
        }

        if (distance > 1 << windowBits)
        {
            throw new InvalidDataException($"it refers {distance} bytes back, and {Side}_max_window_bits is {windowBits}");
        }

        for (int i = 0; i < length; i++)
        {
            _history.Add(_history[^distance]);
        }
    }

    private int Symbol(Huffman code)
    {
        int value = 0;
        for (int length = 1; length <= 15; length++)
        {
            value = (value << 1) | Bits(1);
            if (code.Find(length, value) is { } symbol)
            {
                return symbol;
            }
        }

        throw new InvalidDataException("a code that does not exist");
    }

    /// <summary>A canonical code, as lists of symbols by length.</summary>
    private sealed class Huffman
    {
        private readonly int[] _first = new int[16];
        private readonly int[][] _symbols = new int[16][];

        public Huffman(int[] lengths)
        {
            int code = 0;
            for (int length = 1; length <= 15; length++)
            {
                _symbols[length] = [.. Enumerable.Range(0, lengths.Length).Where(i => lengths[i] == length)];
                _first[length] = code;
                code = (code + _symbols[length].Length) << 1;
            }
        }

        public int? Find(int length, int code)
            => code - _first[length] is >= 0 and int index && index < _symbols[length].Length ? _symbols[length][index] : null;
    }
}
