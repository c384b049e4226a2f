namespace WireProtocols.Tests.WebSockets;

/// <summary>Writes DEFLATE blocks by hand (RFC 1951 §3.2), so that a test says what stands in them.</summary>
public sealed class DeflateBlocks
{
    private readonly List<byte> _bytes = [];
    private int _bit;

    /// <summary>A block without compression.</summary>
    public DeflateBlocks Stored(ReadOnlySpan<byte> data, bool isFinal = false)
    {
        Bits(isFinal ? 1 : 0, 3);
        _bit = 0;
        _bytes.AddRange([(byte)data.Length, (byte)(data.Length >> 8), (byte)~data.Length, (byte)~(data.Length >> 8), .. data]);
        return this;
    }

    /// <summary>A block with fixed codes that holds one match of three bytes.</summary>
    public DeflateBlocks Match(int distance, bool isFinal = false)
    {
        Bits(isFinal ? 3 : 2, 3);

        // The length 3 is the symbol 257, whose code is 0000001, and the end of the block is 0000000: codes come with their highest bit first.
        Code(1, 7);
        int symbol = Enumerable.Range(0, 30).Last(s => FirstDistance(s) <= distance);
        Code(symbol, 5);
        Bits(distance - FirstDistance(symbol), Math.Max(0, (symbol / 2) - 1));
        Code(0, 7);
        return this;
    }

    /// <summary>The payload of a message: the blocks, and the header of the empty block whose rest is removed.</summary>
    public byte[] ToPayload()
    {
        Bits(0, 3);
        return [.. _bytes];
    }

    /// <summary>§3.2.5: 1, 2, 3, 4, and then two of each number of extra bits.</summary>
    private static int FirstDistance(int symbol) => symbol < 4 ? symbol + 1 : 1 + ((2 + (symbol % 2)) << ((symbol / 2) - 1));

    private void Code(int code, int length)
    {
        for (int bit = length - 1; bit >= 0; bit--)
        {
            Bits((code >> bit) & 1, 1);
        }
    }

    private void Bits(int value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_bit == 0)
            {
                _bytes.Add(0);
            }

            _bytes[^1] |= (byte)(((value >> i) & 1) << _bit);
            _bit = (_bit + 1) % 8;
        }
    }
}
