using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketMaskTests
{
    private const int Longest = 300;
    private const int Line = 64;
    private const byte Untouched = 0xA5;

    private static readonly byte[] Octets = FrameBytes.Payload(Longest);

    /// <summary>What RFC 6455 §5.3 says, for each phase.</summary>
    private static readonly byte[][] Expected = [.. Enumerable.Range(0, 4).Select(phase => Naive(Octets, FrameBytes.Key, phase))];

    [Fact]
    public void The_example_of_the_specification()
    {
        byte[] hello = "Hello"u8.ToArray();
        WebSocketMask.ApplyInPlace(hello, 0x37FA213D);
        Assert.Equal([0x7f, 0x9f, 0x4d, 0x51, 0x58], hello);
    }

    [Fact]
    public void Copying_is_the_naive_loop_at_every_length_phase_and_alignment()
    {
        using AlignedBytes sources = new(Longest + (3 * Line));
        using AlignedBytes destinations = new(Longest + (3 * Line));
        for (int length = 0; length <= Longest; length++)
        {
            for (int alignment = 0; alignment < Line; alignment++)
            {
                // Every alignment of either side at every length; the other side wanders through all of its own.
                CheckCopy(sources.Span, destinations.Span, length, alignment, (alignment * 7) + length, alignment + length);
                CheckCopy(sources.Span, destinations.Span, length, (alignment * 5) + length, alignment, alignment);
            }
        }
    }

    [Fact]
    public void Copying_is_the_naive_loop_at_every_pair_of_alignments()
    {
        using AlignedBytes sources = new(Longest + (3 * Line));
        using AlignedBytes destinations = new(Longest + (3 * Line));
        int[] lengths = [1, 15, 31, 63, 65, 127, 255, 300];
        for (int source = 0; source < Line; source++)
        {
            for (int destination = 0; destination < Line; destination++)
            {
                CheckCopy(sources.Span, destinations.Span, lengths[(source + destination) % lengths.Length], source, destination, source);
            }
        }
    }

    [Fact]
    public void In_place_is_the_naive_loop_at_every_length_phase_and_alignment()
    {
        using AlignedBytes memory = new(Longest + (3 * Line));
        for (int length = 0; length <= Longest; length++)
        {
            for (int alignment = 0; alignment < Line; alignment++)
            {
                int phase = (alignment + length) & 3;
                memory.Span.Fill(Untouched);
                Span<byte> payload = memory.Span.Slice(Line + alignment, length);
                Octets.AsSpan(0, length).CopyTo(payload);
                WebSocketMask.ApplyInPlace(payload, FrameBytes.Key, phase);
                AssertAt(memory.Span, Line + alignment, length, phase);
            }
        }
    }

    [Fact]
    public void Long_payloads_are_the_naive_loop_around_every_unrolled_step()
    {
        byte[] octets = FrameBytes.Payload(2100);
        byte[] destination = new byte[octets.Length];
        for (int length = 300; length <= octets.Length; length++)
        {
            destination.AsSpan().Fill(Untouched);
            WebSocketMask.Apply(octets.AsSpan(0, length), destination, 0x01020380, length);
            Assert.True(destination.AsSpan(0, length).SequenceEqual(Naive(octets.AsSpan(0, length), 0x01020380, length)));
            Assert.True(destination.AsSpan(length).IndexOfAnyExcept(Untouched) < 0);
        }
    }

    [Fact]
    public void Whole_lines_write_whole_lines_and_not_a_byte_more()
    {
        using AlignedBytes sources = new(Longest + (3 * Line));
        using AlignedBytes destinations = new(Longest + (3 * Line));
        for (int length = 0; length <= 256; length++)
        {
            nuint lines = WebSocketMask.RoundUp((nuint)length);
            Assert.Equal((length + 63) / 64 * 64, (int)lines);
            int alignment = length % Line;
            destinations.Span.Fill(Untouched);
            Octets.AsSpan(0, (int)lines).CopyTo(sources.Span[alignment..]);
            WebSocketMask.ApplyWholeLines(
                ref sources.Span[alignment], ref destinations.Span[Line], lines, BitConverter.IsLittleEndian
                    ? BinaryPrimitives.ReverseEndianness(FrameBytes.Key)
                    : FrameBytes.Key);
            AssertAt(destinations.Span, Line, (int)lines, 0);
        }
    }

    [Fact]
    public void Any_pieces_with_their_offsets_are_the_whole()
        => Prop.ForAll<byte[], uint, int>((octets, key, seed) =>
        {
            Random random = new(seed);
            long start = random.NextInt64();
            byte[] pieces = new byte[octets.Length];
            for (int at = 0; at < octets.Length;)
            {
                int length = 1 + random.Next(octets.Length - at);
                WebSocketMask.Apply(octets.AsSpan(at, length), pieces.AsSpan(at), key, start + at);
                at += length;
            }

            byte[] whole = new byte[octets.Length];
            WebSocketMask.Apply(octets, whole, key, start);
            bool same = whole.SequenceEqual(pieces) && whole.SequenceEqual(Naive(octets, key, start));
            WebSocketMask.ApplyInPlace(whole, key, start);
            return same && whole.SequenceEqual(octets);
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void A_destination_that_is_too_short_throws_and_stays_as_it_was()
    {
        byte[] destination = [1, 2, 3];
        Assert.Throws<ArgumentException>(() => WebSocketMask.Apply(new byte[4], destination, 0xFFFFFFFF));
        Assert.Equal([1, 2, 3], destination);
    }

    [Fact]
    public void Keys_are_fresh_and_of_all_bits()
    {
        // Three pools' worth: a pool that repeats, or hands out a key twice at its end, shows at once.
        uint[] keys = [.. Enumerable.Range(0, 3 * 1024).Select(_ => WebSocketMaskingKey.Next())];
        Assert.True(keys.Distinct().Count() > keys.Length - 5);
        Assert.Equal(uint.MaxValue, keys.Aggregate((a, b) => a | b));
        Assert.Equal(0u, keys.Aggregate((a, b) => a & b));
    }

    [Fact]
    public void Threads_share_no_keys()
    {
        uint[] here = [.. Enumerable.Range(0, 100).Select(_ => WebSocketMaskingKey.Next())];
        uint[] there = [];
        Thread thread = new(() => there = [.. Enumerable.Range(0, 100).Select(_ => WebSocketMaskingKey.Next())]);
        thread.Start();
        thread.Join();
        Assert.True(here.Intersect(there).Count() < 3);
    }

    private static void CheckCopy(Span<byte> sources, Span<byte> destinations, int length, int sourceAlignment, int destinationAlignment, int phase)
    {
        Span<byte> source = sources.Slice(sourceAlignment % Line, length);
        int start = Line + (destinationAlignment % Line);
        Octets.AsSpan(0, length).CopyTo(source);
        destinations.Fill(Untouched);
        WebSocketMask.Apply(source, destinations[start..], FrameBytes.Key, phase);
        AssertAt(destinations, start, length, phase & 3);
        Assert.True(source.SequenceEqual(Octets.AsSpan(0, length)), "The source is only read.");
    }

    private static void AssertAt(Span<byte> memory, int start, int length, int phase)
    {
        if (!memory.Slice(start, length).SequenceEqual(Expected[phase].AsSpan(0, length))
            || memory[..start].IndexOfAnyExcept(Untouched) >= 0
            || memory[(start + length)..].IndexOfAnyExcept(Untouched) >= 0)
        {
            Assert.Fail($"length {length}, start {start}, phase {phase}");
        }
    }

    private static byte[] Naive(ReadOnlySpan<byte> octets, uint key, long phase)
    {
        byte[] keyOctets = [(byte)(key >> 24), (byte)(key >> 16), (byte)(key >> 8), (byte)key];
        byte[] transformed = new byte[octets.Length];
        for (int i = 0; i < octets.Length; i++)
        {
            transformed[i] = (byte)(octets[i] ^ keyOctets[(int)((ulong)(phase + i) % 4)]);
        }

        return transformed;
    }
}
