using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

public class RpcCallTests
{
    /// <summary>Protocol, text form, encoding.</summary>
    public static TheoryData<RpcProtocol, bool, string?> Ways => new()
    {
        { RpcProtocol.Grpc, false, null },
        { RpcProtocol.Grpc, false, "gzip" },
        { RpcProtocol.GrpcWeb, false, null },
        { RpcProtocol.GrpcWeb, true, null },
        { RpcProtocol.GrpcWeb, true, "br" },
        { RpcProtocol.Connect, false, null },
        { RpcProtocol.Connect, false, "deflate" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task All_four_kinds_of_calls_go_there_and_back(RpcProtocol protocol, bool isText, string? encoding)
    {
        foreach (RpcMethodKind kind in Enum.GetValues<RpcMethodKind>())
        {
            bool takesOne = kind is RpcMethodKind.Unary or RpcMethodKind.ServerStreaming;
            bool givesOne = kind is RpcMethodKind.Unary or RpcMethodKind.ClientStreaming;
            byte[][] sent = [.. Enumerable.Range(1, takesOne ? 1 : 3).Select(i => Encoding.UTF8.GetBytes(new string((char)('a' + i), 3000 * i)))];
            RpcMetadata metadata = new();
            metadata.Add("acme-id", "42");
            Outcome outcome = await CallAsync(kind, Options(protocol, isText, encoding), metadata, sent, async call =>
            {
                call.ResponseMetadata.Add("seen", call.Metadata.GetValue("acme-id")!);
                call.ResponseTrailers.AddBinary("cost-bin", [1, 2]);
                List<byte> all = [];
                await foreach (ReadOnlyMemory<byte> message in call.ReadAllAsync())
                {
                    all.AddRange(message.ToArray());
                    if (!givesOne)
                    {
                        await call.WriteAsync(message);
                        await call.WriteAsync(Array.Empty<byte>());
                    }
                }

                if (givesOne)
                {
                    await call.WriteAsync(all.ToArray());
                }
            });
            Assert.Equal(RpcStatusCode.Ok, outcome.Status!.Code);
            Assert.Null(outcome.Failure);
            byte[][] expected = givesOne ? [[.. sent.SelectMany(m => m)]] : [.. sent.SelectMany(m => (byte[][])[m, []])];
            Assert.Equal(expected, outcome.Messages);
            Assert.Equal("42", outcome.Response.Metadata.GetValue("seen"));
            Assert.Equal([[1, 2]], outcome.Response.End!.Trailers.GetBinaryValues("cost-bin"));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_handler_refuses_the_client_is_told(RpcProtocol protocol, bool isText, string? encoding)
    {
        RpcMetadata trailers = new();
        trailers.Add("why", "quota");
        foreach (RpcMethodKind kind in Enum.GetValues<RpcMethodKind>())
        {
            Outcome outcome = await CallAsync(
                kind, Options(protocol, isText, encoding), null, ["x"u8.ToArray()],
                _ => throw new RpcException(new RpcStatus(RpcStatusCode.ResourceExhausted, "100% used\n€"), trailers));
            Assert.Equal((RpcStatusCode.ResourceExhausted, "100% used\n€"), (outcome.Failure!.Status.Code, outcome.Failure.Status.Message));
            Assert.Equal("quota", outcome.Failure.Trailers.GetValue("why"));
            Assert.Empty(outcome.Messages);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_handler_throws_is_not_for_the_client_to_read(RpcProtocol protocol, bool isText, string? encoding)
    {
        Outcome outcome = await CallAsync(
            RpcMethodKind.ServerStreaming, Options(protocol, isText, encoding), null, ["x"u8.ToArray()], async call =>
            {
                await call.WriteAsync("one"u8.ToArray());
                throw new InvalidOperationException("secret");
            });
        Assert.Equal(RpcStatusCode.Unknown, outcome.Failure!.Status.Code);
        Assert.DoesNotContain("secret", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Single(outcome.Messages);
    }

    [Theory]
    [InlineData(RpcProtocol.Grpc, 0, RpcStatusCode.Unimplemented)]
    [InlineData(RpcProtocol.Grpc, 2, RpcStatusCode.Unimplemented)]
    [InlineData(RpcProtocol.GrpcWeb, 0, RpcStatusCode.Unimplemented)]
    [InlineData(RpcProtocol.GrpcWeb, 2, RpcStatusCode.Unimplemented)]
    public async Task A_method_that_takes_one_message_takes_neither_none_nor_two(RpcProtocol protocol, int count, RpcStatusCode code)
    {
        // A client that believes the method to be another kind.
        byte[][] sent = [.. Enumerable.Repeat("x"u8.ToArray(), count)];
        RpcClientCall client = new(RpcMethodKind.Bidirectional, new RpcClientOptions { Protocol = protocol });
        RpcLoopback loopback = new(client.Fields);
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(
            loopback, RpcMethodKind.Unary, async call => await call.WriteAsync(await call.ReadOneAsync()));
        Outcome outcome = await FinishAsync(client, loopback, serving, sent);
        Assert.Equal(code, outcome.Failure!.Status.Code);
    }

    [Fact]
    public async Task A_deadline_ends_a_call()
    {
        ManualTimeProvider time = new();
        RpcClientCall client = new(RpcMethodKind.Unary, new RpcClientOptions { Timeout = TimeSpan.FromSeconds(5) });
        Assert.Contains(("grpc-timeout", "5000000u"), client.Fields);
        RpcLoopback loopback = new(client.Fields);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(
            loopback,
            RpcMethodKind.Unary,
            async call =>
            {
                waits.SetResult();
                await Task.Delay(Timeout.Infinite, call.CancellationToken);
            },
            new RpcServerOptions { TimeProvider = time });
        await waits.Task;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await serving)!.Code);
        Assert.Contains(("grpc-status", "4"), loopback.Trailers);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web")]
    [InlineData("application/json")]
    public async Task A_message_above_the_limit_is_refused(string contentType)
    {
        RpcLoopback loopback = new([("content-type", contentType)]);
        await loopback.Request.WriteAsync(new byte[] { 0, 0, 0, 0, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 });
        await loopback.Request.CompleteAsync();
        RpcStatus? status = await RpcServerCall.RunAsync(
            loopback,
            RpcMethodKind.Unary,
            async call => await call.WriteAsync(await call.ReadOneAsync()),
            new RpcServerOptions { MaxMessageLength = 10 });
        Assert.Equal(RpcStatusCode.ResourceExhausted, status!.Code);
    }

    [Fact]
    public async Task A_server_that_stops_cancels_its_calls()
    {
        using CancellationTokenSource stop = new();
        RpcLoopback loopback = new([("content-type", "application/connect+json")]);
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RpcStatus?> serving = RpcServerCall.RunAsync(
            loopback,
            RpcMethodKind.Bidirectional,
            async call =>
            {
                waits.SetResult();
                await call.ReadAllAsync().CountAsync();
            },
            cancellationToken: stop.Token);
        await waits.Task;
        await stop.CancelAsync();
        Assert.Equal(RpcStatusCode.Canceled, (await serving)!.Code);
    }

    [Fact]
    public async Task A_client_that_is_gone_ends_the_call_and_is_told_nothing()
    {
        RpcLoopback loopback = new([("content-type", "application/grpc-web")]);
        await loopback.Request.CompleteAsync();
        await loopback.Response.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(() => RpcServerCall.RunAsync(
            loopback, RpcMethodKind.Bidirectional, async call => await call.WriteAsync("a"u8.ToArray())));
    }

    [Fact]
    public async Task A_method_gives_no_more_than_it_has()
    {
        RpcLoopback loopback = new([("content-type", "application/grpc")]);
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, RpcMethodKind.ClientStreaming, _ => Task.CompletedTask);
        Assert.Equal(RpcStatusCode.Internal, status!.Code);

        loopback = new([("content-type", "application/grpc")]);
        Exception? second = null;
        await RpcServerCall.RunAsync(loopback, RpcMethodKind.ClientStreaming, async call =>
        {
            await call.WriteAsync("a"u8.ToArray());
            second = await Record.ExceptionAsync(async () => await call.WriteAsync("b"u8.ToArray()));
        });
        Assert.IsType<InvalidOperationException>(second);
    }

    [Theory]
    [InlineData("POST", "text/plain", 415)]
    [InlineData("POST", "application/", 415)]
    [InlineData("POST", "application/grpc+cbor", 415)]
    [InlineData("POST", "application/connect+proto", 415)]
    [InlineData("POST", "application/xml", 415)]
    [InlineData("PUT", "application/grpc", 405)]
    public async Task What_is_no_call_is_answered_by_http(string method, string contentType, int status)
    {
        RpcLoopback loopback = new([("Content-Type", contentType)], method);
        Assert.Null(await RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, _ => throw new InvalidOperationException()));
        Assert.Equal(status, loopback.Status);
    }

    [Theory]
    [InlineData("grpc-timeout", "1s", RpcStatusCode.InvalidArgument)]
    [InlineData("grpc-timeout", "123456789S", RpcStatusCode.InvalidArgument)]
    [InlineData("grpc-encoding", "snappy", RpcStatusCode.Unimplemented)]
    [InlineData("grpc-encoding", "gzip, br", RpcStatusCode.Unimplemented)]
    public async Task A_head_that_is_not_understood_is_answered_in_its_protocol(string name, string value, RpcStatusCode code)
    {
        RpcLoopback loopback = new([("content-type", "application/grpc"), (name, value)]);
        RpcStatus? status = await RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, _ => throw new InvalidOperationException());
        Assert.Equal(code, status!.Code);
        Assert.Equal(200, loopback.Status);
        Assert.Contains(("grpc-accept-encoding", "gzip,br,deflate"), loopback.ResponseFields);
    }

    [Theory]
    [InlineData("application/grpc", RpcProtocol.Grpc, "proto", false, false)]
    [InlineData("Application/gRPC+Proto", RpcProtocol.Grpc, "proto", false, false)]
    [InlineData("application/grpc+json; charset=utf-8", RpcProtocol.Grpc, "json", false, false)]
    [InlineData("application/grpc-web", RpcProtocol.GrpcWeb, "proto", false, false)]
    [InlineData("application/grpc-web-text+proto", RpcProtocol.GrpcWeb, "proto", true, false)]
    [InlineData("application/connect+json", RpcProtocol.Connect, "json", false, false)]
    [InlineData("application/json", RpcProtocol.Connect, "json", false, true)]
    [InlineData("application/grpc-webx", RpcProtocol.Connect, "grpc-webx", false, true)]
    public void A_content_type_says_the_protocol(string value, RpcProtocol protocol, string codec, bool isText, bool isUnary)
    {
        Assert.True(RpcContentType.TryParse(value, out RpcContentType contentType));
        Assert.Equal(new RpcContentType(protocol, codec, isText, isUnary), contentType);
        Assert.True(RpcContentType.TryParse(contentType.ToString(), out RpcContentType again) && again == contentType);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(";charset=utf-8")]
    [InlineData("text/html")]
    [InlineData("application/")]
    [InlineData("application/ ; x=y")]
    [InlineData("application/grpc+")]
    [InlineData("application/grpc-web-text+; charset=utf-8")]
    [InlineData("application/connect+")]
    public void Any_other_content_type_says_none(string? value) => Assert.False(RpcContentType.TryParse(value, out _));

    [Theory]
    [InlineData(404, "text/html", "", RpcStatusCode.Unimplemented)]
    [InlineData(503, "application/grpc", "", RpcStatusCode.Unavailable)]
    [InlineData(200, "text/html", "", RpcStatusCode.Unknown)]
    [InlineData(200, "application/grpc", "7", RpcStatusCode.PermissionDenied)]
    [InlineData(403, "text/plain", "16", RpcStatusCode.Unauthenticated)]
    [InlineData(200, "application/grpc", "", RpcStatusCode.Unknown)]
    public async Task A_response_that_is_broken_has_a_status_all_the_same(int status, string contentType, string grpcStatus, RpcStatusCode code)
    {
        RpcClientCall client = new(RpcMethodKind.Unary);
        List<(string, string)> fields = [("Content-Type", contentType)];
        if (grpcStatus.Length > 0)
        {
            fields.Add(("Grpc-Status", grpcStatus));
        }

        RpcResponse response = client.CreateResponse(
            status, fields, System.IO.Pipelines.PipeReader.Create(System.Buffers.ReadOnlySequence<byte>.Empty));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal(code, exception.Status.Code);
    }

    [Theory]
    [InlineData(401, "", RpcStatusCode.Unauthenticated)]
    [InlineData(429, "<html>", RpcStatusCode.Unavailable)]
    [InlineData(500, "{\"code\":\"data_loss\"}", RpcStatusCode.DataLoss)]
    [InlineData(501, "{\"code\":\"nonsense\"}", RpcStatusCode.Unknown)]
    [InlineData(404, "{\"code\":null}", RpcStatusCode.Unimplemented)]
    public async Task A_unary_response_of_connect_that_failed_has_a_code(int status, string body, RpcStatusCode code)
    {
        RpcClientCall client = new(RpcMethodKind.Unary, new RpcClientOptions { Protocol = RpcProtocol.Connect });
        RpcResponse response = client.CreateResponse(
            status,
            [("content-type", "application/json"), ("trailer-a", "b")],
            System.IO.Pipelines.PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body))));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal((code, "b"), (exception.Status.Code, exception.Trailers.GetValue("a")));
    }

    private static RpcClientOptions Options(RpcProtocol protocol, bool isText, string? encoding) => new()
    {
        Protocol = protocol,
        IsText = isText,
        Encoding = RpcEncoding.All.SingleOrDefault(e => e.Name == encoding),
        AcceptedEncodings = encoding is null ? [] : RpcEncoding.All,
    };

    private static Task<Outcome> CallAsync(
        RpcMethodKind kind, RpcClientOptions options, RpcMetadata? metadata, byte[][] sent, Func<RpcServerCall, Task> handler)
    {
        RpcClientCall client = new(kind, options, metadata);
        RpcLoopback loopback = new(client.Fields);
        return FinishAsync(client, loopback, RpcServerCall.RunAsync(loopback, kind, handler), sent);
    }

    private static async Task<Outcome> FinishAsync(RpcClientCall client, RpcLoopback loopback, Task<RpcStatus?> serving, byte[][] sent)
    {
        RpcRequestWriter request = client.CreateRequest(loopback.Request);
        foreach (byte[] message in sent)
        {
            await request.WriteAsync(message);
        }

        await request.CompleteAsync();
        await loopback.Started;
        RpcResponse response = client.CreateResponse(loopback.Status, loopback.ResponseFields, loopback.Response, () => loopback.Trailers);
        List<byte[]> messages = [];
        RpcException? failure = null;
        try
        {
            await foreach (ReadOnlyMemory<byte> message in response.ReadAllAsync())
            {
                messages.Add(message.ToArray());
            }
        }
        catch (RpcException exception)
        {
            failure = exception;
        }

        return new Outcome(await serving, response, messages, failure);
    }

    private sealed record Outcome(RpcStatus? Status, RpcResponse Response, List<byte[]> Messages, RpcException? Failure);
}
