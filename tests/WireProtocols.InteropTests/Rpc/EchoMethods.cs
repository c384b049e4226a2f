using Grpc.Core;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>The methods of <c>wire.Echo</c> for the platform's gRPC, with messages that are bytes.</summary>
internal static class EchoMethods
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(b => b, b => b);

    public static Method<byte[], byte[]> Unary { get; } = Create(MethodType.Unary, "Unary");

    public static Method<byte[], byte[]> ClientStreaming { get; } = Create(MethodType.ClientStreaming, "ClientStreaming");

    public static Method<byte[], byte[]> ServerStreaming { get; } = Create(MethodType.ServerStreaming, "ServerStreaming");

    public static Method<byte[], byte[]> Bidirectional { get; } = Create(MethodType.DuplexStreaming, "Bidirectional");

    private static Method<byte[], byte[]> Create(MethodType type, string name) => new(type, "wire.Echo", name, Bytes, Bytes);
}

/// <summary>The platform's service.</summary>
[BindServiceMethod(typeof(EchoServiceBase), nameof(Bind))]
internal abstract class EchoServiceBase
{
    public static void Bind(ServiceBinderBase binder, EchoServiceBase service)
    {
        binder.AddMethod(EchoMethods.Unary, service is null ? null! : new UnaryServerMethod<byte[], byte[]>(service.Unary));
        binder.AddMethod(
            EchoMethods.ClientStreaming, service is null ? null! : new ClientStreamingServerMethod<byte[], byte[]>(service.ClientStreaming));
        binder.AddMethod(
            EchoMethods.ServerStreaming, service is null ? null! : new ServerStreamingServerMethod<byte[], byte[]>(service.ServerStreaming));
        binder.AddMethod(EchoMethods.Bidirectional, service is null ? null! : new DuplexStreamingServerMethod<byte[], byte[]>(service.Bidirectional));
    }

    public abstract Task<byte[]> Unary(byte[] request, ServerCallContext context);

    public abstract Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requests, ServerCallContext context);

    public abstract Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context);

    public abstract Task Bidirectional(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context);
}

/// <summary>Sends back what comes.</summary>
internal sealed class EchoService : EchoServiceBase
{
    public override Task<byte[]> Unary(byte[] request, ServerCallContext context)
    {
        if (request.Length == 0)
        {
            throw new Grpc.Core.RpcException(
                new Status(StatusCode.FailedPrecondition, "100% empty\n€"), new Metadata { { "why", "no bytes" }, { "why-bin", [1, 2] } });
        }

        context.ResponseTrailers.Add("seen", context.RequestHeaders.GetValue("acme-id") ?? "nothing");
        return Task.FromResult(request);
    }

    public override async Task<byte[]> ClientStreaming(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        List<byte> all = [];
        await foreach (byte[] message in requests.ReadAllAsync())
        {
            all.AddRange(message);
        }

        return [.. all];
    }

    public override async Task ServerStreaming(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        for (int i = 0; i < 3; i++)
        {
            await responses.WriteAsync(request);
        }
    }

    public override async Task Bidirectional(
        IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        await foreach (byte[] message in requests.ReadAllAsync())
        {
            await responses.WriteAsync(message);
        }
    }
}
