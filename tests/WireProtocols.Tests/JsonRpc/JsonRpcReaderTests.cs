using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.JsonRpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.JsonRpc;

public class JsonRpcReaderTests
{
    [Theory]
    [InlineData(JsonRpcFraming.HeaderFields)]
    [InlineData(JsonRpcFraming.Lines)]
    public async Task What_is_written_reads_back(JsonRpcFraming framing)
    {
        string[] texts = ["{\"a\":1}", "[]", "\"ü\"", new string('1', 5000)];
        ArrayBufferWriter<byte> output = new();
        using JsonRpcWriter writer = new(output, new JsonRpcWriterOptions { Framing = framing });
        foreach (string text in texts)
        {
            writer.Write(Encoding.UTF8.GetBytes(text));
        }

        writer.Write(new Point(1, "b\nc"), Json.Default.Point);
        List<OwnedJsonRpcMessage> messages = await Trickle.RunAsync(output.WrittenSpan.ToArray(), 7, async pipe =>
        {
            using JsonRpcReader reader = new(pipe, new JsonRpcOptions { Framing = framing });
            List<OwnedJsonRpcMessage> all = await reader.ReadAllAsync().ToListAsync();
            Assert.Equal(output.WrittenCount, reader.Position);
            return all;
        });
        Assert.Equal([.. texts, "{\"X\":1,\"Y\":\"b\\nc\"}"], messages.Select(m => Encoding.UTF8.GetString(m.Content.Span)));
    }

    [Theory]
    [InlineData(JsonRpcFraming.HeaderFields, "{")]
    [InlineData(JsonRpcFraming.HeaderFields, "")]
    [InlineData(JsonRpcFraming.HeaderFields, "{}{}")]
    [InlineData(JsonRpcFraming.Lines, "{")]
    [InlineData(JsonRpcFraming.Lines, "{\n}")]
    [InlineData(JsonRpcFraming.Lines, "")]
    public void What_would_not_read_back_is_refused_before_a_byte_is_written(JsonRpcFraming framing, string json)
    {
        ArrayBufferWriter<byte> output = new();
        using JsonRpcWriter writer = new(output, new JsonRpcWriterOptions { Framing = framing });
        Assert.Throws<ArgumentException>(() => writer.Write(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void The_header_counts_bytes_and_line_breaks_are_white_space_behind_it()
    {
        ArrayBufferWriter<byte> output = new();
        using JsonRpcWriter writer = new(output);
        writer.Write("{\n\"ü\":1}"u8);
        Assert.Equal("Content-Length: 9\r\n\r\n{\n\"ü\":1}", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public async Task A_cancelled_wait_inside_a_message_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using JsonRpcReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync("Content-Length: 7\r\n\r\n{\"a"u8.ToArray());
        Task<OwnedJsonRpcMessage> reading = reader.ReadAllAsync(source.Token).FirstAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync("\":1}"u8.ToArray());
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString((await reader.ReadAllAsync().FirstAsync()).Content.Span));
    }

    [Fact]
    public async Task An_error_has_its_code_and_its_section()
    {
        using JsonRpcReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>("Content-Length: 3\r\n\r\n{\"a"u8.ToArray())));
        JsonRpcProtocolException exception = await Assert.ThrowsAsync<JsonRpcProtocolException>(async () => await reader.ReadAllAsync().FirstAsync());
        Assert.Equal((JsonRpcProtocolError.InvalidJson, 24, JsonRpcErrorCode.ParseError), (exception.Error, exception.Offset, exception.ErrorCode));
        Assert.Equal(JsonRpcErrorCode.InvalidRequest, JsonRpcProtocolError.BatchEmpty.GetErrorCode());
        Assert.Equal(-32600, (int)JsonRpcErrorCode.InvalidRequest);
    }

    [Fact]
    public void A_limit_holds_before_anything_is_held()
    {
        using JsonRpcDecoder decoder = new(new JsonRpcOptions { MaxContentLength = 100 });
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("Content-Length: 2147483648\r\n"u8, out _, out _));
        Assert.Equal((JsonRpcProtocolError.ContentTooLong, 16), (decoder.Error, decoder.ErrorOffset));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonRpcOptions { MaxHeaderLength = 31 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonRpcOptions { MaxContentLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonRpcOptions { MaxDepth = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonRpcWriterOptions { MaxDepth = 0 });
    }

    [Fact]
    public void A_message_as_deep_as_the_limit_has_its_outline()
    {
        string parameters = new string('[', 150) + new string(']', 150);
        string json = $$"""{"jsonrpc":"2.0","method":"deep","params":{{parameters}}}""";
        using JsonRpcDecoder decoder = new(new JsonRpcOptions { MaxDepth = 151 });
        byte[] bytes = Encoding.UTF8.GetBytes($"Content-Length: {json.Length}\r\n\r\n{json}");
        Assert.Equal(OperationStatus.Done, decoder.Decode(bytes, out _, out JsonRpcMessage message));
        Assert.Equal((JsonRpcMessageKind.Notification, parameters), (message.Outline.Kind, Encoding.UTF8.GetString(message.Outline.Parameters)));
        Assert.Equal(JsonRpcProtocolError.InvalidJson, JsonRpcOutline.Read(message.Content).Problem);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"\xFF\"}", JsonRpcProtocolError.InvalidUtf8)]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":1,\"params\":[[[]]]}", JsonRpcProtocolError.NestingTooDeep)]
    [InlineData("[1]", JsonRpcProtocolError.BatchNotAllowed)]
    public void The_outline_of_a_bad_message_is_its_error(string latin, JsonRpcProtocolError error)
    {
        using JsonRpcDecoder decoder = new(new JsonRpcOptions { ContinueOnError = true, MaxDepth = 3, AllowBatch = false });
        byte[] bytes = Encoding.Latin1.GetBytes($"Content-Length: {latin.Length}\r\n\r\n{latin}");
        Assert.Equal(OperationStatus.Done, decoder.Decode(bytes, out _, out JsonRpcMessage message));
        Assert.Equal((error, JsonRpcMessageKind.Invalid, error), (message.Error, message.Outline.Kind, message.Outline.Problem));
        Assert.True(message.Outline.Id.IsEmpty);
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        byte[] one = [.. "Content-Length: 40\r\n\r\n"u8, .. """{"jsonrpc":"2.0","id":1,"method":"abcd"}"""u8];
        byte[] input = [.. Enumerable.Repeat(one, 100).SelectMany(b => b)];
        using JsonRpcDecoder decoder = new();
        Assert.Equal(0, Allocations.Of(() =>
        {
            decoder.Reset();
            ReadOnlySpan<byte> rest = input;
            int count = 0;
            while (decoder.Decode(rest, out int consumed, out JsonRpcMessage message) == OperationStatus.Done)
            {
                count += message.IsValid ? 1 : 0;
                rest = rest[consumed..];
            }

            Assert.True(count == 100);
        }));
    }

    [Fact]
    public async Task Work_is_linear_in_what_is_skipped()
        => await Work.IsLinearAsync(1000, async (length, work) =>
        {
            byte[] bytes = [.. Enumerable.Repeat("Content-Lengt: C\n"u8.ToArray(), (length / 17) + 1).SelectMany(b => b).Take(length)];
            await Trickle.RunAsync(bytes, 7, async pipe =>
            {
                using JsonRpcReader reader = new(new CountingPipeReader(pipe, work), new JsonRpcOptions { ContinueOnError = true });
                return await reader.ReadAllAsync().CountAsync();
            });
        });
}

internal sealed record Point(int X, string Y);

[System.Text.Json.Serialization.JsonSerializable(typeof(Point))]
internal sealed partial class Json : System.Text.Json.Serialization.JsonSerializerContext;
