using System.Runtime.InteropServices;
using WireProtocols.Buffers;
using WireProtocols.Tests.WebSockets;

namespace WireProtocols.Tests.Buffers;

/// <summary>The masks against a look at each byte, at every length and alignment.</summary>
public sealed class LineBlockTests
{
    private const int Longest = 300;

    [Fact]
    public void Every_length_and_alignment_gives_the_masks_of_a_plain_loop()
    {
        using AlignedBytes memory = new(Longest + LineBlock.Size);
        Random random = new(3);
        foreach (ref byte value in memory.Span)
        {
            value = Byte(random);
        }

        for (int alignment = 0; alignment < LineBlock.Size; alignment++)
        {
            for (int length = 0; length <= Longest; length++)
            {
                Check<CarriageReturnOrLineFeed>(memory.Span.Slice(alignment, length), static value => value is (byte)'\r' or (byte)'\n');
                Check<LineFeedAlone>(memory.Span.Slice(alignment, length), static value => value == '\n');
            }
        }
    }

    [Fact]
    public void No_byte_behind_the_end_is_read()
    {
        using GuardedBytes memory = new(Longest);
        byte[] content = new byte[Longest];
        Random random = new(4);
        for (int length = 0; length <= Longest; length++)
        {
            foreach (ref byte value in content.AsSpan(0, length))
            {
                value = Byte(random);
            }

            Check<CarriageReturnOrLineFeed>(memory.Put(content.AsSpan(0, length)), static value => value is (byte)'\r' or (byte)'\n');
            Check<LineFeedAlone>(memory.Put(content.AsSpan(0, length)), static value => value == '\n');
            int expected = content.AsSpan(0, length).IndexOfAny((byte)'\r', (byte)'\n');
            Assert.Equal(expected, LineBlock.IndexOfBreak(memory.Put(content.AsSpan(0, length)), out _));
        }
    }

    /// <summary>Whole blocks, and what is left behind them as a tail.</summary>
    private static void Check<TEnds>(ReadOnlySpan<byte> source, Func<byte, bool> isEnd)
        where TEnds : struct, ILineEnds
    {
        int start = 0;
        for (; source.Length - start >= LineBlock.Size; start += LineBlock.Size)
        {
            ReadOnlySpan<byte> block = source.Slice(start, LineBlock.Size);
            Assert.Equal(Plain(block, isEnd), LineBlock.Of<TEnds>(ref MemoryMarshal.GetReference(block), out ulong nonAscii));
            Assert.Equal(Plain(block, static value => value >= 0x80), nonAscii);
        }

        Assert.Equal(Plain(source[start..], isEnd), LineBlock.OfTail<TEnds>(source, start, out ulong tailNonAscii));
        Assert.Equal(Plain(source[start..], static value => value >= 0x80), tailNonAscii);
    }

    private static ulong Plain(ReadOnlySpan<byte> bytes, Func<byte, bool> isSet)
    {
        ulong mask = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            mask |= isSet(bytes[i]) ? 1UL << i : 0;
        }

        return mask;
    }

    private static byte Byte(Random random) => random.Next(16) switch { 0 => (byte)'\r', 1 => (byte)'\n', _ => (byte)random.Next(256) };
}
