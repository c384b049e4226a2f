using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>The response to one call: messages in envelopes, or the one message that is the body of a unary call of Connect.</summary>
internal sealed class RpcServerReply(RpcServerExchange exchange, RpcServerHead head, RpcServerOptions options)
{
    private const int HttpOk = 200;
    private static readonly (string Name, string Value)[] NoTrailers = [];

    private PipeWriter? _output;
    private RpcWriter? _writer;
    private byte[]? _unary;

    /// <summary>The leading metadata; what is added behind the first message comes too late.</summary>
    public RpcMetadata Metadata { get; } = new();

    public int Count { get; private set; }

    private RpcContentType ContentType => head.ContentType;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        Count++;
        if (ContentType.IsUnary)
        {
            _unary = message.ToArray();
            return;
        }

        RpcWriter writer = Start();
        if (head.ResponseEncoding is not null && message.Length >= options.CompressionThreshold)
        {
            writer.WriteCompressed(message.Span);
        }
        else
        {
            writer.WriteMessage(message.Span);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the response. Nobody can cancel that: the transport has time limits of its own.</summary>
    public async ValueTask EndAsync(RpcEnd end)
    {
        if (ContentType.IsUnary)
        {
            EndUnary(end);
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
            await exchange.EndAsync(NoTrailers).ConfigureAwait(false);
            return;
        }

        RpcWriter writer = Start();
        bool isGrpc = ContentType.Protocol == RpcProtocol.Grpc;
        if (!isGrpc)
        {
            writer.WriteEnd(end);
        }

        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        await exchange.EndAsync(isGrpc ? end.ToTrailers() : NoTrailers).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        FlushResult flushed = await _output!.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            throw new IOException("The client is gone.");
        }
    }

    private RpcWriter Start()
    {
        if (_writer is not null)
        {
            return _writer;
        }

        RpcFieldSet names = new(ContentType);
        List<(string, string)> fields
            = [(RpcFieldSet.ContentType, ContentType.ToString()), (names.AcceptEncoding, RpcFieldSet.List(options.Encodings))];
        if (head.ResponseEncoding is { } encoding)
        {
            fields.Add((names.Encoding, encoding.Name));
        }

        fields.AddRange(Metadata.Entries);
        PipeWriter output = exchange.Start(HttpOk, fields);
        _output = ContentType.IsText ? new GrpcWebTextPipeWriter(output) : output;
        return _writer = new RpcWriter(
            _output, new RpcWriterOptions { Protocol = ContentType.Protocol, IsResponse = true, Encoding = head.ResponseEncoding });
    }

    private void EndUnary(RpcEnd end)
    {
        List<(string, string)> fields = [];
        if (head.Get is not null)
        {
            // A cache may keep the answer to a GET, and another client may take no encoding.
            fields.Add(("vary", "accept-encoding"));
        }

        fields.AddRange(Metadata.Entries);
        fields.AddRange(end.Trailers.Entries.Select(t => (RpcFieldSet.TrailerPrefix + t.Name, t.Value)));
        if (!end.Status.IsOk)
        {
            // "Unary-Content-Type must be "application/json"" (connect-protocol §Unary-Response).
            fields.Add((RpcFieldSet.ContentType, "application/json"));
            _output = exchange.Start(end.Status.Code.GetHttpStatus(), fields);
            ConnectJsonWriter.WriteError(end.Status, _output);
            return;
        }

        byte[] body = _unary!;
        fields.Add((RpcFieldSet.ContentType, ContentType.ToString()));
        if (head.ResponseEncoding is { } encoding && body.Length > 0 && body.Length >= options.CompressionThreshold)
        {
            fields.Add((new RpcFieldSet(ContentType).Encoding, encoding.Name));
            body = encoding.Compress(body);
        }

        _output = exchange.Start(HttpOk, fields);
        _output.Write(body);
    }
}
