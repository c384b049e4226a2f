using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.Rpc;
using WireProtocols.Rpc;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Rpc;

public class RpcReaderTests
{
    [Fact]
    public async Task ReadAll_gathers_messages_and_says_how_the_stream_ended()
    {
        byte[] body = Write(RpcProtocol.GrpcWeb, null, writer =>
        {
            writer.WriteMessage("one"u8);
            writer.WriteMessage([]);
            writer.WriteMessage(new byte[1000]);
            RpcMetadata trailers = new();
            trailers.Add("cost", "237");
            writer.WriteEnd(new RpcEnd(new RpcStatus(RpcStatusCode.NotFound, "no € here"), trailers));
        });
        (List<OwnedRpcMessage> messages, RpcEnd? end) = await ReadAsync(body, new() { Protocol = RpcProtocol.GrpcWeb, IsResponse = true });
        Assert.Equal([3, 0, 1000], messages.Select(m => m.Payload.Length));
        Assert.Equal([0, 8, 13], messages.Select(m => m.Offset));
        Assert.Equal((RpcStatusCode.NotFound, "no € here"), (end!.Status.Code, end.Status.Message));
        Assert.Equal("237", end.Trailers.GetValue("Cost"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Compressed_messages_come_out_as_they_were(string name)
    {
        RpcEncoding encoding = RpcEncoding.All.Single(e => e.Name == name);
        byte[] message = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("again and ", 1000)));
        byte[] body = Write(RpcProtocol.Connect, encoding, writer =>
        {
            writer.WriteCompressed(message);
            writer.WriteCompressed([]);
            writer.WriteMessage("plain"u8);
            writer.WriteEnd(RpcEnd.Ok);
        });
        Assert.True(body.Length < 1000);
        (List<OwnedRpcMessage> messages, RpcEnd? end)
            = await ReadAsync(body, new() { Protocol = RpcProtocol.Connect, IsResponse = true, Encoding = encoding });
        Assert.Equal(message, messages[0].Payload.ToArray());
        Assert.Equal([true, true, false], messages.Select(m => m.WasCompressed));
        Assert.Equal("plain", Encoding.UTF8.GetString(messages[2].Payload.Span));
        Assert.True(end!.Status.IsOk);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_message_that_expands_past_the_limit_is_refused(string name)
    {
        RpcEncoding encoding = RpcEncoding.All.Single(e => e.Name == name);
        byte[] bomb = Write(RpcProtocol.Grpc, encoding, writer => writer.WriteCompressed(new byte[64 * 1024 * 1024]));
        RpcEnvelopeOptions options = new() { Encoding = encoding, MaxMessageLength = 1_000_000 };
        Assert.True(bomb.Length < options.MaxMessageLength);
        RpcProtocolException exception = await Assert.ThrowsAsync<RpcProtocolException>(() => ReadAsync(bomb, options));
        Assert.Equal((RpcProtocolError.MessageTooLarge, RpcStatusCode.ResourceExhausted), (exception.Error, exception.StatusCode));
    }

    [Theory]
    [InlineData("gzip", 0)]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 9)]
    [InlineData("deflate", 0)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 8)]
    [InlineData("br", 0)]
    [InlineData("br", 1)]
    [InlineData("br", 8)]
    public async Task What_does_not_decompress_is_an_error_of_the_protocol(string name, int cut)
    {
        RpcEncoding encoding = RpcEncoding.All.Single(e => e.Name == name);
        byte[] whole = encoding.Compress(Enumerable.Range(0, 100).Select(i => (byte)i).ToArray());
        byte[] message = cut == 0 ? [0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0xFA] : whole[..^cut];
        byte[] body = [1, 0, 0, 0, (byte)message.Length, .. message];
        RpcProtocolException exception = await Assert.ThrowsAsync<RpcProtocolException>(() => ReadAsync(body, new() { Encoding = encoding }));
        Assert.Equal((RpcProtocolError.DecompressionFailed, 0), (exception.Error, exception.Offset));
    }

    [Fact]
    public async Task An_error_of_the_end_is_at_its_byte()
    {
        byte[] body = [0, 0, 0, 0, 1, 0x61, 2, 0, 0, 0, 14, .. "{\"error\":null}"u8];
        RpcProtocolException exception
            = await Assert.ThrowsAsync<RpcProtocolException>(() => ReadAsync(body, new() { Protocol = RpcProtocol.Connect, IsResponse = true }));
        Assert.Equal((RpcProtocolError.ErrorMalformed, 20), (exception.Error, exception.Offset));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        using RpcReader reader = new(pipe.Reader);
        using CancellationTokenSource source = new();
        ValueTask<bool> waiting = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 0, 0, 1, 0x61 });
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out RpcMessagePart part));
        Assert.Equal([0x61], part.Payload.ToArray());
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public async Task ReadAll_that_was_cancelled_inside_a_message_goes_on_with_it()
    {
        Pipe pipe = new();
        using RpcReader reader = new(pipe.Reader, new() { Protocol = RpcProtocol.GrpcWeb, IsResponse = true });
        using CancellationTokenSource source = new();
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 0, 0, 4, 1, 2 });
        Task<List<OwnedRpcMessage>> reading = reader.ReadAllAsync(source.Token).ToListAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync((byte[])[3, 4, 0x80, 0, 0, 0, 16, .. "grpc-status: 5\r\n"u8]);
        await pipe.Writer.CompleteAsync();
        OwnedRpcMessage message = Assert.Single(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal([1, 2, 3, 4], message.Payload.ToArray());
        Assert.Empty(await reader.ReadAllAsync().ToListAsync());
        Assert.Equal(RpcStatusCode.NotFound, reader.End!.Status.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_that_was_begun_in_pieces_is_not_read_whole(int pieces)
    {
        Pipe pipe = new();
        using RpcReader reader = new(pipe.Reader);
        foreach (byte[] piece in ((byte[][])[[0, 0, 0, 0, 4, 1], [2]])[..pieces])
        {
            await pipe.Writer.WriteAsync(piece);
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out _));
            Assert.False(reader.TryRead(out _));
        }

        await pipe.Writer.WriteAsync(new byte[] { 3, 4 });
        await pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAllAsync().FirstAsync());
    }

    [Fact]
    public async Task Dispose_gives_unread_bytes_back_to_the_pipe()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x61 });
        using (RpcReader reader = new(pipe.Reader))
        {
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out _));
        }

        ReadResult rest = await pipe.Reader.ReadAsync();
        Assert.Equal([0, 0, 0, 0, 1, 0x61], rest.Buffer.ToArray());
    }

    [Fact]
    public void Any_bytes_in_any_split_are_what_the_oracle_says()
        => Prop.ForAll<byte[], int>((noise, seed) =>
        {
            Random random = new(seed);
            RpcEnvelopeOptions options = new()
            {
                Protocol = (RpcProtocol)random.Next(3),
                IsResponse = random.Next(2) == 0,
                Encoding = random.Next(2) == 0 ? RpcEncoding.Gzip : null,
                MaxMessageLength = random.Next(2) == 0 ? 8 : 1000,
            };
            byte[] input = Splice(noise, random);
            return new RpcSubject(options).Decode(Segmentation.RandomPieces(input, random)).SequenceEqual(NaiveRpc.Decode(input, options));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public async Task Reading_messages_allocates_nothing()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte[])[0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8], 1000).SelectMany(c => c)];
        Queue<RpcReader> readers
            = new(Enumerable.Range(0, Allocations.MaxCalls).Select(_ => new RpcReader(PipeReader.Create(new ReadOnlySequence<byte>(bytes)))));
        foreach (RpcReader reader in readers)
        {
            Assert.True(await reader.WaitToReadAsync());
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            using RpcReader reader = readers.Dequeue();
            int count = 0;
            while (reader.TryRead(out RpcMessagePart part))
            {
                count += part.Payload.Length / 8;
            }

            Assert.True(count == 1000);
        }));
    }

    [Fact]
    public async Task Work_is_linear_in_the_bytes()
        => await Work.IsLinearAsync(1000, async (length, work) =>
        {
            byte[] bytes = [0, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. new byte[length]];
            await Trickle.RunAsync(bytes, 7, async pipe =>
            {
                using RpcReader reader = new(new CountingPipeReader(pipe, work));
                return await reader.ReadAllAsync().CountAsync();
            });
        });

    /// <summary>Noise with the beginnings of envelopes in it, since noise alone is nearly always a reserved flag.</summary>
    private static byte[] Splice(byte[] noise, Random random)
    {
        string[] starts
            = ["0000000000", "0000000001", "0000000005", "0100000002", "0200000002", "8000000003", "8100000000", "0000000009", "00ffffffff"];
        List<byte> bytes = [];
        foreach (byte value in noise)
        {
            if (random.Next(2) == 0)
            {
                bytes.AddRange(Convert.FromHexString(starts[random.Next(starts.Length)]));
            }

            bytes.Add(value);
        }

        return [.. bytes];
    }

    private static byte[] Write(RpcProtocol protocol, RpcEncoding? encoding, Action<RpcWriter> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(new RpcWriter(output, new RpcWriterOptions { Protocol = protocol, IsResponse = protocol != RpcProtocol.Grpc, Encoding = encoding }));
        return output.WrittenSpan.ToArray();
    }

    private static Task<(List<OwnedRpcMessage> Messages, RpcEnd? End)> ReadAsync(byte[] body, RpcEnvelopeOptions options)
        => Trickle.RunAsync(body, 4096, async pipe =>
        {
            using RpcReader reader = new(pipe, options);
            return (await reader.ReadAllAsync().ToListAsync(), reader.End);
        });
}
