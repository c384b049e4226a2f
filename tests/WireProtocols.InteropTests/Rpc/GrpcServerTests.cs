using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WireProtocols.Rpc;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>We call Grpc.AspNetCore: gRPC over HTTP/2, and gRPC-Web over HTTP/1.1, binary and text.</summary>
public sealed class GrpcServerTests : IAsyncLifetime
{
    private WebApplication? _http2;
    private WebApplication? _http1;

    public static TheoryData<string, string?> Ways => new()
    {
        { "grpc", null }, { "grpc", "gzip" }, { "grpc-web", null }, { "grpc-web", "gzip" }, { "grpc-web-text", null }, { "grpc-web-text", "gzip" },
    };

    public async ValueTask InitializeAsync()
    {
        _http2 = await StartAsync(HttpProtocols.Http2);
        _http1 = await StartAsync(HttpProtocols.Http1);
    }

    public async ValueTask DisposeAsync()
    {
        await _http2!.DisposeAsync();
        await _http1!.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task All_kinds_of_calls_come_back(string way, string? encoding)
    {
        byte[] large = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i / 9))];
        RpcMetadata metadata = new();
        metadata.Add("acme-id", "42");
        RpcOutcome unary = await CallAsync(way, encoding, RpcMethodKind.Unary, metadata, large);
        Assert.Null(unary.Failure);
        Assert.Equal([large], unary.Messages);
        Assert.Equal("42", unary.Response.End!.Trailers.GetValue("seen"));

        RpcOutcome down = await CallAsync(way, encoding, RpcMethodKind.ServerStreaming, null, "x"u8.ToArray());
        Assert.Equal(["x", "x", "x"], down.Messages.Select(Encoding.UTF8.GetString));

        // "Unexpected end of data when reading base64 content", says their reader of text where requests are a stream, which no browser sends.
        byte[][] stream = way == "grpc-web-text" ? [large] : ["one "u8.ToArray(), large, [], "two"u8.ToArray()];
        RpcOutcome up = await CallAsync(way, encoding, RpcMethodKind.ClientStreaming, null, stream);
        Assert.True(up.Failure is null, $"{up.Failure}");
        Assert.Equal(stream.Sum(m => m.Length), Assert.Single(up.Messages).Length);

        RpcOutcome both = await CallAsync(way, encoding, RpcMethodKind.Bidirectional, null, stream);
        Assert.Equal(stream.Select(m => m.Length), both.Messages.Select(m => m.Length));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_status_with_metadata_arrives(string way, string? encoding)
    {
        RpcOutcome outcome = await CallAsync(way, encoding, RpcMethodKind.Unary, null, Array.Empty<byte>());
        Assert.Equal((RpcStatusCode.FailedPrecondition, "100% empty\n€"), (outcome.Failure!.Status.Code, outcome.Failure.Status.Message));
        Assert.Equal("no bytes", outcome.Failure.Trailers.GetValue("why"));
        Assert.Equal([[1, 2]], outcome.Failure.Trailers.GetBinaryValues("why-bin"));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpc-web")]
    public async Task A_method_that_there_is_not_is_unimplemented(string way)
    {
        WebApplication server = way == "grpc" ? _http2! : _http1!;
        RpcOutcome outcome = await RpcHttp.CallAsync(
            new Uri(server.Urls.Single() + "/wire.Echo/Nothing"), Version(way), RpcMethodKind.Unary, Options(way, null), null, [1]);
        Assert.Equal(RpcStatusCode.Unimplemented, outcome.Failure!.Status.Code);
    }

    private Task<RpcOutcome> CallAsync(string way, string? encoding, RpcMethodKind kind, RpcMetadata? metadata, params byte[][] messages)
    {
        WebApplication server = way == "grpc" ? _http2! : _http1!;
        return RpcHttp.CallAsync(new Uri($"{server.Urls.Single()}/wire.Echo/{kind}"), Version(way), kind, Options(way, encoding), metadata, messages);
    }

    private static Version Version(string way) => way == "grpc" ? HttpVersion.Version20 : HttpVersion.Version11;

    private static RpcClientOptions Options(string way, string? encoding) => new()
    {
        Protocol = way == "grpc" ? RpcProtocol.Grpc : RpcProtocol.GrpcWeb,
        IsText = way == "grpc-web-text",
        Encoding = encoding is null ? null : RpcEncoding.Gzip,
    };

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o => o.ConfigureEndpointDefaults(e => e.Protocols = protocols));
        builder.Services.AddGrpc(o => (o.ResponseCompressionAlgorithm, o.EnableDetailedErrors) = ("gzip", true));
        WebApplication server = builder.Build();
        server.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        server.MapGrpcService<EchoService>();
        await server.StartAsync();
        return server;
    }
}
