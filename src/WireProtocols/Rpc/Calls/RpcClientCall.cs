using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>
/// One call, as a client makes it: the fields of a POST, what its body is, and what the response means. HTTP itself is somebody else's, of whatever
/// version.
/// </summary>
public sealed class RpcClientCall
{
    private readonly RpcClientOptions _options;
    private readonly RpcContentType _contentType;
    private readonly RpcMethodKind _kind;

    /// <summary>Creates a call.</summary>
    /// <param name="kind">The kind of the method.</param>
    /// <param name="options">Protocol, codec and encodings; <see cref="RpcClientOptions.Default"/> where null.</param>
    /// <param name="metadata">What is sent along.</param>
    /// <exception cref="ArgumentException">The codec is none, or the text form is not of gRPC-Web.</exception>
    public RpcClientCall(RpcMethodKind kind, RpcClientOptions? options = null, RpcMetadata? metadata = null)
    {
        _kind = kind;
        _options = options ?? RpcClientOptions.Default;
        bool isUnary = _options.Protocol == RpcProtocol.Connect && kind == RpcMethodKind.Unary;
        _contentType = new RpcContentType(_options.Protocol, _options.Codec, _options.IsText, isUnary);
        if (!RpcFieldNames.IsName(_options.Codec) || (_options.IsText && _options.Protocol != RpcProtocol.GrpcWeb))
        {
            throw new ArgumentException("A codec is letters, digits, _, - and .; and only gRPC-Web has a text form.", nameof(options));
        }

        Fields = CreateFields(metadata ?? new RpcMetadata());
    }

    /// <summary>The fields of the request, content type first; names in lower case. Those that frame its body are missing.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>Where the messages of the request are written.</summary>
    /// <param name="output">The body of the request.</param>
    public RpcRequestWriter CreateRequest(PipeWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new RpcRequestWriter(output, _contentType, _kind, _options);
    }

    /// <summary>The response.</summary>
    /// <param name="status">Its status of HTTP.</param>
    /// <param name="fields">Its fields; names in any case.</param>
    /// <param name="input">Its body, without any coding of HTTP.</param>
    /// <param name="trailers">Gives the trailers of HTTP, once the body has been read to its end; null where there are none.</param>
    public RpcResponse CreateResponse(
        int status,
        IEnumerable<(string Name, string Value)> fields,
        PipeReader input,
        Func<IEnumerable<(string Name, string Value)>>? trailers = null)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(input);
        return new RpcResponse(_contentType, _kind, _options, status, [.. fields], input, trailers);
    }

    private List<(string Name, string Value)> CreateFields(RpcMetadata metadata)
    {
        RpcFieldSet names = new(_contentType);
        List<(string, string)> fields = [(RpcFieldSet.ContentType, _contentType.ToString())];
        switch (_options.Protocol)
        {
            case RpcProtocol.Grpc:
                // "Used to detect incompatible proxies" (PROTOCOL-HTTP2 §Requests).
                fields.Add(("te", "trailers"));
                break;
            case RpcProtocol.GrpcWeb:
                fields.Add(("accept", _contentType.ToString()));
                fields.Add(("x-grpc-web", "1"));
                break;
            default:
                fields.Add((RpcFieldSet.ConnectVersion, "1"));
                break;
        }

        if (_options.Timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            bool isConnect = _options.Protocol == RpcProtocol.Connect;
            fields.Add((names.Timeout, isConnect ? ConnectTimeout.Format(_options.Timeout) : GrpcTimeout.Format(_options.Timeout)));
        }

        // Of a unary call of Connect the field says how the one message is, and that is known when it is written.
        if (_options.Encoding is not null)
        {
            fields.Add((names.Encoding, _options.Encoding.Name));
        }

        if (_options.AcceptedEncodings.Count > 0)
        {
            fields.Add((names.AcceptEncoding, RpcFieldSet.List(_options.AcceptedEncodings)));
        }

        fields.AddRange(metadata.Entries);
        return fields;
    }
}
