using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class ChunkedPipeReaderTests
{
    private const string Body = "4\r\nWire\r\n9;a=b\r\nProtocols\r\n0\r\nX-Sum: 13\r\n\r\nGET /next";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task The_payload_the_trailers_and_then_the_next_message(int size)
    {
        (string payload, string trailers, string next) = await Trickle.RunAsync(Encoding.Latin1.GetBytes(Body), size, async pipe =>
        {
            using ChunkedPipeReader body = new(pipe);
            string text = await ReadToEndAsync(body);
            Assert.True(body.IsBodyCompleted);
            Assert.Equal(Body.Length - "GET /next".Length, body.Position);
            return (text, string.Join(", ", body.Trailers), await ReadToEndAsync(pipe));
        });
        Assert.Equal("WireProtocols", payload);
        Assert.Equal(new TrailerField("X-Sum", "13", false).ToString(), trailers);
        Assert.Equal("GET /next", next);
    }

    [Fact]
    public async Task Payload_is_lent_and_not_copied()
    {
        byte[] bytes = Encoding.Latin1.GetBytes($"400\r\n{new string('a', 1024)}\r\n0\r\n\r\n");
        using ChunkedPipeReader body = new(PipeReader.Create(new ReadOnlySequence<byte>(bytes)));
        ReadOnlySequence<byte> payload = (await body.ReadAsync()).Buffer;
        bytes.AsSpan().Replace((byte)'a', (byte)'b');
        Assert.Equal(new string('b', 1024), Encoding.Latin1.GetString(payload));
        body.AdvanceTo(payload.End);
    }

    [Fact]
    public async Task What_was_examined_and_not_consumed_comes_again_with_more()
    {
        Pipe pipe = new();
        using ChunkedPipeReader body = new(pipe.Reader);
        StringBuilder expected = new();
        Random random = new(5);
        for (int round = 0; round < 200; round++)
        {
            string chunk = new((char)('a' + (round % 26)), 1 + random.Next(300));
            expected.Append(chunk);
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n{chunk}\r\n"));
            ReadResult result = await body.ReadAsync();
            Assert.Equal(expected.ToString(), Encoding.ASCII.GetString(result.Buffer));
            int consumed = random.Next(3) == 0 ? random.Next((int)result.Buffer.Length + 1) : 0;
            expected.Remove(0, consumed);
            body.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.End);
        }
    }

    [Fact]
    public async Task What_was_not_examined_comes_at_once()
    {
        Pipe pipe = new();
        using ChunkedPipeReader body = new(pipe.Reader);
        await pipe.Writer.WriteAsync("4\r\nWire\r\n4\r\nData\r\n"u8.ToArray());
        ReadResult first = await body.ReadAsync();
        body.AdvanceTo(first.Buffer.GetPosition(2));
        Assert.True(body.TryRead(out ReadResult second));
        Assert.Equal("reData", Encoding.ASCII.GetString(second.Buffer));
        body.AdvanceTo(second.Buffer.GetPosition(3), second.Buffer.End);
        Assert.False(body.TryRead(out _));
    }

    [Fact]
    public async Task The_payload_before_a_violation_is_handed_out_first()
    {
        using ChunkedPipeReader body = new(PipeReader.Create(new ReadOnlySequence<byte>("4\r\nWire\r\n4\r\nDataX"u8.ToArray())));
        ReadResult result = await body.ReadAsync();
        Assert.Equal("WireData", Encoding.ASCII.GetString(result.Buffer));
        body.AdvanceTo(result.Buffer.End);
        ChunkedProtocolException exception = await Assert.ThrowsAsync<ChunkedProtocolException>(async () => await body.ReadAsync());
        Assert.Equal((ChunkedProtocolError.MissingDataTerminator, 16L), (exception.Error, exception.Offset));
        Assert.Equal(("MissingDataTerminator", "RFC 9112 §7.1"), (exception.Code, exception.Section));
        await Assert.ThrowsAsync<ChunkedProtocolException>(async () => await body.ReadAsync());
    }

    [Fact]
    public async Task The_end_of_the_pipe_inside_the_body_is_an_error()
    {
        using ChunkedPipeReader body = new(PipeReader.Create(new ReadOnlySequence<byte>("4\r\nWire\r\n"u8.ToArray())));
        ReadResult result = await body.ReadAsync();
        Assert.False(result.IsCompleted);
        body.AdvanceTo(result.Buffer.End);
        ChunkedProtocolException exception = await Assert.ThrowsAsync<ChunkedProtocolException>(async () => await body.ReadAsync());
        Assert.Equal((ChunkedProtocolError.UnexpectedEnd, 9L), (exception.Error, exception.Offset));
    }

    [Fact]
    public async Task Cancelling_a_read_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using ChunkedPipeReader body = new(pipe.Reader);
        ValueTask<ReadResult> pending = body.ReadAsync();
        body.CancelPendingRead();
        ReadResult cancelled = await pending;
        Assert.True(cancelled.IsCanceled);
        body.AdvanceTo(cancelled.Buffer.Start);
        using CancellationTokenSource source = new();
        ValueTask<ReadResult> second = body.ReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        await pipe.Writer.WriteAsync("2\r\nok\r\n0\r\n\r\n"u8.ToArray());
        Assert.Equal("ok", await ReadToEndAsync(body));
    }

    [Fact]
    public async Task Completing_it_leaves_the_pipe_beneath_open()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(Body));
        await pipe.Writer.CompleteAsync();
        ChunkedPipeReader body = new(pipe.Reader);
        await ReadToEndAsync(body);
        await body.CompleteAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await body.ReadAsync());
        Assert.Equal("GET /next", await ReadToEndAsync(pipe.Reader));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public void A_chunk_allocates_nothing(int size)
    {
        byte[] chunks = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{size:x}\r\n{new string('x', size)}\r\n", 1000)));
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        using ChunkedPipeReader reader = new(pipe.Reader);
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            pipe.Writer.Write(chunks);
            Assert.True(pipe.Writer.FlushAsync().AsTask().IsCompletedSuccessfully);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(reader.TryRead(out ReadResult result));
            long length = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(1000 * size, length);
        }

        Assert.Equal(0, allocated);
    }

    private static async Task<string> ReadToEndAsync(PipeReader reader)
    {
        StringBuilder text = new();
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            text.Append(Encoding.Latin1.GetString(result.Buffer));
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return text.ToString();
            }
        }
    }
}
