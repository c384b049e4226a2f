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
    private readonly RpcEnd? _headEnd;
    private RpcMessages? _messages;
    private RpcBody? _error;

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

        // A response without messages may have its trailers in its head.
        bool isConnect = contentType.Protocol == RpcProtocol.Connect;
        _headEnd = isConnect || RpcFieldSet.Get(fields, StatusName) is null ? null : RpcEnd.FromTrailers(fields);
    }

    /// <summary>What the server sent along in front of its messages.</summary>
    public RpcMetadata Metadata { get; }

    /// <summary>How the call ended, once all messages have been read; null before.</summary>
    public RpcEnd? End { get; private set; }

    private bool GivesOne => _kind is RpcMethodKind.Unary or RpcMethodKind.ClientStreaming;

    /// <summary>Reads the messages to their end.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a message is kept for the next call.</param>
    /// <exception cref="RpcException">The call failed: what the server said, or what its status of HTTP stands for.</exception>
    /// <exception cref="RpcProtocolException">The response breaks a rule.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (OwnedRpcMessage message in ReadMessagesAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message.Payload;
        }
    }

    /// <summary>Reads the one message of a response, whatever the kind of the method.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come is kept for the next call.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="RpcProtocolException">The response breaks a rule, or has no message or another one.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadOneAsync(CancellationToken cancellationToken = default)
    {
        if (_messages is null)
        {
            await CheckHeadAsync(cancellationToken).ConfigureAwait(false);
        }

        return await _messages!.TakeOneAsync(ReadMessagesAsync(cancellationToken)).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<OwnedRpcMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_messages is null)
        {
            await CheckHeadAsync(cancellationToken).ConfigureAwait(false);
        }

        await foreach (OwnedRpcMessage message in _messages!.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message;
        }

        _messages.Dispose();
        End ??= GetEnd(_messages);
        ThrowIfFailed(End);
        if (_messages.Count == 0 && GivesOne)
        {
            throw new RpcProtocolException(RpcProtocolError.MessageMissing, _messages.Position);
        }
    }

    /// <summary>Looks at the head, and throws where it decides how the call ended.</summary>
    private async ValueTask CheckHeadAsync(CancellationToken cancellationToken)
    {
        if (_contentType.IsUnary && _status != HttpOk)
        {
            RpcMetadata trailers = RpcFieldSet.GetTrailers(_fields);
            End = new RpcEnd(await ReadErrorAsync(cancellationToken).ConfigureAwait(false) ?? FromHttp(), trailers);
        }
        else if (_headEnd is { Status.IsOk: false })
        {
            End = _headEnd;
        }
        else if (!IsOfProtocol(out bool isOtherCodec))
        {
            RpcStatus status = isOtherCodec ? new RpcStatus(RpcStatusCode.Internal, "The response is in another codec.") : FromHttp();
            End = new RpcEnd(status, _headEnd?.Trailers ?? new RpcMetadata());
        }
        else if (!TryGetEncoding(out RpcEncoding? encoding))
        {
            End = new RpcEnd(new RpcStatus(RpcStatusCode.Internal, "The response is in an encoding that was not asked for."), new RpcMetadata());
        }
        else
        {
            _messages = CreateMessages(encoding);
            return;
        }

        ThrowIfFailed(End);
    }

    private RpcMessages CreateMessages(RpcEncoding? encoding)
    {
        RpcEnvelopeOptions options = new()
        {
            Protocol = _contentType.Protocol,
            IsResponse = true,
            Encoding = encoding,
            RequiresEnd = _headEnd is null,
            MaxMessageLength = _options.MaxMessageLength,
        };
        return new RpcMessages(_input, _contentType, options, GivesOne);
    }

    /// <summary>
    /// "Client implementations must use the HTTP-to-Connect mapping to infer a Connect error code if Bare-Message is missing or malformed"
    /// (connect-protocol §Unary-Response).
    /// </summary>
    /// <returns>What the body of a unary call of Connect says that failed; null where it says nothing that can be trusted.</returns>
    private async ValueTask<RpcStatus?> ReadErrorAsync(CancellationToken cancellationToken)
    {
        bool isJson = RpcContentType.TryParse(RpcFieldSet.Get(_fields, RpcFieldSet.ContentType), out RpcContentType actual)
            && actual is { IsUnary: true, Codec: "json" };
        if (!isJson || !TryGetEncoding(out RpcEncoding? encoding))
        {
            return null;
        }

        try
        {
            _error ??= new RpcBody(_input, encoding, _options.MaxMessageLength);
            ReadOnlyMemory<byte> body = await _error.ReadAsync(cancellationToken).ConfigureAwait(false);
            return ConnectJson.TryReadError(body.Span, out RpcStatus? status, out _, out _) ? status : null;
        }
        catch (RpcProtocolException)
        {
            return null;
        }
    }

    private RpcStatus FromHttp() => new(RpcStatusCodes.FromHttpStatus(_status), $"The response has the status {_status} of HTTP, and says no more.");

    private bool TryGetEncoding(out RpcEncoding? encoding)
        => new RpcFieldSet(_contentType).TryGetEncoding(_fields, _options.AcceptedEncodings, out encoding);

    /// <summary>
    /// Whether the response is one of the protocol at all: "Implementations should expect broken deployments" (PROTOCOL-HTTP2 §Responses).
    /// </summary>
    private bool IsOfProtocol(out bool isOtherCodec)
    {
        isOtherCodec = false;
        string? field = RpcFieldSet.Get(_fields, RpcFieldSet.ContentType);
        if (_status != HttpOk || !RpcContentType.TryParse(field, out RpcContentType actual))
        {
            return false;
        }

        // "application/grpc" names no codec, and servers answer so whatever the codec is; of gRPC-Web "the default is "+proto"".
        bool isSilent = actual.Protocol == RpcProtocol.Grpc && !field!.Contains('+', StringComparison.Ordinal);
        bool isSame = actual == (isSilent ? _contentType with { Codec = actual.Codec } : _contentType);
        isOtherCodec = !isSame && actual with { Codec = _contentType.Codec } == _contentType;
        return isSame;
    }

    /// <summary>
    /// How the messages ended. A head that says that all is well is believed where nothing else came: neither a message nor an end.
    /// </summary>
    private RpcEnd GetEnd(RpcMessages messages)
    {
        if (_contentType.IsUnary)
        {
            return new RpcEnd(RpcStatus.Ok, RpcFieldSet.GetTrailers(_fields));
        }

        if (messages.End is { } end)
        {
            return end;
        }

        if (_contentType.Protocol == RpcProtocol.GrpcWeb)
        {
            return messages.Count == 0 ? _headEnd! : throw new RpcProtocolException(RpcProtocolError.MissingEnd, messages.Position);
        }

        (string Name, string Value)[] trailers = [.. _trailers?.Invoke() ?? []];
        bool isSilent = RpcFieldSet.Get(trailers, StatusName) is null && messages.Count == 0;
        return isSilent && _headEnd is not null ? _headEnd : RpcEnd.FromTrailers(trailers);
    }

    private static void ThrowIfFailed(RpcEnd end)
    {
        if (!end.Status.IsOk)
        {
            throw new RpcException(end.Status, end.Trailers);
        }
    }
}
