using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.EventStreams;

namespace WireProtocols.Tests.EventStreams;

public class AmazonEventTests
{
    [Fact]
    public async Task Events_have_their_type_and_the_rest_of_their_headers()
    {
        byte[] body = Write(
            ([new(":message-type", "event"), new(":event-type", "initial-response"), new(":content-type", "application/json")], "{}"),
            ([new("n", EventHeaderValue.FromInteger(4)), new(":event-type", "headersOnly"), new(":message-type", "event")], ""));
        using EventMessageReader reader = new(PipeReader.Create(new MemoryStream(body)));
        List<AmazonEvent> events = await reader.ReadEventsAsync().ToListAsync();
        Assert.Equal(["initial-response", "headersOnly"], events.Select(e => e.Type));
        Assert.Equal(["application/json", null], events.Select(e => e.ContentType));
        Assert.All(events, e => Assert.Equal((AmazonEventKind.Event, null), (e.Kind, e.ErrorMessage)));
        Assert.Equal("{}"u8, events[0].Payload.Span);
        Assert.True(events[1].Message.GetHeader("n")!.Value.TryGetInteger(out long number) && number == 4);
    }

    [Fact]
    public async Task An_exception_ends_the_stream_and_says_what_the_peer_said()
    {
        byte[] body = Write(
            ([new(":message-type", "event"), new(":event-type", "a")], "x"),
            ([new(":message-type", "exception"), new(":exception-type", "throttlingException"), new(":content-type", "application/json")],
                "{\"message\":\"slow down\"}"),
            ([new(":message-type", "event"), new(":event-type", "b")], "y"));
        (int count, AmazonEventException exception) = await FailAsync(body);
        Assert.Equal(1, count);
        Assert.Equal((AmazonEventKind.Exception, "throttlingException"), (exception.Event.Kind, exception.Event.Type));
        Assert.Equal("""The peer sent the exception throttlingException: {"message":"slow down"}""", exception.Message);
    }

    [Fact]
    public async Task An_error_has_a_code_and_a_message()
    {
        byte[] body = Write(([new(":message-type", "error"), new(":error-code", "InternalError"), new(":error-message", "Oh.")], ""));
        (int count, AmazonEventException exception) = await FailAsync(body);
        Assert.Equal(0, count);
        Assert.Equal((AmazonEventKind.Error, "InternalError", "Oh."), (exception.Event.Kind, exception.Event.Type, exception.Event.ErrorMessage));
        Assert.Equal("The peer sent the error InternalError: Oh.", exception.Message);
    }

    [Fact]
    public async Task An_exception_shows_the_beginning_of_what_the_peer_said()
    {
        byte[] body = Write(([new(":message-type", "exception"), new(":exception-type", "a")], new string('x', 513)));
        (_, AmazonEventException exception) = await FailAsync(body);
        Assert.Equal("The peer sent the exception a: " + new string('x', 512), exception.Message);
        Assert.Equal(513, exception.Event.Payload.Length);
    }

    [Fact]
    public async Task A_message_that_does_not_say_what_it_is_breaks_a_rule()
    {
        (OwnedEventHeader[] Headers, EventMessageProtocolError Error)[] wrong =
        [
            ([], EventMessageProtocolError.MessageTypeUnknown),
            ([new(":message-type", "Event"), new(":event-type", "a")], EventMessageProtocolError.MessageTypeUnknown),
            ([new(":message-type", EventHeaderValue.FromBytes("event"u8.ToArray()))], EventMessageProtocolError.MessageTypeUnknown),
            ([new(":message-type", "event")], EventMessageProtocolError.RequiredHeaderMissing),
            ([new(":message-type", "event"), new(":exception-type", "a")], EventMessageProtocolError.RequiredHeaderMissing),
            ([new(":message-type", "event"), new(":event-type", EventHeaderValue.FromByte(1))], EventMessageProtocolError.RequiredHeaderMissing),
            ([new(":message-type", "exception"), new(":event-type", "a")], EventMessageProtocolError.RequiredHeaderMissing),
            ([new(":message-type", "error"), new(":error-code", "a")], EventMessageProtocolError.RequiredHeaderMissing),
            ([new(":message-type", "error"), new(":error-message", "a")], EventMessageProtocolError.RequiredHeaderMissing),
        ];
        foreach ((OwnedEventHeader[] headers, EventMessageProtocolError error) in wrong)
        {
            byte[] first = Write(([new(":message-type", "event"), new(":event-type", "a")], "x"));
            using EventMessageReader reader = new(PipeReader.Create(new MemoryStream([.. first, .. Write((headers, "y"))])));
            EventMessageProtocolException exception
                = await Assert.ThrowsAsync<EventMessageProtocolException>(async () => await reader.ReadEventsAsync().ToListAsync());
            Assert.Equal((error, first.Length), (exception.Error, exception.Offset));
        }
    }

    [Fact]
    public async Task Chunks_are_the_bytes_in_their_json()
    {
        byte[] body = Write(
            ([new(":message-type", "event"), new(":event-type", "initial-response")], "{}"),
            ([new(":message-type", "event"), new(":event-type", "chunk")], "{\"bytes\":\"aGVs\"}"),
            ([new(":message-type", "event"), new(":event-type", "chunk")], "{ \"p\" : [{\"bytes\":1}], \"b\\u0079tes\" : \"bG8\\u003d\" }"),
            ([new(":message-type", "event"), new(":event-type", "chunk")], "{\"bytes\":\"\"}"));
        using EventMessageReader reader = new(PipeReader.Create(new MemoryStream(body)));
        List<ReadOnlyMemory<byte>> chunks = await reader.ReadChunksAsync().ToListAsync();
        Assert.Equal(["hel", "lo", ""], chunks.Select(c => Encoding.UTF8.GetString(c.Span)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("[]", 0)]
    [InlineData("{}", 1)]
    [InlineData("{\"bytes\":1}", 1)]
    [InlineData("{\"bytes\":null}", 1)]
    [InlineData("{\"bytes\":\"aGk\"}", 1)]
    [InlineData("{\"bytes\":\"aG k=\"}", 1)]
    [InlineData("{\"bytes\":\"aGk=\\n\"}", 1)]
    [InlineData("{\"bytes\":\"_-8=\"}", 1)]
    [InlineData("{\"bytes\":\"00K=\"}", 1)]
    [InlineData("{\"bytes\":\"aGk=\",\"bytes\":\"aGk=\"}", 16)]
    [InlineData("{\"Bytes\":\"aGk=\"}", 15)]
    [InlineData("{\"bytes\":\"aGk=\"", 15)]
    [InlineData("{\"bytes\":\"aGk=\"} x", 17)]
    [InlineData("{\"bytes\":\"\\ud800\"}", 17)]
    public async Task A_chunk_without_bytes_is_an_error_at_its_place(string payload, int index)
    {
        byte[] body = Write(([new(":message-type", "event"), new(":event-type", "chunk")], payload));
        using EventMessageReader reader = new(PipeReader.Create(new MemoryStream(body)));
        EventMessageProtocolException exception
            = await Assert.ThrowsAsync<EventMessageProtocolException>(async () => await reader.ReadChunksAsync().ToListAsync());
        Assert.Equal(EventMessageProtocolError.ChunkMalformed, exception.Error);
        Assert.Equal(body.Length - 4 - payload.Length + index, exception.Offset);
    }

    [Fact]
    public void A_reader_that_is_null_is_refused_at_once()
    {
        EventMessageReader reader = null!;
        Assert.Throws<ArgumentNullException>(nameof(reader), () => reader.ReadEventsAsync());
        Assert.Throws<ArgumentNullException>(nameof(reader), () => reader.ReadChunksAsync());
    }

    [Fact]
    public void A_chunk_is_written_as_it_is_read()
    {
        ArrayBufferWriter<byte> output = new();
        for (int length = 0; length < 300; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
            output.ResetWrittenCount();
            AmazonChunk.Encode(bytes, output);
            Assert.True(AmazonChunk.TryDecode(output.WrittenSpan, out byte[]? again, out _));
            Assert.Equal(bytes, again);
        }

        output.ResetWrittenCount();
        AmazonChunk.Encode("hi"u8, output);
        Assert.Equal("{\"bytes\":\"aGk=\"}"u8, output.WrittenSpan);
    }

    private static async Task<(int Count, AmazonEventException Exception)> FailAsync(byte[] body)
    {
        using EventMessageReader reader = new(PipeReader.Create(new MemoryStream(body)));
        int count = 0;
        AmazonEventException exception = await Assert.ThrowsAsync<AmazonEventException>(async () =>
        {
            await foreach (AmazonEvent received in reader.ReadEventsAsync())
            {
                count++;
            }
        });
        return (count, exception);
    }

    private static byte[] Write(params (OwnedEventHeader[] Headers, string Payload)[] messages)
    {
        ArrayBufferWriter<byte> output = new();
        EventMessageWriter writer = new(output);
        foreach ((OwnedEventHeader[] headers, string payload) in messages)
        {
            writer.WriteMessage(headers, Encoding.UTF8.GetBytes(payload));
        }

        return output.WrittenSpan.ToArray();
    }
}
