using WireProtocols.Buffers;

namespace WireProtocols.Tests.Buffers;

public sealed class LineEndWalkTests
{
    private const int Longest = 300;
    private const int Alignments = 64;

    [Fact]
    public void Every_length_and_alignment_gives_the_line_ends_of_a_plain_loop()
    {
        byte[] buffer = Fill(new Random(1), sparse: false);
        for (int alignment = 0; alignment < Alignments; alignment++)
        {
            for (int length = 0; length <= Longest; length++)
            {
                Check(buffer.AsSpan(alignment, length));
            }
        }
    }

    [Fact]
    public void Sparse_line_ends_are_found_at_every_place()
    {
        byte[] buffer = new byte[Longest];
        for (int place = 0; place < Longest; place++)
        {
            buffer.AsSpan().Fill((byte)'x');
            buffer[place] = place % 2 == 0 ? (byte)'\r' : (byte)'\n';
            for (int length = place; length <= Longest; length += 7)
            {
                Check(buffer.AsSpan(0, length));
                Check(buffer.AsSpan(Math.Min(place, length)));
            }
        }
    }

    [Fact]
    public void Bytes_beside_the_line_ends_are_none()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Check(all);
        Check(all.AsSpan(0x0B, 0x02));
        Check(all.AsSpan(0x80));
    }

    [Fact]
    public void A_start_inside_the_source_leaves_out_what_is_before()
    {
        byte[] buffer = Fill(new Random(2), sparse: true);
        for (int start = 0; start <= Longest; start++)
        {
            LineEndWalk breaks = new(buffer.AsSpan(0, Longest), start);
            List<int> found = [];
            while (breaks.TryNext(out int index))
            {
                found.Add(index);
            }

            Assert.Equal(Plain(buffer.AsSpan(0, Longest)).Where(i => i >= start), found);
        }
    }

    private static void Check(ReadOnlySpan<byte> value)
    {
        List<int> expected = Plain(value);
        bool ascii = !value.ContainsAnyInRange((byte)0x80, (byte)0xFF);
        Assert.Equal(expected.Count > 0 ? expected[0] : -1, LineBlock.IndexOfBreak(value, out bool isAscii));
        Assert.Equal(ascii, isAscii);

        List<int> found = [];
        LineEndWalk breaks = new(value, 0);
        while (breaks.TryNext(out int index))
        {
            found.Add(index);
        }

        Assert.True(expected.SequenceEqual(found));
        Assert.Equal(ascii, breaks.NonAscii == 0);
        Assert.False(breaks.TryNext(out _));
    }

    private static List<int> Plain(ReadOnlySpan<byte> value)
    {
        List<int> found = [];
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] is (byte)'\r' or (byte)'\n')
            {
                found.Add(i);
            }
        }

        return found;
    }

    private static byte[] Fill(Random random, bool sparse)
    {
        byte[] buffer = new byte[Longest + Alignments];
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = random.Next(sparse ? 40 : 16) switch
            {
                0 => (byte)'\r',
                1 => (byte)'\n',
                2 when random.Next(100) == 0 => 0xC3,
                _ => (byte)random.Next(0x80),
            };
        }

        return buffer;
    }
}
