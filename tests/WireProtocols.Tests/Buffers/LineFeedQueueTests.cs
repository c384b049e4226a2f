using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

/// <summary>The look ahead against a look at each byte, at every length and alignment that could matter.</summary>
public class LineFeedQueueTests
{
    [Fact]
    public void It_finds_what_a_look_at_each_byte_finds_at_every_length_and_alignment()
    {
        Random random = new(7);
        byte[] memory = new byte[400];
        for (int length = 0; length <= 300; length++)
        {
            for (int alignment = 0; alignment < 64; alignment++)
            {
                Span<byte> source = memory.AsSpan(alignment, length);
                int sparsity = 1 << random.Next(9);
                foreach (ref byte value in source)
                {
                    value = random.Next(sparsity) == 0 ? (byte)'\n' : (byte)random.Next(256);
                }

                Assert.Equal(Naive(source), Walk(source));
            }
        }
    }

    [Fact]
    public void Each_single_line_feed_is_found_wherever_it_stands()
    {
        byte[] source = new byte[300];
        for (int at = 0; at < source.Length; at++)
        {
            source.AsSpan().Fill((byte)'x');
            source[at] = (byte)'\n';
            Assert.Equal([at], Walk(source));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(170)]
    [InlineData(9000)]
    public void Long_input_is_scanned_piece_by_piece(int lineLength)
    {
        byte[] source = new byte[100_000];
        for (int at = lineLength - 1; at < source.Length; at += lineLength)
        {
            source[at] = (byte)'\n';
        }

        Assert.Equal(Naive(source), Walk(source));
    }

    [Fact]
    public void Input_that_is_shown_again_shorter_or_longer_or_further_on_is_seen_as_it_is()
    {
        byte[] input = [.. "aa\nbb\ncc\n"u8];
        LineFeedQueue feeds = default;
        Assert.Equal(2, feeds.IndexOf(input, 0));
        Assert.Equal(-1, feeds.IndexOf(input.AsSpan(0, 2), 0));
        Assert.Equal(2, feeds.IndexOf(input.AsSpan(0, 3), 0));
        Assert.Equal(2, feeds.IndexOf(input.AsSpan(3), 3));
        Assert.Equal(-1, feeds.IndexOf(input.AsSpan(3, 2), 3));
        Assert.Equal(1, feeds.IndexOf(input.AsSpan(7), 7));
        Assert.Equal(-1, feeds.IndexOf("dd"u8, 9));
        Assert.Equal(2, feeds.IndexOf("dd\n"u8, 9));
        feeds.Reset();
        Assert.Equal(0, feeds.IndexOf("\n"u8, 0));
    }

    private static List<int> Walk(ReadOnlySpan<byte> source)
    {
        List<int> found = [];
        LineFeedQueue feeds = default;
        int at = 0;
        while (feeds.IndexOf(source[at..], at) is >= 0 and int index)
        {
            found.Add(at + index);
            at += index + 1;
        }

        return found;
    }

    private static List<int> Naive(ReadOnlySpan<byte> source)
    {
        List<int> found = [];
        for (int at = 0; at < source.Length; at++)
        {
            if (source[at] == '\n')
            {
                found.Add(at);
            }
        }

        return found;
    }
}
