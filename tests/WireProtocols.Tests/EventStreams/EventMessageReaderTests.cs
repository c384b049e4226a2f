using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.EventStreams;
using WireProtocols.Fuzz.EventStreams;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.EventStreams;

public class EventMessageReaderTests
{
    [Fact]
    public async Task ReadAll_hands_out_whole_messages()
    {
        byte[] body = [.. Write(new byte[1000], new OwnedEventHeader("a", "b")), .. Write([]), .. Write("c"u8.ToArray())];
        List<OwnedEventMessage> messages = await Trickle.RunAsync(body, 7, async pipe =>
        {
            using EventMessageReader reader = new(pipe);
            return await reader.ReadAllAsync().ToListAsync();
        });
        Assert.Equal([1000, 0, 1], messages.Select(m => m.Payload.Length));
        Assert.Equal([0, 1022, 1038], messages.Select(m => m.Offset));
        Assert.Equal("b", messages[0].GetString("a"));
        Assert.Null(messages[0].GetHeader("b"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(14)]
    [InlineData(20)]
    [InlineData(24)]
    public void A_decoder_that_was_disposed_of_begins_anew(int cut)
    {
        byte[] message = Write("hi"u8.ToArray(), new OwnedEventHeader("a", "b"));
        using EventMessageDecoder decoder = new();
        ReadOnlySpan<byte> rest = message.AsSpan(0, cut);
        while (decoder.Decode(rest, out int taken, out _) == OperationStatus.Done)
        {
            rest = rest[taken..];
        }

        decoder.Dispose();
        Assert.Equal((0, EventMessageProtocolError.None, true), (decoder.Position, decoder.Error, decoder.IsAtBoundary));
        Assert.Equal(OperationStatus.Done, decoder.Decode(message, out int consumed, out EventMessagePart part));
        Assert.Equal((message.Length, 0, "hi"), (consumed, part.Offset, System.Text.Encoding.ASCII.GetString(part.Payload)));
        Assert.Equal(OperationStatus.Done, decoder.Complete());
    }

    [Fact]
    public async Task ReadAll_hands_out_nothing_whose_checksum_is_wrong()
    {
        byte[] good = Write("good"u8.ToArray());
        byte[] bad = Write("bad"u8.ToArray());
        bad[^1] ^= 1;
        List<OwnedEventMessage> messages = [];
        using EventMessageReader reader = new(PipeReader.Create(Segments.Create([good, bad.AsMemory(0, 18), bad.AsMemory(18)])));
        EventMessageProtocolException exception = await Assert.ThrowsAsync<EventMessageProtocolException>(async () =>
        {
            await foreach (OwnedEventMessage message in reader.ReadAllAsync())
            {
                messages.Add(message);
            }
        });
        Assert.Equal((EventMessageProtocolError.MessageChecksumMismatch, 35), (exception.Error, exception.Offset));
        Assert.Equal("amazon-eventstream §Message Format", exception.Section);
        Assert.Equal("good"u8, Assert.Single(messages).Payload.Span);
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using EventMessageReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        ValueTask<bool> waiting = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await pipe.Writer.WriteAsync(Write("a"u8.ToArray()));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out EventMessagePart part));
        Assert.True(part.IsFirst && part.IsLast);
        Assert.Equal("a"u8, part.Payload);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task ReadAll_that_was_cancelled_inside_a_message_goes_on_with_it()
    {
        Pipe pipe = new();
        using EventMessageReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        byte[] message = Write([1, 2, 3, 4], new OwnedEventHeader("a", "b"));
        await pipe.Writer.WriteAsync(message.AsMemory(0, 20));
        Task<List<OwnedEventMessage>> reading = reader.ReadAllAsync(source.Token).ToListAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync(message.AsMemory(20));
        await pipe.Writer.CompleteAsync();
        OwnedEventMessage whole = Assert.Single(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal([1, 2, 3, 4], whole.Payload.ToArray());
        Assert.Equal("b", whole.GetString("a"));
    }

    [Fact]
    public async Task A_message_that_was_begun_in_pieces_is_not_read_whole()
    {
        Pipe pipe = new();
        using EventMessageReader reader = new(pipe.Reader);
        byte[] message = Write([1, 2, 3, 4], new OwnedEventHeader("a", "b"));
        await pipe.Writer.WriteAsync(message.AsMemory(0, 19));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        await pipe.Writer.WriteAsync(message.AsMemory(19));
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAllAsync().FirstAsync());
    }

    [Fact]
    public async Task Dispose_gives_unread_bytes_back_to_the_pipe()
    {
        Pipe pipe = new();
        byte[] second = Write("second"u8.ToArray());
        await pipe.Writer.WriteAsync((byte[])[.. Write([]), .. second]);
        using (EventMessageReader reader = new(pipe.Reader))
        {
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out _));
        }

        ReadResult rest = await pipe.Reader.ReadAsync();
        Assert.Equal(second, rest.Buffer.ToArray());
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<int>(seed =>
        {
            Random random = new(seed);
            EventMessageOptions options = new()
            {
                MaxPayloadLength = random.Next(2) == 0 ? 20 : 10_000,
                MaxHeadersLength = random.Next(4) == 0 ? 30 : 10_000,
                MaxHeaders = random.Next(4) == 0 ? 2 : 100,
                AllowEmptyValues = random.Next(2) == 0,
            };
            EventMessageFormat format = new(0);
            byte[] input = [.. Enumerable.Range(0, random.Next(1, 5)).SelectMany(_ => Change(format.Create(random), format, random))];
            input = random.Next(3) == 0 ? input[..random.Next(input.Length)] : input;
            return new EventMessageSubject(options).Decode(Segmentation.RandomPieces(input, random))
                .SequenceEqual(NaiveEventMessages.Decode(input, options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public async Task Reading_messages_allocates_nothing()
    {
        byte[] message = Write(new byte[40], new(":event-type", "chunk"), new("n", EventHeaderValue.FromLong(7)));
        ReadOnlySequence<byte> bytes = new([.. Enumerable.Repeat(message, 500).SelectMany(c => c)]);
        Queue<EventMessageReader> readers
            = new(Enumerable.Range(0, Allocations.MaxCalls).Select(_ => new EventMessageReader(PipeReader.Create(bytes))));
        foreach (EventMessageReader reader in readers)
        {
            Assert.True(await reader.WaitToReadAsync());
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            using EventMessageReader reader = readers.Dequeue();
            int count = 0;
            while (reader.TryRead(out EventMessagePart part))
            {
                count += part.Headers.TryGet(":event-type"u8, out EventHeader header) && header.Value.SequenceEqual("chunk"u8) ? 1 : 0;
            }

            Assert.True(count == 500);
        }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Work_is_linear_in_the_bytes(bool isPayload)
        => await Work.IsLinearAsync(1000, async (length, work) =>
        {
            byte[] bytes = isPayload ? Write(new byte[length]) : Write([], new("a", EventHeaderValue.FromBytes(new byte[length])), new("b", "c"));
            await Trickle.RunAsync(bytes, 7, async pipe =>
            {
                using EventMessageReader reader = new(new CountingPipeReader(pipe, work));
                return await reader.ReadAllAsync().CountAsync();
            });
        });

    [Fact]
    public void A_decoder_that_waits_for_headers_gives_their_memory_back()
    {
        byte[] message = Write([], new OwnedEventHeader("a", EventHeaderValue.FromBytes(new byte[5000])));
        using EventMessageDecoder decoder = new();
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, decoder.Decode(message.AsSpan(0, 4000), out _, out _));
            Assert.False(decoder.IsAtBoundary);
            decoder.Reset();
            Assert.True(decoder.IsAtBoundary);
        }

        Assert.Equal(OperationStatus.Done, decoder.Decode(message, out int consumed, out _));
        Assert.Equal(message.Length, consumed);
        Assert.Equal(OperationStatus.Done, decoder.Complete());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1001)]
    public void The_number_of_headers_has_bounds(int count)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new EventMessageOptions { MaxHeaders = count });

    [Fact]
    public void Limits_are_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventMessageOptions { MaxPayloadLength = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventMessageOptions { MaxHeadersLength = -1 });
    }

    private static byte[] Change(byte[] message, EventMessageFormat format, Random random)
    {
        if (random.Next(3) == 0)
        {
            message = format.Change(message, random);
        }

        if (random.Next(10) == 0)
        {
            message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
        }

        return message;
    }

    private static byte[] Write(byte[] payload, params OwnedEventHeader[] headers)
    {
        ArrayBufferWriter<byte> output = new();
        new EventMessageWriter(output).WriteMessage(headers, payload);
        return output.WrittenSpan.ToArray();
    }
}
