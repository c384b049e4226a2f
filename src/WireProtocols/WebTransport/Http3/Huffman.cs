using System.Buffers;
using System.Numerics;

namespace WireProtocols.WebTransport;

/// <summary>Strings in the Huffman code of HPACK and QPACK (RFC 7541 §5.2).</summary>
public static class Huffman
{
    private const int TableBits = 8;

    /// <summary>
    /// Tables of 256 entries, chained: an entry is either a symbol with the number of bits that it takes in this table, or the next table.
    /// The first is where a code begins.
    /// </summary>
    private static readonly Entry[] Tables = CreateTables();

    /// <summary>The most bytes that a string of <paramref name="encodedLength"/> bytes decodes to; the shortest code has five bits.</summary>
    public static int GetMaxDecodedLength(int encodedLength) => (int)Math.Min(Array.MaxLength, encodedLength * 8L / 5);

    /// <summary>The number of bytes that a string takes when it is encoded.</summary>
    public static int GetEncodedLength(ReadOnlySpan<byte> source)
    {
        long bits = 0;
        foreach (byte value in source)
        {
            bits += HuffmanCode.Lengths[value];
        }

        return checked((int)((bits + 7) / 8));
    }

    /// <summary>Decodes a whole string.</summary>
    /// <param name="source">The encoded string.</param>
    /// <param name="destination">Where the octets go.</param>
    /// <param name="bytesWritten">How many there are.</param>
    /// <returns><see cref="OperationStatus.Done"/>; <see cref="OperationStatus.DestinationTooSmall"/>; or
    /// <see cref="OperationStatus.InvalidData"/> for EOS, and for padding that is longer than 7 bits or not all ones.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten)
    {
        ulong bits = 0; // Aligned on the most significant bit.
        int count = 0;
        int table = 0;
        int index = 0;
        bytesWritten = 0;
        while (true)
        {
            while (count < 56 && index < source.Length)
            {
                bits |= (ulong)source[index++] << (56 - count);
                count += 8;
            }

            // Past the end, look as though padding went on for ever.
            Entry entry = Tables[table + (int)((bits | (count == 0 ? ulong.MaxValue : ulong.MaxValue >> count)) >> (64 - TableBits))];
            if (entry.Bits > count)
            {
                // "A padding strictly longer than 7 bits MUST be treated as a decoding error", and so must one that is not all ones.
                return table == 0 && BitOperations.LeadingZeroCount(~bits) >= count ? OperationStatus.Done : OperationStatus.InvalidData;
            }

            bits <<= entry.Bits;
            count -= entry.Bits;
            table = entry.Next;
            if (table != 0)
            {
                continue;
            }

            if (entry.Symbol == HuffmanCode.EndOfString)
            {
                // "A Huffman-encoded string literal containing the EOS symbol MUST be treated as a decoding error."
                return OperationStatus.InvalidData;
            }

            if (bytesWritten == destination.Length)
            {
                return OperationStatus.DestinationTooSmall;
            }

            destination[bytesWritten++] = (byte)entry.Symbol;
        }
    }

    /// <summary>Encodes a string.</summary>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    public static OperationStatus Encode(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        if (destination.Length < GetEncodedLength(source))
        {
            return OperationStatus.DestinationTooSmall;
        }

        ulong bits = 0; // Aligned on the least significant bit.
        int count = 0;
        foreach (byte value in source)
        {
            int length = HuffmanCode.Lengths[value];
            bits = (bits << length) | HuffmanCode.Codes[value];
            for (count += length; count >= 8; count -= 8)
            {
                destination[bytesWritten++] = (byte)(bits >> (count - 8));
            }
        }

        if (count > 0)
        {
            destination[bytesWritten++] = (byte)((bits << (8 - count)) | (0xffu >> count));
        }

        return OperationStatus.Done;
    }

    private static Entry[] CreateTables()
    {
        List<Entry> tables = [.. new Entry[1 << TableBits]];
        for (int symbol = 0; symbol <= HuffmanCode.EndOfString; symbol++)
        {
            Add(tables, symbol, HuffmanCode.Codes[symbol], HuffmanCode.Lengths[symbol]);
        }

        return [.. tables];
    }

    private static void Add(List<Entry> tables, int symbol, uint code, int length)
    {
        int table = 0;
        for (; length > TableBits; length -= TableBits)
        {
            int at = table + (int)((code >> (length - TableBits)) & 0xff);
            if (tables[at].Next == 0)
            {
                tables[at] = new Entry(0, TableBits, (ushort)tables.Count);
                tables.AddRange(new Entry[1 << TableBits]);
            }

            table = tables[at].Next;
        }

        int first = table + (int)((code << (TableBits - length)) & 0xff);
        for (int i = 0; i < 1 << (TableBits - length); i++)
        {
            tables[first + i] = new Entry((ushort)symbol, (byte)length, 0);
        }
    }

    private readonly record struct Entry(ushort Symbol, byte Bits, ushort Next);
}
