using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class ChunkedWriterTests
{
    [Fact]
    public async Task Small_writes_are_one_chunk_until_a_flush()
        => Assert.Equal("8\r\nWireData\r\n1\r\n!\r\n0\r\n\r\n", await WriteAsync(async w =>
        {
            w.Write("Wire"u8);
            w.Write("Data"u8);
            await w.FlushAsync();
            await w.FlushAsync();
            w.Write(""u8);
            await w.FlushAsync();
            await w.WriteAsync("!"u8.ToArray());
        }));

    [Fact]
    public async Task A_body_of_nothing_is_the_last_chunk()
        => Assert.Equal("0\r\n\r\n", await WriteAsync(_ => default));

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(70_000)]
    public async Task The_size_is_written_without_leading_zeros(int size)
    {
        string data = new('x', size);
        string chunk = $"{size:x}\r\n{data}\r\n";
        Assert.Equal(chunk + "0\r\n\r\n", await WriteAsync(w =>
        {
            w.GetSpan(size)[..size].Fill((byte)'x');
            w.Advance(size);
            return default;
        }));
        Assert.Equal(chunk + "0\r\n\r\n", await WriteAsync(w =>
        {
            w.WriteChunk(Encoding.ASCII.GetBytes(data));
            return default;
        }));
        Assert.Equal(chunk + "0\r\n\r\n", await WriteAsync(w =>
        {
            byte[] half = Encoding.ASCII.GetBytes(data);
            w.WriteChunk(Segments.Create([half.AsMemory(0, size / 2), half.AsMemory(size / 2)]));
            return default;
        }));
    }

    [Fact]
    public async Task A_large_write_is_a_chunk_of_its_own_behind_what_was_gathered()
        => Assert.Equal($"2\r\nab\r\n1388\r\n{new string('x', 5000)}\r\n1\r\nc\r\n0\r\n\r\n", await WriteAsync(w =>
        {
            w.Write("ab"u8);
            w.Write(Encoding.ASCII.GetBytes(new string('x', 5000)));
            w.Write("c"u8);
            return default;
        }));

    [Fact]
    public async Task Gathered_payload_never_passes_the_capacity()
    {
        string body = await WriteAsync(
            w =>
            {
                for (int i = 0; i < 100; i++)
                {
                    w.Write("0123456789"u8);
                }

                return default;
            },
            new ChunkedWriterOptions { ChunkCapacity = 64 });
        Assert.Equal(string.Concat(Enumerable.Repeat("0123456789", 100)), Payload(body, out List<long> sizes, out _));
        Assert.All(sizes.SkipLast(2), size => Assert.Equal(64, size));
    }

    [Fact]
    public async Task Extensions_begin_a_chunk_and_are_quoted_where_they_need_it()
        => Assert.Equal(
            "1\r\na\r\n1;sig=abc;note=\"x \\\"\\\\ y\";flag;none=\"\"\r\nb\r\n1\r\nc\r\n0;end\r\n\r\n",
            await WriteAsync(async w =>
            {
                w.Write("a"u8);
                w.AddExtension("sig", "abc");
                w.AddExtension("note", "x \"\\ y");
                w.AddExtension("flag");
                w.AddExtension("none", "");
                w.Write("b"u8);
                await w.FlushAsync();
                w.Write("c"u8);
                w.AddExtension("end");
            }));

    [Fact]
    public async Task Trailers_stand_between_the_last_chunk_and_the_end()
        => Assert.Equal("1\r\na\r\n0\r\nX-Sum: 1\r\nEmpty: \r\nX-Sum: \u00e9\r\n\r\n", await WriteAsync(w =>
        {
            w.AddTrailer("X-Sum", "1");
            w.Write("a"u8);
            w.AddTrailer("Empty", "");
            w.AddTrailer("X-Sum", "\u00e9");
            return default;
        }));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\n0\r\n\r\n")]
    [InlineData("a;b")]
    [InlineData("a=b")]
    [InlineData("\u00e9")]
    [InlineData("\u0100")]
    public async Task A_name_that_is_no_token_is_refused_before_anything_is_written(string name)
        => Assert.Equal("0\r\n\r\n", await WriteAsync(w =>
        {
            Assert.Throws<ArgumentException>(() => w.AddExtension(name));
            Assert.Throws<ArgumentException>(() => w.AddTrailer(name, "x"));
            return default;
        }));

    [Theory]
    [InlineData("\r")]
    [InlineData("a\nb")]
    [InlineData("\0")]
    [InlineData("\u007f")]
    [InlineData("\u010a")]
    [InlineData("x\r\nContent-Length: 0")]
    public async Task A_value_that_could_break_out_is_refused_before_anything_is_written(string value)
        => Assert.Equal("0\r\n\r\n", await WriteAsync(w =>
        {
            Assert.Throws<ArgumentException>(() => w.AddExtension("a", value));
            Assert.Throws<ArgumentException>(() => w.AddTrailer("A", value));
            return default;
        }));

    [Theory]
    [InlineData(" x")]
    [InlineData("x\t")]
    public async Task A_trailer_value_that_would_come_back_trimmed_is_refused(string value)
        => Assert.Equal("0\r\n\r\n", await WriteAsync(w =>
        {
            Assert.Throws<ArgumentException>(() => w.AddTrailer("A", value));
            return default;
        }));

    [Fact]
    public async Task A_field_that_must_not_be_a_trailer_needs_leave()
    {
        Assert.Equal("0\r\n\r\n", await WriteAsync(w =>
        {
            Assert.Throws<ArgumentException>(() => w.AddTrailer("content-LENGTH", "5"));
            return default;
        }));
        Assert.Equal("0\r\nHost: a\r\n\r\n", await WriteAsync(
            w =>
            {
                w.AddTrailer("Host", "a");
                return default;
            },
            new ChunkedWriterOptions { AllowForbiddenTrailers = true }));
    }

    [Fact]
    public async Task An_empty_chunk_is_refused_since_it_would_end_the_body()
        => Assert.Equal("0\r\n\r\n", await WriteAsync(w =>
        {
            Assert.Throws<ArgumentException>(() => w.WriteChunk(default(ReadOnlySpan<byte>)));
            Assert.Throws<ArgumentException>(() => w.WriteChunk(default(ReadOnlySequence<byte>)));
            return default;
        }));

    [Fact]
    public async Task Completing_with_an_exception_leaves_the_body_cut_short()
    {
        Pipe pipe = new();
        ChunkedWriter writer = new(pipe.Writer);
        writer.Write("sent"u8);
        await writer.FlushAsync();
        writer.Write("dropped"u8);
        await writer.CompleteAsync(new IOException());
        await pipe.Writer.CompleteAsync();
        Assert.Equal("4\r\nsent\r\n", await ReadAsync(pipe.Reader));
    }

    [Fact]
    public async Task Nothing_is_written_after_the_end()
    {
        Pipe pipe = new();
        ChunkedWriter writer = new(pipe.Writer);
        await writer.CompleteAsync();
        Assert.Throws<InvalidOperationException>(() => writer.GetSpan());
        Assert.Throws<InvalidOperationException>(() => writer.WriteChunk("x"u8));
        Assert.Throws<InvalidOperationException>(() => writer.AddTrailer("A", "b"));
        Assert.Throws<InvalidOperationException>(() => writer.AddExtension("a"));
        await writer.CompleteAsync();
        await writer.FlushAsync();
        await pipe.Writer.CompleteAsync();
        Assert.Equal("0\r\n\r\n", await ReadAsync(pipe.Reader));
    }

    [Fact]
    public void Advancing_past_what_was_lent_is_refused()
    {
        ChunkedWriter writer = new(new ArrayBufferWriter<byte>());
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(1));
        int length = writer.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
    }

    [Fact]
    public async Task It_writes_into_any_buffer_writer()
    {
        ArrayBufferWriter<byte> buffer = new();
        ChunkedWriter writer = new(buffer);
        writer.Write("abc"u8);
        Assert.Equal(3, writer.UnflushedBytes);
        await writer.FlushAsync();
        await writer.CompleteAsync();
        Assert.Equal("3\r\nabc\r\n0\r\n\r\n", Encoding.Latin1.GetString(buffer.WrittenSpan));
    }

    [Fact]
    public async Task Whatever_writes_into_a_pipe_writes_into_a_body()
    {
        string body = await WriteAsync(async w => await JsonSerializer.SerializeAsync(w, Enumerable.Range(0, 5000)));
        Assert.Equal(JsonSerializer.Serialize(Enumerable.Range(0, 5000)), Payload(body, out _, out _));
    }

    /// <summary>Decodes a body that the writer made, and demands that all of it is one body.</summary>
    internal static string Payload(string body, out List<long> sizes, out List<TrailerField> trailers)
    {
        (sizes, trailers) = ([], []);
        using ChunkedDecoder decoder = new();
        ReadOnlySpan<byte> source = Encoding.Latin1.GetBytes(body);
        StringBuilder payload = new();
        while (!decoder.IsCompleted)
        {
            Assert.Equal(OperationStatus.Done, decoder.Decode(source, out int consumed, out ChunkedElement element));
            source = source[consumed..];
            payload.Append(Encoding.Latin1.GetString(element.Data));
            if (element.Kind == ChunkedElementKind.Chunk)
            {
                sizes.Add(element.Size);
            }
            else if (element.Kind == ChunkedElementKind.Trailer)
            {
                trailers.Add(new TrailerField(element));
            }
        }

        Assert.Equal(0, source.Length);
        return payload.ToString();
    }

    private static async Task<string> WriteAsync(Func<ChunkedWriter, ValueTask> write, ChunkedWriterOptions? options = null)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        ChunkedWriter writer = new(pipe.Writer, options);
        await write(writer);
        await writer.CompleteAsync();
        await pipe.Writer.CompleteAsync();
        return await ReadAsync(pipe.Reader);
    }

    private static async Task<string> ReadAsync(PipeReader reader)
    {
        using StreamReader text = new(reader.AsStream(), Encoding.Latin1);
        return await text.ReadToEndAsync();
    }
}
