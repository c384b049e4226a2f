using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>Writes the messages of a request to its body.</summary>
public sealed class RpcRequestWriter
{
    private readonly PipeWriter _output;
    private readonly RpcContentType _contentType;
    private readonly RpcClientOptions _options;
    private readonly RpcWriter _writer;
    private readonly bool _takesOne;
    private int _count;

    internal RpcRequestWriter(PipeWriter output, RpcContentType contentType, RpcMethodKind kind, RpcClientOptions options)
    {
        _output = contentType.IsText ? new GrpcWebTextPipeWriter(output) : output;
        _contentType = contentType;
        _options = options;
        _takesOne = kind is RpcMethodKind.Unary or RpcMethodKind.ServerStreaming;
        _writer = new RpcWriter(_output, new RpcWriterOptions { Protocol = contentType.Protocol, Encoding = options.Encoding });
    }

    /// <summary>Writes a message and flushes it.</summary>
    /// <exception cref="InvalidOperationException">The method takes one message, and this is the second.</exception>
    public ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (_takesOne && _count > 0)
        {
            throw new InvalidOperationException("The method takes one message.");
        }

        _count++;
        if (_contentType.IsUnary)
        {
            // The field has been sent, so a message of any length is compressed; "must not attempt to decompress zero-length" content.
            bool isCompressed = _options.Encoding is not null && message.Length > 0;
            _output.Write(isCompressed ? _options.Encoding!.Compress(message.Span) : message.Span);
        }
        else if (_options.Encoding is not null && message.Length >= _options.CompressionThreshold)
        {
            _writer.WriteCompressed(message.Span);
        }
        else
        {
            _writer.WriteMessage(message.Span);
        }

        return _output.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the request: completes the body.</summary>
    public ValueTask CompleteAsync() => _output.CompleteAsync();
}
