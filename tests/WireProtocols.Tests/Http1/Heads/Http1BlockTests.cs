using System.Numerics;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1BlockTests
{
    private const int Longest = 300;

    [Theory]
    [InlineData(40, new[] { 0, 7, 31, 32, 39 })]
    [InlineData(64, new[] { 0, 15, 16, 31, 32, 47, 48, 63 })]
    [InlineData(100, new[] { 0, 31, 32, 63 })]
    public void Every_byte_is_classified_as_the_grammar_says_wherever_it_stands(int length, int[] places)
    {
        byte[] head = new byte[length];
        foreach (int at in places)
        {
            for (int value = 0; value < 256; value++)
            {
                Array.Fill(head, (byte)'a');
                head[at] = (byte)value;
                Http1BlockMasks masks = Http1Block.At(head, 0);
                Assert.Equal(Http1Grammar.Token.Contains((byte)value) ? Http1Block.Size : at, BitOperations.TrailingZeroCount(masks.NonTokens));
                Assert.Equal(Http1Grammar.Controls.Contains((byte)value) ? at : Http1Block.Size, BitOperations.TrailingZeroCount(masks.Controls));
            }
        }
    }

    [Fact]
    public void The_first_one_is_found_at_every_length_and_from_every_start()
    {
        byte[] bytes = new byte[Longest];
        for (int length = 1; length <= Longest; length++)
        {
            Span<byte> head = bytes.AsSpan(0, length);
            for (int found = 0; found <= length; found += found < 70 ? 1 : 17)
            {
                head.Fill((byte)'a');
                head[Math.Min(found, length)..].Fill((byte)'\r');
                for (int start = 0; start <= Math.Min(found, length - 1); start += start < 70 ? 1 : 29)
                {
                    int seen = found < length ? Math.Min(found - start, Http1Block.Size) : Http1Block.Size;
                    Http1BlockMasks masks = Http1Block.At(head, start);
                    Assert.Equal(seen, BitOperations.TrailingZeroCount(masks.NonTokens));
                    Assert.Equal(seen, BitOperations.TrailingZeroCount(masks.Controls));
                    Assert.Equal(found, Http1Block.FindControl(head, start));
                }
            }
        }
    }
}
