using System.IO.Pipelines;
using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about gRPC, gRPC-Web and Connect, where it compiles.</summary>
internal static class ReadmeRpc
{
    public static async Task MessagesAsync(PipeReader body, TextWriter output)
    {
        RpcEnvelopeOptions options = new() { Protocol = RpcProtocol.GrpcWeb, IsResponse = true, Encoding = RpcEncoding.Gzip };
        using RpcReader reader = new(new GrpcWebTextPipeReader(body), options);
        await foreach (OwnedRpcMessage message in reader.ReadAllAsync())
        {
            output.WriteLine(Encoding.UTF8.GetString(message.Payload.Span));
        }

        output.WriteLine($"{reader.End!.Status.Code}: {reader.End.Status.Message}");
    }

    public static async Task ServeAsync(RpcServerExchange exchange)
    {
        await RpcServerCall.RunAsync(exchange, RpcMethodKind.ServerStreaming, async call =>
        {
            ReadOnlyMemory<byte> question = await call.ReadOneAsync();
            if (question.IsEmpty)
            {
                throw new RpcException(new RpcStatus(RpcStatusCode.InvalidArgument, "Ask something."));
            }

            for (int i = 0; i < 3; i++)
            {
                await call.WriteAsync(question);
            }
        });
    }
}
