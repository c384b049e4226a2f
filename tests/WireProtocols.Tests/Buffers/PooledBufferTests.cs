using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Buffers;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Buffers;

public class PooledBufferTests
{
    [Fact]
    public void A_new_buffer_is_empty_and_holds_nothing()
    {
        PooledBuffer buffer = default;
        Assert.Equal(0, buffer.Length);
        Assert.True(buffer.Written.IsEmpty);
        Assert.True(buffer.WrittenMemory.IsEmpty);
        buffer.Release();
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void Appended_bytes_survive_growth()
    {
        PooledBuffer buffer = default;
        byte[] expected = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];
        foreach (byte value in expected)
        {
            buffer.Append(value);
        }

        Assert.Equal(expected, buffer.Written);
        Assert.Equal(expected, buffer.WrittenMemory.Span);
        buffer.Release();
    }

    [Fact]
    public void Growth_is_geometric_so_that_appends_stay_linear()
    {
        PooledBuffer buffer = default;
        int moves = 0;
        for (int length = 0; length < 1 << 20; length++)
        {
            ReadOnlyMemory<byte> before = buffer.WrittenMemory;
            buffer.Append(1);
            moves += before.Span.Overlaps(buffer.Written) ? 0 : 1;
        }

        Assert.InRange(moves, 1, 20);
        buffer.Release();
    }

    [Fact]
    public void Reserved_bytes_count_as_written()
    {
        PooledBuffer buffer = default;
        buffer.Append([1, 2]);
        "\u0003\u0004\u0005"u8.CopyTo(buffer.Reserve(3));
        Assert.Equal((byte[])[1, 2, 3, 4, 5], buffer.Written);
        Assert.True(buffer.Reserve(0).IsEmpty);
        buffer.Release();
    }

    [Fact]
    public void Truncate_and_Clear_keep_the_memory_and_Release_gives_it_back()
    {
        PooledBuffer buffer = default;
        buffer.Append([1, 2, 3]);
        ReadOnlyMemory<byte> memory = buffer.WrittenMemory;
        buffer.Truncate(1);
        Assert.Equal((byte[])[1], buffer.Written);
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        buffer.Append(9);
        Assert.True(memory.Span.Overlaps(buffer.Written));

        buffer.Release();
        Assert.True(buffer.Written.IsEmpty);
        buffer.Append(4);
        Assert.Equal((byte[])[4], buffer.Written);
        buffer.Release();
    }

    [Fact]
    public void More_than_an_array_can_hold_is_refused_before_anything_changes()
    {
        PooledBuffer buffer = default;
        buffer.Append([1, 2]);
        Assert.Throws<OverflowException>(() => buffer.Reserve(int.MaxValue));
        Assert.Equal((byte[])[1, 2], buffer.Written);
        buffer.Release();
    }

    [Fact]
    public void It_holds_what_was_appended_in_any_pieces()
        => Prop.ForAll<byte[][]>(pieces =>
        {
            PooledBuffer buffer = default;
            foreach (byte[] piece in pieces)
            {
                buffer.Append(piece);
            }

            Assert.Equal(pieces.SelectMany(p => p), buffer.Written.ToArray());
            buffer.Release();
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_used_buffer_allocates_nothing_more()
    {
        PooledBuffer buffer = default;
        byte[] piece = new byte[3_000];
        Assert.Equal(0, Allocations.Of(() => Cycle(ref buffer, piece)));

        static void Cycle(ref PooledBuffer buffer, byte[] piece)
        {
            buffer.Append(piece);
            buffer.Append(piece);
            buffer.Release();
        }
    }
}
