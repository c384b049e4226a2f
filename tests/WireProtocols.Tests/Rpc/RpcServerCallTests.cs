using System.IO.Pipelines;
using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

/// <summary>What a call says when client, handler or clock do what they should not.</summary>
public class RpcServerCallTests
{
    [Fact]
    public async Task Messages_go_on_where_a_cancelled_read_left_them()
    {
        RpcLoopback loopback = new([("content-type", "application/grpc-web-text")]);
        using CancellationTokenSource cancel = new();
        List<string> messages = [];

        // One message, and the beginning of another: of its base64 a group is begun, too.
        await loopback.Request.WriteAsync("AAAAAAFhAAAAAAVoZW"u8.ToArray());
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(loopback, RpcMethodKind.Bidirectional, async call =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await AddAllAsync(call, messages, cancel.Token));
            await loopback.Request.WriteAsync("xsbw=="u8.ToArray());
            await loopback.Request.CompleteAsync();
            await AddAllAsync(call, messages, CancellationToken.None);
        });

        await cancel.CancelAsync();
        Assert.True((await serving)!.IsOk);
        Assert.Equal(["a", "hello"], messages);
    }

    [Theory]
    [InlineData("application/grpc", "0000000005aabb", "ccddee")]
    [InlineData("application/proto", "aabb", "ccddee")]
    public async Task The_one_message_is_whole_after_a_cancelled_read(string contentType, string first, string second)
    {
        RpcLoopback loopback = new([("content-type", contentType)]);
        await loopback.Request.WriteAsync(Convert.FromHexString(first));
        using CancellationTokenSource cancel = new();
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, async call =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.ReadOneAsync(cancel.Token));
            await loopback.Request.WriteAsync(Convert.FromHexString(second));
            await loopback.Request.CompleteAsync();
            ReadOnlyMemory<byte> message = await call.ReadOneAsync();
            Assert.Equal("AABBCCDDEE", Convert.ToHexString(message.Span));
            await call.WriteAsync(message);
        });
        await cancel.CancelAsync();
        Assert.Equal(RpcStatus.Ok, await serving);
    }

    [Fact]
    public async Task A_message_that_a_cancelled_read_had_is_read_again()
    {
        RpcLoopback loopback = new([("content-type", "application/grpc")]);
        await loopback.Request.WriteAsync(new byte[] { 0, 0, 0, 0, 1, 0x61 });
        using CancellationTokenSource cancel = new();
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, async call =>
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.ReadOneAsync(cancel.Token));
            await loopback.Request.CompleteAsync();
            Assert.Equal([0x61], (await call.ReadOneAsync()).ToArray());
            await call.WriteAsync("b"u8.ToArray());
        });
        await cancel.CancelAsync();
        Assert.Equal(RpcStatus.Ok, await serving);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_ends_at_the_deadline_and_when_the_server_stops(bool isLate)
    {
        ManualTimeProvider time = new();
        using CancellationTokenSource stop = new();
        RpcLoopback loopback = new([("content-type", "application/grpc"), ("grpc-timeout", "5S")]);
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(
            loopback,
            RpcMethodKind.Bidirectional,
            async call =>
            {
                // More than the pipe takes while nobody reads.
                await call.WriteAsync(new byte[1_000_000]);
            },
            new RpcServerOptions { TimeProvider = time },
            stop.Token);
        if (isLate)
        {
            time.Advance(TimeSpan.FromSeconds(6));
        }
        else
        {
            await stop.CancelAsync();
        }

        await loopback.Response.CopyToAsync(Stream.Null);
        Assert.Equal(isLate ? RpcStatusCode.DeadlineExceeded : RpcStatusCode.Canceled, (await serving)!.Code);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("lock")]
    [InlineData("call of somebody else")]
    public async Task What_a_handler_throws_itself_is_not_taken_for_the_transports(string what)
    {
        Exception thrown = what == "file" ? new IOException(what) : what == "lock" ? new TimeoutException(what) : SomeoneElses();
        RpcLoopback loopback = new([("content-type", "application/grpc")]);
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, RpcMethodKind.Bidirectional, _ => throw thrown);
        Assert.Equal(RpcStatusCode.Unknown, status!.Code);
        Assert.Contains(("grpc-message", "The method failed."), loopback.Trailers);
    }

    [Fact]
    public async Task A_request_that_was_cut_is_the_transports()
    {
        RpcLoopback loopback = new([("content-type", "application/grpc")]);
        await loopback.Request.CompleteAsync(new IOException("cut"));
        IOException exception = await Assert.ThrowsAsync<IOException>(() => RpcServerCall.RunAsync(
            loopback, RpcMethodKind.Bidirectional, async call => await call.ReadAllAsync().CountAsync()));
        Assert.Equal("cut", exception.Message);
    }

    [Theory]
    [InlineData("0000000000" + "0000000000", RpcProtocolError.MessageSurplus, 5)]
    [InlineData("", RpcProtocolError.MessageMissing, 0)]
    public async Task Whoever_reads_one_message_of_a_stream_loses_none_silently(string request, RpcProtocolError error, int offset)
    {
        RpcLoopback loopback = new([("content-type", "application/grpc")]);
        await loopback.Request.WriteAsync(Convert.FromHexString(request));
        await loopback.Request.CompleteAsync();
        RpcProtocolException? thrown = null;
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, RpcMethodKind.ClientStreaming, async call =>
        {
            thrown = await Assert.ThrowsAsync<RpcProtocolException>(() => call.ReadOneAsync());
            throw thrown;
        });
        Assert.Equal((error, offset), (thrown!.Error, thrown.Offset));
        Assert.Equal(RpcStatusCode.Unimplemented, status!.Code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Content_of_no_bytes_is_not_decompressed(string encoding)
    {
        RpcLoopback loopback = new([("content-type", "application/proto"), ("content-encoding", encoding)]);
        await loopback.Request.CompleteAsync();
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, async call =>
        {
            Assert.True((await call.ReadOneAsync()).IsEmpty);
            await call.WriteAsync("a"u8.ToArray());
        });
        Assert.Equal(RpcStatus.Ok, status);
    }

    [Theory]
    [InlineData("application/proto")]
    [InlineData("application/connect+proto")]
    public async Task Another_version_of_connect_is_refused(string contentType)
    {
        RpcMethodKind kind = contentType == "application/proto" ? RpcMethodKind.Unary : RpcMethodKind.Bidirectional;
        RpcLoopback loopback = new([("content-type", contentType), ("Connect-Protocol-Version", "2")]);
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, kind, _ => throw new InvalidOperationException());
        Assert.Equal(RpcStatusCode.InvalidArgument, status!.Code);
        Assert.Equal(kind == RpcMethodKind.Unary ? 400 : 200, loopback.Status);
    }

    private static RpcProtocolException SomeoneElses()
    {
        using RpcReader reader = new(PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(new byte[] { 0xFF })));
        Assert.True(reader.WaitToReadAsync().AsTask().IsCompletedSuccessfully);
        return Assert.Throws<RpcProtocolException>(() => reader.TryRead(out _));
    }

    private static async Task AddAllAsync(RpcServerCall call, List<string> messages, CancellationToken cancellationToken)
    {
        await foreach (ReadOnlyMemory<byte> message in call.ReadAllAsync(cancellationToken))
        {
            messages.Add(Encoding.UTF8.GetString(message.Span));
        }
    }
}
