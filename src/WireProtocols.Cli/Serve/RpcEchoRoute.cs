using System.Buffers;
using WireProtocols.Rpc;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A method of a service that sends messages back, whatever they are, to clients of gRPC-Web and Connect. Native gRPC is spoken over HTTP/2, and the
/// server has HTTP/1.1.
/// </summary>
internal sealed class RpcEchoRoute(RpcMethodKind kind) : Route
{
    private const int MaxRepeats = 1000;

    // Any codec that the three protocols name: the bytes come back as they are, and an echo has no side effects.
    private static readonly RpcServerOptions Options = new() { AllowGet = true, Codecs = ["proto", "json", "text"] };

    public override string Path => "/wire.Echo/" + kind;

    public override IReadOnlyList<string> Methods => kind == RpcMethodKind.Unary ? ["POST", "GET"] : ["POST"];

    public override bool IsCrossOrigin => true;

    public override string Description => "gRPC-Web and Connect: " + kind switch
    {
        RpcMethodKind.Unary => "a message comes back",
        RpcMethodKind.ClientStreaming => "messages come back as one",
        RpcMethodKind.ServerStreaming => "a message comes back as often as the metadata echo-repeat says",
        _ => "each message comes back",
    };

    public override async ValueTask HandleAsync(ServeRequest request)
    {
        try
        {
            await RpcServerCall.RunAsync(new RpcServeExchange(request), kind, RunAsync, Options, request.Stopping);
        }
        catch (RpcProtocolException exception)
        {
            // The text form broke off in the middle of the answer.
            throw new IOException(exception.Message, exception);
        }
    }

    private async Task RunAsync(RpcServerCall call)
    {
        // A client may ask for an end of its choice. Metadata is ASCII: the message is percent-coded, as grpc-message is.
        if (call.Metadata.GetValue("echo-status") is { } wished && RpcStatusCodes.TryParseGrpcStatus(wished, out RpcStatusCode code)
            && code != RpcStatusCode.Ok)
        {
            string message = GrpcStatusMessage.Decode(call.Metadata.GetValue("echo-message") ?? "");
            throw new RpcException(new RpcStatus(code, message), SelectMetadata(call));
        }

        foreach ((string name, string value) in SelectMetadata(call).Entries)
        {
            call.ResponseMetadata.Add(name, value);
            call.ResponseTrailers.Add(name, value);
        }

        switch (kind)
        {
            case RpcMethodKind.ServerStreaming:
                ReadOnlyMemory<byte> only = await call.ReadOneAsync();
                int repeats = int.TryParse(call.Metadata.GetValue("echo-repeat"), out int count) ? Math.Clamp(count, 0, MaxRepeats) : 3;
                for (int i = 0; i < repeats; i++)
                {
                    await call.WriteAsync(only);
                }

                break;
            case RpcMethodKind.Bidirectional:
                await foreach (ReadOnlyMemory<byte> message in call.ReadAllAsync())
                {
                    await call.WriteAsync(message);
                }

                break;
            default:
                await AnswerOnceAsync(call);
                break;
        }
    }

    /// <summary>Joins all messages into one, which stays within the limit of a message.</summary>
    private static async Task AnswerOnceAsync(RpcServerCall call)
    {
        ArrayBufferWriter<byte> joined = new();
        await foreach (ReadOnlyMemory<byte> message in call.ReadAllAsync())
        {
            if (message.Length > Options.MaxMessageLength - joined.WrittenCount)
            {
                throw new RpcException(new RpcStatus(RpcStatusCode.ResourceExhausted, "The messages are too long for one."));
            }

            joined.Write(message.Span);
        }

        await call.WriteAsync(joined.WrittenMemory);
    }

    /// <summary>The metadata that were meant to come back. What a browser or a proxy adds is not the client's to read.</summary>
    private static RpcMetadata SelectMetadata(RpcServerCall call)
    {
        RpcMetadata metadata = new();
        foreach ((string name, string value) in call.Metadata.Entries.Where(e => e.Name.StartsWith("echo-", StringComparison.Ordinal)))
        {
            metadata.Add(name, value);
        }

        return metadata;
    }
}
