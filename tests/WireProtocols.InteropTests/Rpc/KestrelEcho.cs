using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using WireProtocols.Rpc;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>The methods of <c>wire.Echo</c> over Kestrel's HTTP/2, whose bodies our codecs read and write: native gRPC.</summary>
internal sealed class KestrelEcho : IAsyncDisposable
{
    private readonly WebApplication _kestrel;

    private KestrelEcho(WebApplication kestrel) => _kestrel = kestrel;

    public string Url => _kestrel.Urls.Single();

    public static async Task<KestrelEcho> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o => o.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));
        WebApplication kestrel = builder.Build();
        foreach (RpcMethodKind kind in Enum.GetValues<RpcMethodKind>())
        {
            kestrel.Map("/wire.Echo/" + kind, async context =>
            {
                await RpcServerCall.RunAsync(new KestrelExchange(context), kind, call => EchoAsync(call, kind));
            });
        }

        await kestrel.StartAsync();
        return new KestrelEcho(kestrel);
    }

    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();

    private static async Task EchoAsync(RpcServerCall call, RpcMethodKind kind)
    {
        if (call.Metadata.GetValue("echo-status") is { } wished && RpcStatusCodes.TryParseGrpcStatus(wished, out RpcStatusCode code))
        {
            throw new RpcException(new RpcStatus(code, GrpcStatusMessage.Decode(call.Metadata.GetValue("echo-message")!)), call.Metadata);
        }

        List<byte> all = [];
        await foreach (ReadOnlyMemory<byte> message in call.ReadAllAsync())
        {
            all.AddRange(message.ToArray());
            for (int i = 0; i < (kind switch { RpcMethodKind.ServerStreaming => 3, RpcMethodKind.Bidirectional => 1, _ => 0 }); i++)
            {
                await call.WriteAsync(message);
            }
        }

        if (kind is RpcMethodKind.Unary or RpcMethodKind.ClientStreaming)
        {
            await call.WriteAsync(all.ToArray());
        }
    }
}
