using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

/// <summary>
/// What System.Net.ServerSentEvents 10.0 does differently from the standard, or not at all, as this library does it. The README's migration note
/// refers to these.
/// </summary>
public sealed class PlatformDefectTests
{
    [Fact]
    public async Task An_empty_event_field_gives_the_type_message()
        => Assert.Equal(["message"], (await ReadAsync("event:\ndata: a\n\n")).Select(e => e.Type));

    [Fact]
    public async Task The_type_does_not_survive_a_blank_line_without_data()
        => Assert.Equal([new ServerSentEvent("message", "a", "")], await ReadAsync("event: x\n\ndata: a\n\n"));

    [Fact]
    public async Task The_last_event_id_changes_at_the_blank_line_and_an_unterminated_block_does_not_leak_its_own()
    {
        using EventStreamReader reader = Over("id: 1\ndata: a\n\nid: 2\ndata: b\n");
        await foreach (ServerSentEvent next in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal("1", next.LastEventId);
        }

        Assert.Equal("1", reader.LastEventId);
    }

    [Theory]
    [InlineData("data: a\r\r")]
    [InlineData("data: a\n\r")]
    [InlineData("data: a\r\n\r")]
    public async Task A_blank_line_that_ends_in_CR_dispatches_before_another_byte_comes(string block)
    {
        Pipe pipe = new();
        using EventStreamReader reader = new(pipe.Reader);
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(block));
        Assert.True(await reader.WaitToReadAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.TryRead(out EventStreamElement element));
        Assert.Equal("a", element.GetDataString());
    }

    [Fact]
    public void A_retry_with_a_NUL_behind_its_digits_is_ignored()
    {
        Assert.Equal([], Kinds("retry: 7\0\n"));
        Assert.Equal([EventStreamElementKind.Retry], Kinds("retry: 7\n"));
    }

    [Fact]
    public void A_line_has_a_limit_without_being_asked()
    {
        using EventStreamDecoder decoder = new();
        byte[] piece = new byte[1024 * 1024];
        OperationStatus status;
        int pieces = 0;
        do
        {
            status = decoder.Decode(piece, out _, out _);
            pieces++;
        }
        while (status == OperationStatus.NeedMoreData && pieces < 100);
        Assert.Equal((OperationStatus.InvalidData, EventStreamProtocolError.LineTooLong, 17), (status, decoder.Error, pieces));
        Assert.Equal(EventStreamOptions.Default.MaxLineLength, decoder.ErrorOffset);
    }

    [Fact]
    public void The_writer_takes_no_NUL_in_an_id()
        => Assert.Throws<ArgumentException>(() => EventStreamEncoder.WriteEvent(new ArrayBufferWriter<byte>(), "data", null, "1\0"));

    [Fact]
    public void An_event_with_a_type_allocates_nothing()
    {
        byte[] stream = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("event: content_block_delta\ndata: {}\n\n", 100)));
        using EventStreamDecoder decoder = new();
        long lengths = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            ReadOnlySpan<byte> source = stream;
            while (decoder.Decode(source, out int consumed, out EventStreamElement element) == OperationStatus.Done)
            {
                lengths += element.GetTypeString().Length;
                source = source[consumed..];
            }
        }));
        Assert.True(lengths > 0);
    }

    [Fact]
    public void Comments_and_reconnection_times_are_elements()
        => Assert.Equal(
            [EventStreamElementKind.Comment, EventStreamElementKind.Retry, EventStreamElementKind.Event],
            Kinds(": ping\nretry: 5\ndata: a\n\n"));

    [Fact]
    public async Task A_pipe_is_read_and_written_without_a_stream_between()
    {
        Pipe pipe = new();
        await using EventStreamWriter writer = new(pipe.Writer);
        await writer.WriteEventAsync("a", "x", "1", TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        using EventStreamReader reader = new(pipe.Reader);
        Assert.Equal([new ServerSentEvent("x", "a", "1")], await reader.ReadAllAsync().ToListAsync(TestContext.Current.CancellationToken));
    }

    private static EventStreamReader Over(string stream) => new(new MemoryStream(Encoding.UTF8.GetBytes(stream)));

    private static async Task<List<ServerSentEvent>> ReadAsync(string stream)
    {
        using EventStreamReader reader = Over(stream);
        return await reader.ReadAllAsync().ToListAsync(TestContext.Current.CancellationToken);
    }

    private static List<EventStreamElementKind> Kinds(string stream)
    {
        List<EventStreamElementKind> kinds = [];
        using EventStreamDecoder decoder = new();
        Feed.All<EventStreamElement>([Encoding.UTF8.GetBytes(stream)], decoder.Decode, element => kinds.Add(element.Kind));
        return kinds;
    }
}
