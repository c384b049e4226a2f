using System.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketFrameDecoderTests
{
    [Theory]
    [InlineData(WebSocketRole.Client, 16 * 1024)]
    [InlineData(WebSocketRole.Client, (16 * 1024) + 1)]
    [InlineData(WebSocketRole.Client, 40_000)]
    [InlineData(WebSocketRole.Client, 70_000)]
    [InlineData(WebSocketRole.Server, 40_000)]
    [InlineData(WebSocketRole.Server, 70_000)]
    public void What_shall_come_whole_comes_whole_however_long_it_is(WebSocketRole sender, int length)
    {
        byte[] payload = FrameBytes.Payload(length);
        byte[] frame = FrameBytes.From(sender, WebSocketOpcode.Binary, payload);
        foreach (int cut in (int[])[0, 1, 5, 100, 16_390, frame.Length - 1])
        {
            using WebSocketFrameDecoder decoder = new(sender, new WebSocketFrameOptions { WholePayloadLength = 100_000 });
            int parts = 0;
            Testing.Feed.All<WebSocketFramePart>([frame.AsMemory(0, cut), frame.AsMemory(cut)], decoder.Decode, part =>
            {
                parts++;
                Assert.True(part.IsFirst && part.IsLast);
                Assert.True(part.Payload.SequenceEqual(payload));
            });
            Assert.Equal(1, parts);
        }
    }

    [Fact]
    public async Task Long_whole_payloads_and_long_streamed_ones_mean_the_same_however_they_are_split()
    {
        byte[] input =
        [
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(17_000)),
            .. FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(20_001), fin: false),
            .. FrameBytes.Masked(WebSocketOpcode.Ping, FrameBytes.Payload(125)),
            .. FrameBytes.Masked(WebSocketOpcode.Continuation, FrameBytes.Payload(3)),
        ];
        IReadOnlyList<string>? first = null;
        foreach (int whole in (int[])[0, 125, 17_000, 20_000, 100_000])
        {
            // Byte by byte and 600 splits of 37 KB each are not needed four times over: a few cuts of every kind.
            WebSocketFrameSubject subject = new(WebSocketRole.Client, new WebSocketFrameOptions { WholePayloadLength = whole });
            first ??= subject.Decode([input]);
            Random random = new(whole);
            for (int round = 0; round < 20; round++)
            {
                Assert.Equal(first, subject.Decode(Segmentation.RandomPieces(input, random)));
            }

            Assert.Equal(first, await Trickle.RunAsync(input, 1500, subject.ReadAsync));
        }
    }

    [Fact]
    public void Every_short_length_is_unmasked_alike_whatever_follows_it()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        foreach (int length
            in Enumerable.Range(0, 300).Concat([894, 895, 896, 897, 900, 1024, 3967, 3968, 3969, 4096, 4097, 16_383, 16_384, 65_535, 65_536]))
        {
            byte[] payload = FrameBytes.Payload(length);
            byte[] frame = FrameBytes.Masked(WebSocketOpcode.Binary, payload);
            for (int behind = 0; behind < 70; behind += length < 300 ? 1 : 23)
            {
                AssertDecodes(decoder, [.. frame, .. new byte[behind]], frame.Length, payload);
            }
        }
    }

    [Theory]
    [InlineData(WebSocketRole.Client)]
    [InlineData(WebSocketRole.Server)]
    public void Nothing_is_read_behind_the_source(WebSocketRole sender)
    {
        using GuardedBytes memory = new(16 * 1024);
        using WebSocketFrameDecoder decoder = new(sender);
        Feed(decoder, FrameBytes.From(sender, WebSocketOpcode.Binary, FrameBytes.Payload(2000)));
        for (int length = 0; length <= 400; length++)
        {
            byte[] frame = FrameBytes.From(sender, WebSocketOpcode.Binary, FrameBytes.Payload(length));
            AssertDecodes(decoder, memory.Put(frame), frame.Length, FrameBytes.Payload(length));

            // Cut anywhere in its first bytes or before its last, nothing can be known yet, and nothing is read to find out.
            for (int cut = 0; cut < frame.Length; cut += cut < 20 ? 1 : 97)
            {
                using WebSocketFrameDecoder other = new(sender);
                Assert.Equal(OperationStatus.NeedMoreData, other.Decode(memory.Put(frame.AsSpan(0, cut)), out int consumed, out _));
                Assert.Equal(cut, consumed);
            }
        }
    }

    [Fact]
    public void The_input_is_only_read()
    {
        byte[] input =
        [
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(100)),
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(100)),
            .. FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(40_000)),
        ];
        byte[] before = [.. input];
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        Feed(decoder, input);
        Assert.Equal(before, input);
    }

    [Fact]
    public void A_collection_in_between_moves_nothing_out_of_place()
    {
        byte[] payload = FrameBytes.Payload(500);
        byte[] input = [.. Enumerable.Repeat(FrameBytes.Masked(WebSocketOpcode.Binary, payload), 50).SelectMany(f => f)];
        Thread collector = new(() =>
        {
            for (int count = 0; count < 30; count++)
            {
                GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: true);
            }
        });
        collector.Start();
        while (collector.IsAlive)
        {
            using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
            ReadOnlySpan<byte> rest = [.. input];
            while (decoder.Decode(rest, out int consumed, out WebSocketFramePart part) == OperationStatus.Done)
            {
                Assert.True(part.Payload.SequenceEqual(payload));
                rest = rest[consumed..];
            }

            Assert.True(rest.IsEmpty);
        }

        collector.Join();
    }

    [Theory]
    [InlineData("81")]
    [InlineData("8185")]
    [InlineData("818537fa213d")]
    [InlineData("818537fa213d7f9f")]
    [InlineData("82fe138837fa213d7f9f")]
    [InlineData("010037fa213d")]
    [InlineData("888037fa213d")]
    [InlineData("018037fa213d")]
    [InlineData("c1")]
    [InlineData("81fe0000")]
    public void After_a_reset_all_is_as_at_the_start(string hex)
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        Feed(decoder, FrameBytes.Masked(WebSocketOpcode.Binary, FrameBytes.Payload(300)));
        Feed(decoder, Convert.FromHexString(hex));
        decoder.Reset();
        Assert.Equal((0L, WebSocketProtocolError.None, 0L), (decoder.Position, decoder.Error, decoder.ErrorOffset));
        AssertDecodes(decoder, FrameBytes.Masked(WebSocketOpcode.Text, [1, 2, 3]), 9, [1, 2, 3]);
        Assert.Equal(9, decoder.Position);
        Assert.Equal(OperationStatus.Done, decoder.Complete());
    }

    [Fact]
    public void A_payload_that_was_thrown_away_halfway_is_not_made_up()
    {
        WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        byte[] frame = FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(100));
        Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(frame.AsSpan(0, 50), out _, out _));
        decoder.Dispose();
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Decode(frame.AsSpan(50), out _, out _));
        decoder.Reset();
        AssertDecodes(decoder, frame, frame.Length, FrameBytes.Payload(100));
        decoder.Dispose();
    }

    [Fact]
    public void Scratch_is_held_while_it_holds_something_and_no_longer()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Client);
        Feed(decoder, FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(100)));
        Assert.False(decoder.HoldsScratch);
        Feed(decoder, FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(5000)).AsSpan(0, 50));
        Assert.False(decoder.HoldsScratch);
        Feed(decoder, FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(5000)).AsSpan(50));
        Feed(decoder, FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(100)).AsSpan(0, 50));
        Assert.True(decoder.HoldsScratch);
        Feed(decoder, [.. FrameBytes.Masked(WebSocketOpcode.Text, FrameBytes.Payload(100))[50..], 0xFF, 0xFF]);
        Assert.Equal(WebSocketProtocolError.ReservedBitSet, decoder.Error);
        Assert.False(decoder.HoldsScratch);
    }

    [Fact]
    public void An_end_between_frames_is_an_end_and_may_be_said_twice()
    {
        using WebSocketFrameDecoder decoder = new(WebSocketRole.Server);
        Assert.Equal(OperationStatus.Done, decoder.Complete());
        Feed(decoder, FrameBytes.Plain(WebSocketOpcode.Text, [1], fin: false));
        Assert.Equal(OperationStatus.Done, decoder.Complete());
        Assert.Equal(OperationStatus.Done, decoder.Complete());
    }

    [Fact]
    public void The_options_refuse_what_makes_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameOptions { MaxPayloadLength = 124 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameOptions { WholePayloadLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameOptions { WholePayloadLength = (1024 * 1024) + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameOptions { ReservedBits = (WebSocketReservedBits)8 });
    }

    private static void AssertDecodes(WebSocketFrameDecoder decoder, ReadOnlySpan<byte> source, int frameLength, byte[] payload)
    {
        int at = 0;
        using MemoryStream collected = new();
        do
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode(source[at..], out int consumed, out WebSocketFramePart part));
            collected.Write(part.Payload);
            at += consumed;
        }
        while (at < frameLength);

        Assert.Equal(frameLength, at);
        Assert.True(collected.ToArray().AsSpan().SequenceEqual(payload), $"length {payload.Length}, {source.Length - frameLength} bytes behind it");
    }

    private static void Feed(WebSocketFrameDecoder decoder, ReadOnlySpan<byte> source)
    {
        while (decoder.Decode(source, out int consumed, out _) == OperationStatus.Done)
        {
            source = source[consumed..];
        }
    }
}
