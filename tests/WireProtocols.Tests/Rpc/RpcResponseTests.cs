using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

/// <summary>Responses that contradict themselves, or come from somebody who does not speak the protocol.</summary>
public class RpcResponseTests
{
    private const string Message = "\0\0\0\0\u0001a";
    private const string GrpcWebOk = "\u0080\0\0\0\u0010grpc-status: 0\r\n";

    [Theory]
    [InlineData(503, "application/json", "snappy", "{\"code\":\"data_loss\"}", RpcStatusCode.Unavailable)]
    [InlineData(503, "application/json", "gzip", "no gzip", RpcStatusCode.Unavailable)]
    [InlineData(401, "text/html", "", "{\"code\":\"data_loss\"}", RpcStatusCode.Unauthenticated)]
    [InlineData(403, "application/proto", "", "{\"code\":\"data_loss\"}", RpcStatusCode.PermissionDenied)]
    [InlineData(404, "application/json", "", "{\"code\":\"data_loss\",\"message\":\"longer than the limit\"}", RpcStatusCode.Unimplemented)]
    [InlineData(500, "application/json; charset=utf-8", "", "{\"code\":\"data_loss\"}", RpcStatusCode.DataLoss)]
    public async Task A_unary_call_of_connect_that_failed_has_a_code_whatever_its_body(
        int status, string contentType, string encoding, string body, RpcStatusCode code)
    {
        RpcResponse response = Create(
            new RpcClientOptions { Protocol = RpcProtocol.Connect, MaxMessageLength = 40 }, RpcMethodKind.Unary, status, body, null,
            ("content-type", contentType), ("content-encoding", encoding), ("trailer-a", "b"));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal((code, "b"), (exception.Status.Code, exception.Trailers.GetValue("a")));
    }

    [Theory]
    [InlineData(503, "text/html", "", RpcStatusCode.Unavailable)]
    [InlineData(200, "application/grpc", "8", RpcStatusCode.ResourceExhausted)]
    public async Task An_unknown_encoding_hides_no_status(int status, string contentType, string grpcStatus, RpcStatusCode code)
    {
        List<(string, string)> fields = [("content-type", contentType), ("grpc-encoding", "snappy")];
        if (grpcStatus.Length > 0)
        {
            fields.Add(("grpc-status", grpcStatus));
        }

        RpcResponse response = Create(new RpcClientOptions(), RpcMethodKind.Unary, status, "", null, [.. fields]);
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal(code, exception.Status.Code);
    }

    [Fact]
    public async Task A_failure_of_http_is_none_of_success()
    {
        RpcResponse response = Create(
            new RpcClientOptions(), RpcMethodKind.Unary, 500, "", null, ("content-type", "text/html"), ("grpc-status", "0"), ("why", "proxy"));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal((RpcStatusCode.Unknown, "proxy"), (exception.Status.Code, exception.Trailers.GetValue("why")));
    }

    [Fact]
    public async Task The_status_of_a_head_that_is_not_of_the_protocol_keeps_its_trailers()
    {
        RpcResponse response = Create(
            new RpcClientOptions(), RpcMethodKind.Unary, 403, "", null, ("content-type", "text/plain"), ("grpc-status", "16"), ("why", "token"));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(() => response.ReadOneAsync());
        Assert.Equal((RpcStatusCode.Unauthenticated, "token"), (exception.Status.Code, exception.Trailers.GetValue("why")));
    }

    [Fact]
    public async Task A_head_that_says_ok_does_not_hide_how_the_body_ends()
    {
        RpcClientOptions options = new() { Protocol = RpcProtocol.GrpcWeb };
        const string End = "\u0080\0\0\0\u0019grpc-status: 8\r\nwhy: me\r\n";
        RpcResponse response = Create(
            options, RpcMethodKind.Bidirectional, 200, Message + End, null, ("content-type", "application/grpc-web"), ("grpc-status", "0"));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await response.ReadAllAsync().CountAsync());
        Assert.Equal((RpcStatusCode.ResourceExhausted, "me"), (exception.Status.Code, exception.Trailers.GetValue("why")));
    }

    [Fact]
    public async Task A_head_that_says_ok_does_not_hide_trailers_of_http()
    {
        RpcResponse response = Create(
            new RpcClientOptions(), RpcMethodKind.Bidirectional, 200, Message, [("grpc-status", "13")],
            ("content-type", "application/grpc"), ("grpc-status", "0"));
        RpcException exception = await Assert.ThrowsAsync<RpcException>(async () => await response.ReadAllAsync().CountAsync());
        Assert.Equal(RpcStatusCode.Internal, exception.Status.Code);
    }

    [Fact]
    public async Task A_head_that_says_ok_is_no_end_of_messages()
    {
        RpcClientOptions options = new() { Protocol = RpcProtocol.GrpcWeb };
        (string, string)[] fields = [("content-type", "application/grpc-web"), ("grpc-status", "0")];
        RpcResponse cut = Create(options, RpcMethodKind.Bidirectional, 200, Message, null, fields);
        RpcProtocolException exception = await Assert.ThrowsAsync<RpcProtocolException>(async () => await cut.ReadAllAsync().CountAsync());
        Assert.Equal((RpcProtocolError.MissingEnd, 6), (exception.Error, exception.Offset));

        RpcResponse none = Create(options, RpcMethodKind.Bidirectional, 200, "", null, fields);
        Assert.Equal(0, await none.ReadAllAsync().CountAsync());
        Assert.True(none.End!.Status.IsOk);
    }

    [Theory]
    [InlineData(RpcProtocol.Grpc, "application/grpc+json", RpcStatusCode.Internal)]
    [InlineData(RpcProtocol.GrpcWeb, "application/grpc-web+json", RpcStatusCode.Internal)]
    [InlineData(RpcProtocol.Connect, "application/connect+json", RpcStatusCode.Internal)]
    [InlineData(RpcProtocol.Grpc, "application/grpc", RpcStatusCode.Ok)]
    public async Task The_codec_of_the_answer_is_that_of_the_question(RpcProtocol protocol, string contentType, RpcStatusCode code)
    {
        string end = protocol == RpcProtocol.GrpcWeb ? GrpcWebOk : protocol == RpcProtocol.Connect ? "\u0002\0\0\0\u0002{}" : "";
        RpcResponse response = Create(
            new RpcClientOptions { Protocol = protocol }, RpcMethodKind.Bidirectional, 200, Message + end, [("grpc-status", "0")],
            ("content-type", contentType));
        Exception? exception = await Record.ExceptionAsync(async () => await response.ReadAllAsync().CountAsync());
        Assert.Equal(code, (exception as RpcException)?.Status.Code ?? RpcStatusCode.Ok);
    }

    [Fact]
    public async Task Gaps_in_a_codec_are_not_filled_where_grpc_names_none()
    {
        // "application/grpc" alone does not say how messages are written, and servers answer so whatever the codec.
        RpcResponse response = Create(
            new RpcClientOptions { Codec = "json" }, RpcMethodKind.Unary, 200, Message, [("grpc-status", "0")], ("content-type", "application/grpc"));
        Assert.Equal([0x61], (await response.ReadOneAsync()).ToArray());
    }

    [Theory]
    [InlineData("0", "13")]
    [InlineData("0", "0")]
    public void A_status_that_stands_twice_is_none(string first, string second)
        => Assert.Equal(RpcStatusCode.Internal, RpcEnd.FromTrailers([("grpc-status", first), ("Grpc-Status", second)]).Status.Code);

    [Theory]
    [InlineData(Message + Message, RpcProtocolError.MessageSurplus, 6)]
    [InlineData("", RpcProtocolError.MessageMissing, 0)]
    public async Task Whoever_reads_one_message_of_a_stream_loses_none_silently(string body, RpcProtocolError error, int offset)
    {
        RpcResponse response = Create(
            new RpcClientOptions(), RpcMethodKind.ServerStreaming, 200, body, [("grpc-status", "0")], ("content-type", "application/grpc"));
        RpcProtocolException exception = await Assert.ThrowsAsync<RpcProtocolException>(() => response.ReadOneAsync());
        Assert.Equal((error, offset), (exception.Error, exception.Offset));
    }

    [Theory]
    [InlineData(RpcProtocol.GrpcWeb, "application/grpc-web-text", "AAAAAAVoZW", "xsbw==gAAAABBncnBjLXN0YXR1czogMA0K")]
    [InlineData(RpcProtocol.Connect, "application/proto", "hel", "lo")]
    public async Task A_message_is_whole_after_a_cancelled_read(RpcProtocol protocol, string contentType, string first, string second)
    {
        Pipe pipe = new();
        RpcClientCall call = new(RpcMethodKind.Unary, new RpcClientOptions { Protocol = protocol, IsText = protocol == RpcProtocol.GrpcWeb });
        RpcResponse response = call.CreateResponse(200, [("content-type", contentType)], pipe.Reader);
        using CancellationTokenSource cancel = new();
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(first));
        Task<ReadOnlyMemory<byte>> reading = response.ReadOneAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(second));
        await pipe.Writer.CompleteAsync();
        Assert.Equal(5, (await response.ReadOneAsync()).Length);
        Assert.True(response.End!.Status.IsOk);
    }

    private static RpcResponse Create(
        RpcClientOptions options,
        RpcMethodKind kind,
        int status,
        string body,
        (string Name, string Value)[]? trailers,
        params (string Name, string Value)[] fields)
        => new RpcClientCall(kind, options).CreateResponse(
            status, fields, PipeReader.Create(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(body))), trailers is null ? null : () => trailers);
}
