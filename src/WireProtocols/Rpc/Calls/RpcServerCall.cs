using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Rpc;

/// <summary>
/// One call, as a server sees it, in whichever of the protocols the client speaks: a handler reads messages, writes messages, and returns, or throws
/// an <see cref="RpcException"/>. A call is not safe for use by several threads, but one may read while another writes.
/// </summary>
public sealed class RpcServerCall
{
    private readonly RpcServerHead _head;
    private readonly RpcMethodKind _kind;
    private readonly RpcServerReply _reply;
    private readonly Lazy<RpcMessages> _messages;

    // What reading and writing threw last: a handler that throws it says nothing of its own.
    private Exception? _readFault;
    private Exception? _writeFault;
    private volatile bool _isReading;

    private RpcServerCall(
        RpcServerExchange exchange, RpcServerHead head, RpcMethodKind kind, RpcServerOptions options, CancellationToken cancellationToken)
    {
        _head = head;
        _kind = kind;
        _messages = new Lazy<RpcMessages>(() => new RpcMessages(
            head.Get is { } get ? PipeReader.Create(new ReadOnlySequence<byte>(get.Message)) : exchange.Input,
            head.ContentType,
            new RpcEnvelopeOptions { Protocol = head.ContentType.Protocol, Encoding = head.Encoding, MaxMessageLength = options.MaxMessageLength },
            TakesOne));
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
    /// <exception cref="WireProtocolException">The bytes around the call break a rule of HTTP.</exception>
    /// <exception cref="TimeoutException">The transport has a time limit, and the client has not kept it.</exception>
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
        call.Release();
        await call._reply.EndAsync(end).ConfigureAwait(false);
        return end.Status;
    }

    /// <summary>Reads the messages of the client to their end.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come of a message is kept for the next call.</param>
    /// <exception cref="RpcProtocolException">They break a rule; the client is told.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<OwnedRpcMessage> messages = ReadMessagesAsync(cancellationToken).GetAsyncEnumerator(CancellationToken.None);
        await using ConfiguredAsyncDisposable end = messages.ConfigureAwait(false);
        while (await ReadAsync(messages.MoveNextAsync()).ConfigureAwait(false))
        {
            yield return messages.Current.Payload;
        }
    }

    /// <summary>Reads the one message of a client, and that there is no other, whatever the kind of the method.</summary>
    /// <param name="cancellationToken">Cancels the waits; what has come is kept for the next call.</param>
    /// <exception cref="RpcProtocolException">There is none, or another one, or a rule is broken; the client is told.</exception>
    public Task<ReadOnlyMemory<byte>> ReadOneAsync(CancellationToken cancellationToken = default)
        => ReadAsync(new ValueTask<ReadOnlyMemory<byte>>(_messages.Value.TakeOneAsync(ReadMessagesAsync(cancellationToken)))).AsTask();

    /// <summary>Writes a message and flushes it. That of a unary call of Connect waits for the status.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels the wait for a client that does not read, as <see cref="CancellationToken"/> does; what was
    /// written is sent all the same.</param>
    /// <exception cref="InvalidOperationException">The method gives one message, and this is the second.</exception>
    /// <exception cref="IOException">The client is gone.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (GivesOne && _reply.Count > 0)
        {
            throw new InvalidOperationException("The method gives one message.");
        }

        CancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenSource? either = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, cancellationToken)
            : null;
        try
        {
            await _reply.WriteAsync(message, either?.Token ?? CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _writeFault = exception;
            throw;
        }
    }

    private async IAsyncEnumerable<OwnedRpcMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken, cancellationToken);
        RpcMessages messages = _messages.Value;
        await foreach (OwnedRpcMessage message in messages.ReadAllAsync(either.Token).ConfigureAwait(false))
        {
            yield return message;
        }

        if (messages.Count == 0 && TakesOne)
        {
            throw new RpcProtocolException(RpcProtocolError.MessageMissing, messages.Position);
        }
    }

    /// <summary>Waits for a step of reading, and takes note of how it fails.</summary>
    private async ValueTask<T> ReadAsync<T>(ValueTask<T> step)
    {
        _isReading = true;
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _readFault = exception;
            throw;
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>Gives the memory of reading back, unless a handler that has ended left a read behind that uses it.</summary>
    private void Release()
    {
        if (_messages.IsValueCreated && !_isReading)
        {
            _messages.Value.Dispose();
        }
    }

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
        catch (RpcProtocolException exception) when (exception == _readFault)
        {
            return new RpcEnd(new RpcStatus(exception.StatusCode, exception.Message), none);
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            bool isLate = deadline.IsCancellationRequested;
            return new RpcEnd(new RpcStatus(isLate ? RpcStatusCode.DeadlineExceeded : RpcStatusCode.Canceled), none);
        }
        catch (Exception exception) when (!IsOfTransport(exception))
        {
            // What is wrong inside is not for a peer to read.
            return new RpcEnd(new RpcStatus(RpcStatusCode.Unknown, "The method failed."), none);
        }
    }

    /// <summary>Whether reading or writing threw it because of the transport. A handler may do input and output of its own.</summary>
    private bool IsOfTransport(Exception exception)
        => (exception == _readFault || exception == _writeFault)
            && exception is IOException or TimeoutException or WireProtocolException;
}
