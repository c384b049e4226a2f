using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Rpc;

/// <summary>The response to a call: metadata, messages, and how it ended.</summary>
public sealed class RpcResponse
{
    private const int HttpOk = 200;
    private const string StatusName = "grpc-status";

    private readonly RpcContentType _contentType;
    private readonly RpcMethodKind _kind;
    private readonly RpcClientOptions _options;
    private readonly int _status;
    private readonly IReadOnlyList<(string Name, string Value)> _fields;
    private readonly PipeReader _input;
    private readonly Func<IEnumerable<(string Name, string Value)>>? _trailers;

    internal RpcResponse(
        RpcContentType contentType,
        RpcMethodKind kind,
        RpcClientOptions options,
        int status,
        IReadOnlyList<(string Name, string Value)> fields,
        PipeReader input,
        Func<IEnumerable<(string Name, string Value)>>? trailers)
    {
        _contentType = contentType;
        _kind = kind;
        _options = options;
        _status = status;
        _fields = fields;
        _input = input;
        _trailers = trailers;
        Metadata = RpcFieldSet.GetMetadata(fields);
    }

    /// <summary>What the server sent along in front of its messages.</summary>
    public RpcMetadata Metadata { get; }

    /// <summary>How the call ended, once all messages have been read; null before.</summary>
    public RpcEnd? End { get; private set; }

    private bool GivesOne => _kind is RpcMethodKind.Unary or RpcMethodKind.ClientStreaming;

    /// <summary>Reads the messages to their end.</summary>
    /// <exception cref="RpcException">The call failed: what the server said, or what its status of HTTP stands for.</exception>
    /// <exception cref="RpcProtocolException">The response breaks a rule.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!new RpcFieldSet(_contentType).TryGetEncoding(_fields, _options.AcceptedEncodings, out RpcEncoding? encoding))
        {
            throw new RpcException(new RpcStatus(RpcStatusCode.Internal, "The response is in an encoding that was not asked for."));
        }

        if (_contentType.IsUnary)
        {
            ReadOnlyMemory<byte> body = await RpcBody.ReadAsync(_input, encoding, _options.MaxMessageLength, cancellationToken).ConfigureAwait(false);
            End = EndUnary(body);
            ThrowIfFailed();
            yield return body;
            yield break;
        }

        if (!IsOfProtocol())
        {
            RpcStatus status = new(RpcStatusCodes.FromHttpStatus(_status), $"The response has the status {_status} of HTTP, and is of another type.");
            throw new RpcException(RpcFieldSet.Get(_fields, StatusName) is null ? status : RpcEnd.FromTrailers(_fields).Status);
        }

        // A response without messages may have its trailers in its head.
        bool hasHeadStatus = _contentType.Protocol != RpcProtocol.Connect && RpcFieldSet.Get(_fields, StatusName) is not null;
        using RpcReader reader = new(_contentType.IsText ? new GrpcWebTextPipeReader(_input) : _input, new RpcEnvelopeOptions
        {
            Protocol = _contentType.Protocol,
            IsResponse = true,
            Encoding = encoding,
            RequiresEnd = !hasHeadStatus,
            MaxMessageLength = _options.MaxMessageLength,
        });
        int count = 0;
        await foreach (OwnedRpcMessage message in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (++count > 1 && GivesOne)
            {
                throw new RpcProtocolException(RpcProtocolError.MessageSurplus, message.Offset);
            }

            yield return message.Payload;
        }

        End = hasHeadStatus ? RpcEnd.FromTrailers(_fields) : reader.End ?? RpcEnd.FromTrailers(_trailers?.Invoke() ?? []);
        ThrowIfFailed();
        if (count == 0 && GivesOne)
        {
            throw new RpcProtocolException(RpcProtocolError.MessageMissing, reader.Position);
        }
    }

    /// <summary>Reads the one message of a response.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="RpcProtocolException">The response breaks a rule, or has no message or another one.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadOneAsync(CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> only = default;
        await foreach (ReadOnlyMemory<byte> message in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            only = message;
        }

        return only;
    }

    private void ThrowIfFailed()
    {
        if (!End!.Status.IsOk)
        {
            throw new RpcException(End.Status, End.Trailers);
        }
    }

    /// <summary>
    /// Whether the response is one of the protocol at all: "Implementations should expect broken deployments" (PROTOCOL-HTTP2 §Responses).
    /// </summary>
    private bool IsOfProtocol()
        => _status == HttpOk && RpcContentType.TryParse(RpcFieldSet.Get(_fields, RpcFieldSet.ContentType), out RpcContentType actual)
            && actual.Protocol == _contentType.Protocol && actual.IsText == _contentType.IsText && !actual.IsUnary;

    private RpcEnd EndUnary(ReadOnlyMemory<byte> body)
    {
        RpcMetadata trailers = RpcFieldSet.GetTrailers(_fields);
        if (_status == HttpOk)
        {
            bool isRight = RpcContentType.TryParse(RpcFieldSet.Get(_fields, RpcFieldSet.ContentType), out RpcContentType actual)
                && actual.IsUnary && actual.Codec == _contentType.Codec;
            return new RpcEnd(isRight ? RpcStatus.Ok : new RpcStatus(RpcStatusCode.Internal, "The response is of another type."), trailers);
        }

        // "Client implementations must use the HTTP-to-Connect mapping to infer a Connect error code if Bare-Message is missing or malformed"
        // (connect-protocol §Unary-Response).
        RpcStatusCode inferred = RpcStatusCodes.FromHttpStatus(_status);
        bool isError = ConnectJson.TryReadError(body.Span, out RpcStatus? status, out _, out _);
        return new RpcEnd(isError ? status! : new RpcStatus(inferred, $"The response has the status {_status} of HTTP."), trailers);
    }
}
