using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamWriterTests
{
    [Fact]
    public void Elements_have_one_form()
        => Assert.Equal(
            "event: add\nid: 1\ndata: a\ndata: b\n\n:\n\n: ping\n\nretry: 1501\n\nid:\n\ndata: \n\ndata:  x\n\n",
            Written(w =>
            {
                w.WriteEvent("a\nb", "add", "1");
                w.WriteComment("");
                w.WriteComment("ping");
                w.WriteRetry(TimeSpan.FromMilliseconds(1500.5));
                w.WriteIdReset();
                w.WriteEvent(""u8);
                w.WriteEvent(" x"u8);
            }));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\r\nb")]
    public void Data_are_split_at_every_line_end(string data) => Assert.Equal("data: a\ndata: b\n\n", Written(w => w.WriteEvent(data)));

    [Fact]
    public void Line_ends_at_the_ends_of_data_are_empty_lines()
        => Assert.Equal("data: \ndata: a\ndata: \ndata: \n\n", Written(w => w.WriteEvent("\na\r\n\r"u8)));

    [Theory]
    [InlineData("a\nb", null)]
    [InlineData("a\rb", null)]
    [InlineData("a\r\nid: 7", null)]
    [InlineData(null, "a\nb")]
    [InlineData(null, "a\rb")]
    [InlineData(null, "a\0b")]
    public void A_type_or_an_id_that_cannot_be_said_throws_before_a_byte_is_written(string? type, string? id)
    {
        ArrayBufferWriter<byte> output = new();
        EventStreamWriter writer = new(output);
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("data", type, id));
        Assert.Throws<ArgumentException>(() => writer.WriteJson(1, EventStreamJson.Default.Int32, type, id));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Data_and_comments_that_cannot_be_said_throw_before_a_byte_is_written()
    {
        ArrayBufferWriter<byte> output = new();
        EventStreamWriter writer = new(output);
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("a\uD800"));
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("a", "\uD800"));
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("a", null, "\uDC00x"));
        Assert.Throws<ArgumentException>(() => writer.WriteEvent([0x61, 0xFF]));
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("a"u8, [0xFF]));
        Assert.Throws<ArgumentException>(() => writer.WriteEvent("a"u8, default, [0xFF]));
        Assert.Throws<ArgumentException>(() => writer.WriteComment("a\nb"));
        Assert.Throws<ArgumentException>(() => writer.WriteComment("a\rdata: b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.WriteRetry(TimeSpan.FromTicks(-1)));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void An_empty_id_as_text_resets_and_null_leaves_it()
        => Assert.Equal("id: 1\ndata: a\n\ndata: b\n\nid:\n\ndata: c\n\n", Written(w =>
        {
            w.WriteEvent("a", id: "1");
            w.WriteEvent("b");
            w.WriteEvent("c", id: "");
        }));

    [Fact]
    public void Long_events_come_out_in_pieces_and_whole()
    {
        string data = string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"line {i} " + new string('é', i % 60)));
        Assert.Equal(
            "event: t\nid: i\n" + string.Concat(data.Split('\n').Select(l => $"data: {l}\n")) + "\n",
            Written(w => w.WriteEvent(data, "t", "i")));
    }

    [Fact]
    public void Json_goes_into_one_line_of_data()
        => Assert.Equal(
            "event: t\nid: 5\ndata: {\"Text\":\"a\\nb\\r\\u2028\",\"Rank\":3}\n\n",
            Written(w => w.WriteJson(new Item("a\nb\r\u2028", 3), EventStreamJson.Default.Item, "t", "5")));

    [Fact]
    public void Json_is_never_indented_and_its_raw_line_ends_become_spaces()
    {
        JsonSerializerOptions options = new(EventStreamJson.Default.Options) { WriteIndented = true, Converters = { new RawConverter() } };
        string written = Written(w => w.WriteJson(new Item("x", 1), (JsonTypeInfo<Item>)options.GetTypeInfo(typeof(Item))));
        Assert.Equal("data: {  \"raw\": [1,  2] }\n\n", written);
    }

    [Fact]
    public void Json_that_outgrows_the_block_of_the_pipe_arrives_whole()
    {
        foreach (int length in new[] { 10, 1000, 4000, 4090, 5000, 100_000 })
        {
            Item item = new(new string('x', length), length);
            Assert.Equal(
                $"data: {JsonSerializer.Serialize(item, EventStreamJson.Default.Item)}\n\n",
                Written(w => w.WriteJson(item, EventStreamJson.Default.Item)));
        }
    }

    [Fact]
    public void A_serializer_that_throws_leaves_nothing_and_the_writer_goes_on()
    {
        JsonSerializerOptions options = new(EventStreamJson.Default.Options) { Converters = { new ThrowingConverter() } };
        JsonTypeInfo<Item> throwing = (JsonTypeInfo<Item>)options.GetTypeInfo(typeof(Item));
        string written = Written(w =>
        {
            Assert.Throws<InvalidOperationException>(() => w.WriteJson(new Item(new string('x', 9000), 1), throwing));
            w.WriteJson(new Item("y", 2), EventStreamJson.Default.Item);
        });
        Assert.Equal("data: {\"Text\":\"y\",\"Rank\":2}\n\n", written);
    }

    [Fact]
    public async Task Every_event_is_flushed_unless_a_threshold_says_otherwise()
    {
        Pipe pipe = new();
        await using (EventStreamWriter writer = new(pipe.Writer))
        {
            Assert.True(await writer.WriteEventAsync("a"));
            Assert.Equal("data: a\n\n", await ReadAvailableAsync(pipe.Reader));
        }

        await using EventStreamWriter batching = new(pipe.Writer, new EventStreamWriterOptions { FlushThreshold = 20 });
        Assert.True(await batching.WriteEventAsync("b"));
        Assert.False(pipe.Reader.TryRead(out _));
        Assert.True(await batching.WriteEventAsync("c"));
        Assert.False(pipe.Reader.TryRead(out _));
        Assert.True(await batching.WriteEventAsync("d"));
        Assert.Equal("data: b\n\ndata: c\n\ndata: d\n\n", await ReadAvailableAsync(pipe.Reader));
        Assert.True(await batching.WriteCommentAsync("e"));
        Assert.True(await batching.FlushAsync());
        Assert.Equal(": e\n\n", await ReadAvailableAsync(pipe.Reader));
    }

    [Fact]
    public async Task A_write_says_when_nobody_reads_any_more()
    {
        Pipe pipe = new();
        await using EventStreamWriter writer = new(pipe.Writer);
        await pipe.Reader.CompleteAsync();
        Assert.False(await writer.WriteEventAsync("a"));
        Assert.False(await writer.WriteJsonAsync(1, EventStreamJson.Default.Int32));
        Assert.False(await writer.FlushAsync());
    }

    [Fact]
    public async Task A_stream_gets_one_write_and_one_flush_an_event()
    {
        CountingStream stream = new();
        await using (EventStreamWriter writer = new(stream))
        {
            await writer.WriteEventAsync("a", "t", "1");
            await writer.WriteEventAsync("b"u8.ToArray());
            await writer.WriteRetryAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("event: t\nid: 1\ndata: a\n\ndata: b\n\nretry: 1000\n\n", Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal((3, 3), (stream.Writes, stream.Flushes));
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task A_stream_whose_write_failed_is_not_written_to_again()
    {
        CountingStream stream = new() { Fails = true };
        EventStreamWriter writer = new(stream);
        await Assert.ThrowsAsync<IOException>(async () => await writer.WriteEventAsync("a"));
        stream.Fails = false;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteEventAsync("b"));
        Assert.Equal(0, stream.Length);
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task Writing_allocates_nothing()
    {
        await using EventStreamWriter writer = new(Stream.Null);
        Item item = new("abc", 1);
        byte[] data = "{\"a\":1}\n"u8.ToArray();
        void Pass()
        {
            for (int i = 0; i < 100; i++)
            {
                Done(writer.WriteEventAsync(data));
                Done(writer.WriteEventAsync("text", "type", "id"));
                Done(writer.WriteJsonAsync(item, EventStreamJson.Default.Item));
            }
        }

        static void Done(ValueTask<bool> write) => Assert.True(write.IsCompletedSuccessfully && write.Result);

        Assert.Equal(0, Allocations.Of(Pass));
    }

    private static string Written(Action<EventStreamWriter> write)
    {
        Pipe pipe = new();
        write(new EventStreamWriter(pipe.Writer));
        pipe.Writer.Complete();
        return pipe.Reader.TryRead(out ReadResult result) ? Encoding.UTF8.GetString(result.Buffer) : "";
    }

    private static async Task<string> ReadAvailableAsync(PipeReader reader)
    {
        ReadResult result = await reader.ReadAsync();
        string text = Encoding.UTF8.GetString(result.Buffer);
        reader.AdvanceTo(result.Buffer.End);
        return text;
    }

    private sealed class RawConverter : JsonConverter<Item>
    {
        public override Item Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Item value, JsonSerializerOptions options)
            => writer.WriteRawValue("{\n\r\"raw\": [1,\r\n2]\n}");
    }

    private sealed class ThrowingConverter : JsonConverter<Item>
    {
        public override Item Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Item value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("text", value.Text);
            writer.Flush();
            throw new InvalidOperationException("in the middle");
        }
    }

    private sealed class CountingStream : MemoryStream
    {
        public int Writes { get; private set; }

        public int Flushes { get; private set; }

        public bool Fails { get; set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            return Fails ? ValueTask.FromException(new IOException("broken")) : base.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushes++;
            return Task.CompletedTask;
        }
    }
}
