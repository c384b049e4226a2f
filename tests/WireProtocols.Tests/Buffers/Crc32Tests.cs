using WireProtocols.Buffers;
using WireProtocols.Fuzz.EventStreams;

namespace WireProtocols.Tests.Buffers;

/// <summary>The checksum against one that takes a bit a step, at every length and alignment, and in pieces.</summary>
public class Crc32Tests
{
    private const int Longest = 300;
    private const int Alignments = 16;

    private static readonly byte[] Bytes = Create();

    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void It_is_the_one_that_everybody_knows(string text, uint expected)
        => Assert.Equal(expected, Crc32.Compute(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_length_at_every_alignment_is_what_the_naive_one_says()
    {
        for (int start = 0; start < Alignments; start++)
        {
            for (int length = 0; length <= Longest; length++)
            {
                ReadOnlySpan<byte> bytes = Bytes.AsSpan(start, length);
                uint expected = NaiveEventMessages.Checksum(bytes);
                Assert.Equal(expected, Crc32.Compute(bytes));
                Assert.Equal(expected, Crc32.AppendByTable(0, bytes));
            }
        }
    }

    [Fact]
    public void Any_two_pieces_are_the_whole()
    {
        uint whole = NaiveEventMessages.Checksum(Bytes);
        for (int cut = 0; cut <= Bytes.Length; cut++)
        {
            Assert.Equal(whole, Crc32.Append(Crc32.Compute(Bytes.AsSpan(0, cut)), Bytes.AsSpan(cut)));
        }
    }

    private static byte[] Create()
    {
        byte[] bytes = new byte[Longest + Alignments];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
