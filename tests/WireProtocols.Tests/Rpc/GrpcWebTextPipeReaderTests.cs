using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class GrpcWebTextPipeReaderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_decoded_is_read_again_until_it_is_consumed()
    {
        Pipe pipe = new();
        GrpcWebTextPipeReader reader = new(pipe.Reader);
        Assert.False(reader.TryRead(out _));
        await pipe.Writer.WriteAsync("AAEC"u8.ToArray(), Stop);
        Assert.True(reader.TryRead(out ReadResult first));
        Assert.Equal([0, 1, 2], first.Buffer.ToArray());
        reader.AdvanceTo(first.Buffer.GetPosition(1));
        Assert.True(reader.TryRead(out ReadResult again));
        Assert.Equal([1, 2], again.Buffer.ToArray());

        // All of it is looked at: only what follows is a reason to come back.
        reader.AdvanceTo(again.Buffer.Start, again.Buffer.End);
        Assert.False(reader.TryRead(out _));
        await pipe.Writer.WriteAsync("AwQF"u8.ToArray(), Stop);
        ReadResult more = await reader.ReadAsync(Stop);
        Assert.Equal([1, 2, 3, 4, 5], more.Buffer.ToArray());
        Assert.False(more.IsCompleted);
        reader.AdvanceTo(more.Buffer.End);
        await pipe.Writer.CompleteAsync();
        ReadResult last = await reader.ReadAsync(Stop);
        Assert.True(last.IsCompleted);
        Assert.True(last.Buffer.IsEmpty);
        reader.AdvanceTo(last.Buffer.End);
        await reader.CompleteAsync();
    }

    [Theory]
    [InlineData("AAEC!", 3)]
    [InlineData("AAECAw", 3)]
    [InlineData("!", 0)]
    public async Task What_came_before_an_error_is_read_first(string text, int before)
    {
        GrpcWebTextPipeReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text))));
        if (before > 0)
        {
            ReadResult read = await reader.ReadAsync(Stop);
            Assert.Equal(before, read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.End);
        }

        await Assert.ThrowsAsync<RpcProtocolException>(() => reader.ReadAsync(Stop).AsTask());
        Assert.Throws<RpcProtocolException>(() => reader.TryRead(out _));
        reader.Complete();
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_gives_back_what_there_is()
    {
        Pipe pipe = new();
        GrpcWebTextPipeReader reader = new(pipe.Reader);
        Task<ReadResult> waiting = reader.ReadAsync(Stop).AsTask();
        reader.CancelPendingRead();
        Assert.True((await waiting).IsCanceled);
        reader.CancelPendingRead();
        Assert.True(reader.TryRead(out ReadResult result));
        Assert.True(result.IsCanceled);
        await pipe.Writer.WriteAsync("AAEC"u8.ToArray(), Stop);
        Assert.Equal(3, (await reader.ReadAsync(Stop)).Buffer.Length);
    }

    [Fact]
    public async Task Its_memory_grows_with_what_is_kept()
    {
        Pipe pipe = new();
        GrpcWebTextPipeReader reader = new(pipe.Reader);
        byte[] sent = new byte[30_000];
        new Random(7).NextBytes(sent);
        for (int at = 0; at < sent.Length; at += 3_000)
        {
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Convert.ToBase64String(sent, at, 3_000)), Stop);
            ReadResult read = await reader.ReadAsync(Stop);
            Assert.Equal(at + 3_000, read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        await pipe.Writer.CompleteAsync();
        ReadResult all = await reader.ReadAsync(Stop);
        Assert.Equal(sent, all.Buffer.ToArray());
        reader.Complete();
    }
}
