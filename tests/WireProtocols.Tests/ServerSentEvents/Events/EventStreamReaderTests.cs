using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamReaderTests
{
    [Fact]
    public async Task ReadAllAsync_gives_events_only_and_they_may_be_kept()
    {
        using EventStreamReader reader = Over(": hello\nretry: 5\nid: 1\nevent: x\ndata: a\ndata: b\n\ndata\n\ndata: cut off");
        List<ServerSentEvent> events = await reader.ReadAllAsync().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([new ServerSentEvent("x", "a\nb", "1"), new ServerSentEvent("message", "", "1")], events);
        Assert.Equal("1", reader.LastEventId);
    }

    [Fact]
    public async Task A_stream_can_be_read_without_a_pipe_and_stays_open()
    {
        MemoryStream stream = new("data: a\n\ndata: b\n\n"u8.ToArray());
        using (EventStreamReader reader = new(stream))
        {
            Assert.Equal(["a", "b"], await reader.ReadAllAsync().Select(e => e.Data).ToListAsync(TestContext.Current.CancellationToken));
        }

        Assert.True(stream.CanRead);
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using EventStreamReader reader = new(pipe.Reader);
        await pipe.Writer.WriteAsync("data: a"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.False(reader.TryRead(out _));

        using CancellationTokenSource stop = new();
        ValueTask<bool> wait = reader.WaitToReadAsync(stop.Token);
        Assert.False(wait.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);

        await pipe.Writer.WriteAsync("b\n\n"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out EventStreamElement element));
        Assert.Equal("ab", element.GetDataString());
    }

    [Fact]
    public async Task TryRead_drains_what_is_buffered_without_waiting()
    {
        Pipe pipe = new();
        using EventStreamReader reader = new(pipe.Reader);
        await pipe.Writer.WriteAsync("data: a\n\ndata: b\n\ndata: c\n"u8.ToArray());
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        ValueTask<bool> wait = reader.WaitToReadAsync();
        Assert.False(wait.IsCompleted);
        await pipe.Writer.CompleteAsync();
        Assert.False(await wait);
    }

    [Fact]
    public async Task Dispose_gives_the_unread_bytes_back_to_the_pipe()
    {
        PipeReader pipe = PipeReader.Create(new ReadOnlySequence<byte>("data: a\n\nrest"u8.ToArray()));
        EventStreamReader reader = new(pipe);
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out _));
        reader.Dispose();
        Assert.Equal("rest", Encoding.ASCII.GetString((await pipe.ReadAsync()).Buffer));
    }

    [Fact]
    public async Task A_broken_limit_throws_after_everything_before_it()
    {
        using EventStreamReader reader = Over("data: a\n\ndata: 0123456789abcdef\n\n", new EventStreamOptions { MaxLineLength = 16 });
        List<string> events = [];
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(async () =>
        {
            await foreach (ServerSentEvent next in reader.ReadAllAsync())
            {
                events.Add(next.Data);
            }
        });
        Assert.Equal(["a"], events);
        Assert.Equal((EventStreamProtocolError.LineTooLong, 25L, "HTML §9.2.6"), (e.Error, e.Offset, e.Section));
        Assert.Throws<EventStreamProtocolException>(() => reader.TryRead(out _));
    }

    [Fact]
    public async Task A_last_event_id_can_be_given_and_only_one_that_can_be_sent()
    {
        using EventStreamReader reader = new(new MemoryStream("data: a\n\n"u8.ToArray()), lastEventId: "7");
        Assert.Equal("7", (await reader.ReadAllAsync().SingleAsync(TestContext.Current.CancellationToken)).LastEventId);
        foreach (string id in new[] { "a\n", "a\r", "a\0" })
        {
            Assert.Throws<ArgumentException>(() => new EventStreamDecoder(lastEventId: id));
        }
    }

    [Theory]
    [InlineData("data: {\"a\":1}\n\n")]
    [InlineData("event: content_block_delta\ndata: {\"a\":1}\n\n")]
    [InlineData("id: 12345\nevent: x\ndata: {\"a\":1}\n\n")]
    [InlineData("data: {\ndata: }\n\n")]
    [InlineData("data: {\"a\":1}\r\n\r\n: ping\r\n\r\n")]
    [InlineData("data: \"日本\"\n\n")]
    public void Steady_state_allocates_nothing(string block)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(block, 200)));
        using EventStreamDecoder decoder = new();
        long strings = 0;
        void Pass(int piece)
        {
            for (int at = 0; at < bytes.Length; at += piece)
            {
                ReadOnlySpan<byte> source = bytes.AsSpan(at, Math.Min(piece, bytes.Length - at));
                while (decoder.Decode(source, out int consumed, out EventStreamElement element) == OperationStatus.Done)
                {
                    strings += element.GetTypeString().Length + element.LastEventId.Length;
                    source = source[consumed..];
                }
            }
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            Pass(bytes.Length);
            Pass(37);
        }));
        Assert.True(strings >= 0);
    }

    [Fact]
    public void A_type_that_came_before_is_the_same_string()
    {
        using EventStreamDecoder decoder = new();
        List<string> types = [];
        Feed.All<EventStreamElement>(
            ["event: x\ndata\n\nevent: x\ndata\n\ndata\n\ndata\n\n"u8.ToArray()], decoder.Decode, element => types.Add(element.GetTypeString()));
        Assert.Same(types[0], types[1]);
        Assert.Same("message", types[2]);
    }

    [Fact]
    public void A_decoder_that_starts_over_keeps_the_last_event_id()
    {
        using EventStreamDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode("\uFEFFid: 1\ndata: a\n\ndata: b"u8, out _, out _));
        decoder.Reset();
        Assert.Equal(OperationStatus.Done, decoder.Decode("\uFEFFdata: c\n\n"u8, out int consumed, out EventStreamElement element));
        Assert.Equal(("c", "1", 3L, 12), (element.GetDataString(), Encoding.ASCII.GetString(element.LastEventId), element.Offset, consumed));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_there_raw_for_who_wants_them()
    {
        using EventStreamDecoder decoder = new(new EventStreamOptions { ReplaceInvalidUtf8 = false });
        Assert.Equal(OperationStatus.Done, decoder.Decode([.. "data: "u8, 0xFF, 0xE2, 0x82, .. "\n\n"u8], out _, out EventStreamElement element));
        Assert.Equal([0xFF, 0xE2, 0x82], element.Data.ToArray());
        Assert.Equal("\uFFFD\uFFFD", element.GetDataString());
    }

    [Fact]
    public void Only_an_event_becomes_one()
    {
        using EventStreamDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(": a\n"u8, out _, out EventStreamElement element));
        bool threw = false;
        try
        {
            element.ToEvent();
        }
        catch (InvalidOperationException)
        {
            threw = true;
        }

        Assert.True(threw);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamOptions { MaxLineLength = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamOptions { MaxEventLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamOptions { MaxFieldLength = -1 });
    }

    private static EventStreamReader Over(string stream, EventStreamOptions? options = null)
        => new(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(stream))), options);
}
