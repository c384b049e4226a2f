using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Rpc;

/// <summary>
/// One call, as a server sees it, in whichever of the protocols the client speaks: a handler reads messages, writes messages, and returns, or throws
/// an <see cref="RpcException"/>. A call is not safe for use by several threads, but one may read while another writes.
/// </summary>
public sealed class RpcServerCall
{
    private readonly RpcServerExchange _exchange;
    private readonly RpcServerHead _head;
    private readonly RpcMethodKind _kind;
    private readonly RpcServerOptions _options;
    private readonly RpcServerReply _reply;

    private RpcServerCall(
        RpcServerExchange exchange, RpcServerHead head, RpcMethodKind kind, RpcServerOptions options, CancellationToken cancellationToken)
    {
        _exchange = exchange;
        _head = head;
        _kind = kind;
        _options = options;
        _reply = new RpcServerReply(exchange, head, options);
        Metadata = RpcFieldSet.GetMetadata(exchange.Fields);
        CancellationToken = cancellationToken;
    }

    /// <summary>The content type of the request: protocol and codec.</summary>
    public RpcContentType ContentType => _head.ContentType;

    /// <summary>What the client sent along.</summary>
    public RpcMetadata Metadata { get; }

    /// <summary>What is sent along in front of the first message.</summary>
    public RpcMetadata ResponseMetadata => _reply.Metadata;

    /// <summary>What is sent along behind the last message, where the handler returns.</summary>
    public RpcMetadata ResponseTrailers { get; } = new();

    /// <summary>Cancelled at the deadline, when the client is gone, and when the server stops.</summary>
    public CancellationToken CancellationToken { get; }

    private bool TakesOne => _kind is RpcMethodKind.Unary or RpcMethodKind.ServerStreaming;

    private bool GivesOne => _kind is RpcMethodKind.Unary or RpcMethodKind.ClientStreaming;

    /// <summary>Answers a request. When it returns, the response is whole, unless the client is gone.</summary>
    /// <param name="exchange">The request and its response.</param>
    /// <param name="kind">The kind of the method.</param>
    /// <param name="handler">What the method does.</param>
    /// <param name="options">Codecs, encodings and limits; <see cref="RpcServerOptions.Default"/> where null.</param>
    /// <param name="cancellationToken">The server stops.</param>
    /// <returns>The status that was sent; null where the request was no call, and was answered by a status of HTTP alone.</returns>
    /// <exception cref="IOException">The client is gone.</exception>
    public static async Task<RpcStatus?> RunAsync(
        RpcServerExchange exchange,
        RpcMethodKind kind,
        Func<RpcServerCall, Task> handler,
        RpcServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(handler);
        options ??= RpcServerOptions.Default;
        RpcServerHead? head = RpcServerHead.Read(exchange, kind, options, out int status);
        if (head is null)
        {
            await exchange.Start(status, RpcServerHead.GetFields(status, kind, options)).FlushAsync(cancellationToken).ConfigureAwait(false);
            await exchange.EndAsync([]).ConfigureAwait(false);
            return null;
        }

        using CancellationTokenSource deadline = new(head.Timeout, options.TimeProvider);
        using CancellationTokenSource any
            = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, exchange.Aborted, cancellationToken);
        RpcServerCall call = new(exchange, head, kind, options, any.Token);
        RpcEnd end = head.Refusal is { } refusal
            ? new RpcEnd(refusal, new RpcMetadata())
            : await call.RunAsync(handler, deadline.Token).ConfigureAwait(false);
        await call._reply.EndAsync(end).ConfigureAwait(false);
        return end.Status;
    }

    /// <summary>Reads the messages of the client to their end.</summary>
    /// <exception cref="RpcProtocolException">They break a rule; the client is told.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, cancellationToken);
        if (ContentType.IsUnary)
        {
            yield return _head.Get is { } get
                ? RpcBody.Decompress(get.Message, _head.Encoding, _options.MaxMessageLength)
                : await RpcBody.ReadAsync(_exchange.Input, _head.Encoding, _options.MaxMessageLength, either.Token).ConfigureAwait(false);
            yield break;
        }

        PipeReader input = ContentType.IsText ? new GrpcWebTextPipeReader(_exchange.Input) : _exchange.Input;
        using RpcReader reader = new(input, new RpcEnvelopeOptions
        {
            Protocol = ContentType.Protocol,
            Encoding = _head.Encoding,
            MaxMessageLength = _options.MaxMessageLength,
        });
        int count = 0;
        await foreach (OwnedRpcMessage message in reader.ReadAllAsync(either.Token).ConfigureAwait(false))
        {
            if (++count > 1 && TakesOne)
            {
                throw new RpcProtocolException(RpcProtocolError.MessageSurplus, message.Offset);
            }

            yield return message.Payload;
        }

        if (count == 0 && TakesOne)
        {
            throw new RpcProtocolException(RpcProtocolError.MessageMissing, reader.Position);
        }
    }

    /// <summary>Reads the one message of a client, and that there is no other.</summary>
    /// <exception cref="RpcProtocolException">There is none, or another one, or a rule is broken; the client is told.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadOneAsync(CancellationToken cancellationToken = default)
    {
        ReadOnlyMemory<byte> only = default;
        await foreach (ReadOnlyMemory<byte> message in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            only = message;
        }

        return only;
    }

    /// <summary>Writes a message and flushes it. That of a unary call of Connect waits for the status.</summary>
    /// <exception cref="InvalidOperationException">The method gives one message, and this is the second.</exception>
    /// <exception cref="IOException">The client is gone.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        => GivesOne && _reply.Count > 0
            ? throw new InvalidOperationException("The method gives one message.")
            : _reply.WriteAsync(message, cancellationToken);

    private async Task<RpcEnd> RunAsync(Func<RpcServerCall, Task> handler, CancellationToken deadline)
    {
        RpcMetadata none = new();
        try
        {
            await handler(this).ConfigureAwait(false);
            return !GivesOne || _reply.Count == 1
                ? new RpcEnd(RpcStatus.Ok, ResponseTrailers)
                : new RpcEnd(new RpcStatus(RpcStatusCode.Internal, "The method gave no message."), none);
        }
        catch (RpcException exception) when (!exception.Status.IsOk)
        {
            return new RpcEnd(exception.Status, exception.Trailers);
        }
        catch (RpcProtocolException exception)
        {
            return new RpcEnd(new RpcStatus(exception.StatusCode, exception.Message), none);
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            bool isLate = deadline.IsCancellationRequested;
            return new RpcEnd(new RpcStatus(isLate ? RpcStatusCode.DeadlineExceeded : RpcStatusCode.Canceled), none);
        }
        catch (Exception exception) when (exception is not (IOException or WireProtocolException))
        {
            // What is wrong inside is not for a peer to read.
            return new RpcEnd(new RpcStatus(RpcStatusCode.Unknown, "The method failed."), none);
        }
    }
}
