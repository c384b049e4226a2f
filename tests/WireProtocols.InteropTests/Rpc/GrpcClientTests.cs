using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>
/// Grpc.Net.Client calls our servers: gRPC over Kestrel's HTTP/2, whose bodies our codecs read and write, and gRPC-Web, binary and text, of
/// <c>wire serve</c>.
/// </summary>
public sealed class GrpcClientTests(ServeFixture serve) : IAsyncLifetime
{
    private KestrelEcho? _kestrel;

    public static TheoryData<string> Ways => ["grpc", "grpc-web", "grpc-web-text"];

    public async ValueTask InitializeAsync() => _kestrel = await KestrelEcho.StartAsync();

    public async ValueTask DisposeAsync() => await _kestrel!.DisposeAsync();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task All_kinds_of_calls_come_back(string way)
    {
        using GrpcChannel channel = Open(way);
        CallInvoker invoker = channel.CreateCallInvoker();
        byte[] large = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i / 7))];

        using AsyncUnaryCall<byte[]> unary = invoker.AsyncUnaryCall(EchoMethods.Unary, null, default, large);
        Assert.Equal(large, await unary.ResponseAsync);
        Assert.Equal(StatusCode.OK, unary.GetStatus().StatusCode);

        using AsyncServerStreamingCall<byte[]> down = invoker.AsyncServerStreamingCall(EchoMethods.ServerStreaming, null, default, "x"u8.ToArray());
        Assert.Equal(3, await down.ResponseStream.ReadAllAsync().CountAsync());

        using AsyncClientStreamingCall<byte[], byte[]> up = invoker.AsyncClientStreamingCall(EchoMethods.ClientStreaming, null, default);
        await up.RequestStream.WriteAsync("one "u8.ToArray());
        await up.RequestStream.WriteAsync("two"u8.ToArray());
        await up.RequestStream.CompleteAsync();
        Assert.Equal("one two", Encoding.UTF8.GetString(await up.ResponseAsync));

        using AsyncDuplexStreamingCall<byte[], byte[]> both = invoker.AsyncDuplexStreamingCall(EchoMethods.Bidirectional, null, default);
        await both.RequestStream.WriteAsync("a"u8.ToArray());
        if (way == "grpc")
        {
            // Both ways at once.
            Assert.True(await both.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Equal("a"u8.ToArray(), both.ResponseStream.Current);
        }

        await both.RequestStream.WriteAsync([]);
        await both.RequestStream.CompleteAsync();
        Assert.Equal(way == "grpc" ? 1 : 2, await both.ResponseStream.ReadAllAsync().CountAsync());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_status_with_metadata_arrives(string way)
    {
        using GrpcChannel channel = Open(way);
        Metadata headers = new() { { "echo-status", "9" }, { "echo-message", "100 percent" }, { "echo-bin", [0, 255, 1] } };
        using AsyncUnaryCall<byte[]> call = channel.CreateCallInvoker().AsyncUnaryCall(
            EchoMethods.Unary, null, new CallOptions(headers), "x"u8.ToArray());
        Grpc.Core.RpcException exception = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => call.ResponseAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "100 percent"), (exception.StatusCode, exception.Status.Detail));
        Assert.Equal([0, 255, 1], exception.Trailers.GetValueBytes("echo-bin")!);
    }

    [Fact]
    public async Task Compressed_messages_go_both_ways()
    {
        using GrpcChannel channel = Open("grpc");
        Metadata headers = new() { { "grpc-internal-encoding-request", "gzip" } };
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("again and ", 5000)));
        using AsyncUnaryCall<byte[]> call = channel.CreateCallInvoker().AsyncUnaryCall(EchoMethods.Unary, null, new CallOptions(headers), text);
        Assert.Equal(text, await call.ResponseAsync);
    }

    private GrpcChannel Open(string way)
    {
        if (way == "grpc")
        {
            return GrpcChannel.ForAddress(_kestrel!.Url);
        }

        GrpcWebHandler handler = new(way == "grpc-web" ? GrpcWebMode.GrpcWeb : GrpcWebMode.GrpcWebText, new HttpClientHandler());
        return GrpcChannel.ForAddress(
            serve.Http, new GrpcChannelOptions { HttpHandler = handler, HttpVersion = System.Net.HttpVersion.Version11, DisposeHttpClient = true });
    }
}
