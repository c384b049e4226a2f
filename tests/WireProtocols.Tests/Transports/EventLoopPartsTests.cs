using System.Buffers;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Transports;

/// <summary>The small parts of an event loop.</summary>
public sealed class EventLoopPartsTests
{
    [Fact]
    public void A_token_whose_slot_is_another_s_by_now_is_nobody_s()
    {
        EventSlots slots = new();
        Handler[] handlers = [.. Enumerable.Range(0, 200).Select(_ => new Handler())];
        ulong[] tokens = [.. handlers.Select(slots.Add)];
        Assert.All(handlers.Zip(tokens), pair => Assert.Same(pair.First, slots.Find(pair.Second)));
        slots.Remove(tokens[7]);
        Assert.Null(slots.Find(tokens[7]));
        Handler other = new();
        ulong again = slots.Add(other);
        Assert.Equal((uint)tokens[7], (uint)again);
        Assert.Null(slots.Find(tokens[7]));
        Assert.Same(other, slots.Find(again));
        Assert.Equal(201, tokens.Append(again).Distinct().Count());
    }

    [Fact]
    public void An_input_that_waits_holds_as_much_as_is_in_it()
    {
        InputBuffer buffer = default;
        for (int i = 0; i < 10; i++)
        {
            // Who sends much is read from in large pieces.
            buffer.Fill(buffer.MakeRoom().Length);
            buffer.Consume(buffer.End);
            buffer.Return();
        }

        Assert.True(buffer.MakeRoom().Length >= 512 * 1024);
        "abc"u8.CopyTo(buffer.MakeRoom());
        buffer.Fill(3);
        buffer.Consume(buffer.Start + 1);
        buffer.Trim();
        Assert.Equal("bc"u8, buffer.Content.ToArray());
        Assert.True(buffer.Capacity is > 0 and < 1024, $"{buffer.Capacity}");
        buffer.Consume(buffer.End);
        buffer.Trim();
        Assert.Equal(0, buffer.Capacity);
        for (int i = 0; i < 10; i++)
        {
            // Who sends little, in small ones.
            buffer.MakeRoom();
            buffer.Fill(1);
            buffer.Consume(buffer.End);
            buffer.Return();
        }

        buffer.MakeRoom();
        Assert.True(buffer.Capacity <= 4096, $"{buffer.Capacity}");
        buffer.Return();
    }

    [Fact]
    public void An_input_grows_and_moves_without_losing_a_byte()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Random random = new(seed);
            InputBuffer buffer = default;
            int written = 0;
            int read = 0;
            while (written < 8_000_000)
            {
                Span<byte> room = buffer.MakeRoom();
                Assert.False(room.IsEmpty);
                int count = random.Next(room.Length + 1);
                for (int i = 0; i < count; i++)
                {
                    room[i] = (byte)((written + i) * 31 >> 3);
                }

                buffer.Fill(count);
                written += count;
                int taken = random.Next(written - read + 1);
                foreach (byte value in buffer.Content.Slice(0, taken).ToArray())
                {
                    Assert.True(value == (byte)(read++ * 31 >> 3), $"seed {seed}: byte {read - 1}");
                }

                buffer.Consume(buffer.Start + taken);
                if (random.Next(3) == 0)
                {
                    buffer.Trim();
                }
            }

            buffer.Return();
        }
    }

    [Fact]
    public void An_output_gives_back_what_has_been_sent_and_keeps_the_rest_in_order()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            OutputQueue queue = default;
            int written = 0;
            int sent = 0;
            long pending = 0;
            while (sent < 200_000)
            {
                if (queue.Room.Length == 0)
                {
                    queue.Grow(1 + random.Next(5000));
                }

                int count = random.Next(queue.Room.Length + 1);
                for (int i = 0; i < count; i++)
                {
                    queue.Room.Span[0] = (byte)(written++ * 31 >> 3);
                    queue.Write(1);
                }

                if (random.Next(2) == 0)
                {
                    pending += queue.Publish();
                    if (random.Next(3) == 0)
                    {
                        queue.Trim();
                    }
                }

                while (pending > 0 && random.Next(3) > 0)
                {
                    ReadOnlySpan<byte> bytes = queue.FirstToSend();
                    int now = 1 + random.Next(bytes.Length);
                    foreach (byte value in bytes[..now])
                    {
                        Assert.True(value == (byte)(sent++ * 31 >> 3), $"seed {seed}: byte {sent - 1}");
                    }

                    queue.Consume(now);
                    pending -= now;
                }
            }

            queue.Clear();
            Assert.Equal(0, queue.Room.Length);
        }
    }

    [Fact]
    public void An_output_gives_back_most_of_a_segment_that_is_nearly_sent_whatever_waits_behind_it()
    {
        const int Large = 512 * 1024;
        OutputQueue queue = default;
        queue.Grow(Large);
        queue.RoomSpan[..Large].Fill((byte)'a');
        queue.Write(Large);
        queue.Grow(4096);
        "bc"u8.CopyTo(queue.RoomSpan);
        queue.Write(2);
        Assert.Equal(Large + 2, queue.Publish());
        Assert.Equal(Large, queue.FirstToSend().Length);
        queue.Consume(Large - 1);
        queue.Trim();
        Assert.True(queue.Capacity <= 16 * 1024, $"{queue.Capacity} bytes for 3");
        Assert.Equal("a"u8, queue.FirstToSend());
        queue.Consume(1);
        Assert.Equal("bc"u8, queue.FirstToSend());
        queue.Clear();
    }

    private sealed class Handler : IEventHandler
    {
        public void OnEvents(uint events)
        {
        }
    }
}
