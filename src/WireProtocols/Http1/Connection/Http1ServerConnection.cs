using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// The server's side of an HTTP/1.1 connection (RFC 9112 §9) over any duplex pipe: requests one after the other, pipelined ones included, each with
/// one response. A body that was not read is dropped or the connection is closed; it is never taken for the next request. A request that breaks a
/// rule is answered once, with the status of <see cref="Http1ProtocolErrors"/>, and the connection is closed.
/// </summary>
/// <example><code>
/// await using Http1ServerConnection connection = new(transport);
/// await connection.RunAsync(async (exchange, stop) => await exchange.RespondAsync(200, "hello"u8.ToArray()), stop);
/// </code></example>
public sealed class Http1ServerConnection : IAsyncDisposable
{
    private readonly Http1ServerLink _link;
    private readonly Http1RequestReader _reader;
    private readonly Http1HeadDeadline _deadline;
    private readonly long _opened;
    private Http1Exchange? _exchange;
    private bool _servedOne;
    private bool _ended;
    private bool _disposed;

    /// <summary>Makes the server's side of a connection.</summary>
    /// <param name="transport">The bytes of both directions. The connection ends it when it is disposed, unless it was handed over.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public Http1ServerConnection(IDuplexPipe transport, Http1ServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _link = new Http1ServerLink(transport, options ?? Http1ServerOptions.Default);
        _reader = new Http1RequestReader(transport.Input, _link.Options.Heads);
        _deadline = new Http1HeadDeadline(transport.Input, _link.Options.TimeProvider);
        _opened = _link.Options.TimeProvider.GetTimestamp();
        Http1Metrics.ConnectionOpened();
    }

    /// <summary>What the client may do next.</summary>
    public Http1ConnectionState ClientState => _link.States.Client;

    /// <summary>What the server may do next.</summary>
    public Http1ConnectionState ServerState => _link.States.Server;

    /// <summary>Why there is no further request, where that was not a clean end: a broken rule, a time limit, or a transport that failed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Ends the exchange under way and waits for the next request.</summary>
    /// <returns>Null when there is none: the client closed, took too long, broke a rule, or the connection has to close.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async ValueTask<Http1Exchange?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_exchange is { } previous)
        {
            // An end that is cancelled is none: what follows on the wire may still be the body.
            _exchange = null;
            bool hadEnded = _ended;
            _ended = true;
            _ended = !await EndAsync(previous, cancellationToken).ConfigureAwait(false) || hadEnded;
        }

        OwnedHttp1RequestHead? head = _ended ? null : await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
        _ended = head is null;
        _servedOne = true;
        _exchange = head is null ? null : new Http1Exchange(_link, head);
        return _exchange;
    }

    /// <summary>
    /// Gives every request to <paramref name="handler"/> until the connection ends. A handler that throws is answered for: with 500, with the
    /// status of the rule that the request's body broke, with 408 where the body came too slowly, with 503 where the handler gave up because the
    /// server stops or the client left. A response that has begun is cut.
    /// </summary>
    /// <param name="handler">Answers one request.</param>
    /// <param name="stopping">Ends the connection in good order: at once where it is idle, else behind the response under way.</param>
    /// <exception cref="Exception">What the handler threw, where the peer was not the cause; the peer has been answered.</exception>
    public async Task RunAsync(Func<Http1Exchange, CancellationToken, ValueTask> handler, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        using CancellationTokenRegistration registration = stopping.Register(static self => ((Http1ServerConnection)self!).Stop(), this);
        while (await ReceiveAsync(CancellationToken.None).ConfigureAwait(false) is { } exchange)
        {
            try
            {
                await handler(exchange, stopping).ConfigureAwait(false);
            }
            catch (Exception exception) when (ReferenceEquals(exception, exchange.Body.Failure))
            {
                Failure = exception;
                await exchange.FailAsync(StatusOf(exception), exception.Message, ReasonOf(exception), CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                await exchange.FailAsync(503, "The server stops.", "stopping", CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (exchange.HasClientLeft)
            {
                await exchange.FailAsync(503, "The client ended its side before there was an answer.", "left", CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (Exception)
            {
                await exchange.FailAsync(500, "The server failed.", "handler", CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Ends the transport as the peer expects it: what was written is sent, and what still comes is dropped for a while, so that no reset
    /// overtakes the last answer. A transport that was handed over is left alone. Disposing twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_exchange is { } last)
        {
            await last.LeaveAsync().ConfigureAwait(false);
        }

        _deadline.Dispose();
        _reader.Dispose();
        Http1Metrics.ConnectionClosed(_link.Options.TimeProvider.GetElapsedTime(_opened));
        if (_link.IsHandedOver)
        {
            return;
        }

        IOException? cut = _link.IsCutUnseen ? new IOException("The response was cut.") : null;
        Exception? lost = await Http1TransportEnd.CompleteOutputAsync(_link.Transport, _link.Output, cut).ConfigureAwait(false);
        Failure ??= lost;
        if (lost is null && (_link.States.Client != Http1ConnectionState.Idle || Failure is Http1ProtocolException))
        {
            await LingerAsync().ConfigureAwait(false);
        }

        await Http1TransportEnd.CompleteInputAsync(_link.Transport).ConfigureAwait(false);
    }

    private void Stop()
    {
        _link.IsStopping = true;
        _deadline.Stop();
    }

    private static int StatusOf(Exception exception) => exception switch
    {
        ChunkedProtocolException body => body.Error.GetStatusCode(),
        TimeoutException => 408,
        _ => 400,
    };

    private static string ReasonOf(Exception exception) => exception switch
    {
        Http1ProtocolException head => head.Error.ToString(),
        ChunkedProtocolException body => body.Error.ToString(),
        TimeoutException => "timeout",
        _ => exception.GetType().Name,
    };

    private async ValueTask<bool> EndAsync(Http1Exchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange.EndAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            Failure = exception;
            return false;
        }
    }

    private async ValueTask<OwnedHttp1RequestHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return TryReadHead() ?? await AwaitHeadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Http1ProtocolException exception)
        {
            Failure = exception;
            Http1Metrics.Refused(ReasonOf(exception));
            return exception.IsUnexpectedEnd ? null : await RefuseAsync(exception.StatusCode, exception.Message).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            Failure = exception;
            return null;
        }
    }

    /// <summary>Waits for a head: as long as the connection may be idle for its first byte, and from there as long as a head may take.</summary>
    private async ValueTask<OwnedHttp1RequestHead?> AwaitHeadAsync(CancellationToken cancellationToken)
    {
        Http1ServerOptions options = _link.Options;
        _deadline.Set(_servedOne ? options.IdleTimeout : options.HeadTimeout);
        bool hasBegun = false;
        while (_deadline.TryBegin())
        {
            bool? hasMore = await WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            if (hasMore == false)
            {
                return null;
            }

            if (_deadline.HasPassed)
            {
                Failure = new TimeoutException("The head of a request took too long.");
                Http1Metrics.Refused(hasBegun ? "timeout" : "idle");
                return hasBegun ? await RefuseAsync(408, Failure.Message).ConfigureAwait(false) : null;
            }

            if (hasMore == true && TryReadHead() is { } head)
            {
                return head;
            }

            if (hasMore == true && !hasBegun)
            {
                hasBegun = true;
                _deadline.Set(options.HeadTimeout);
            }
        }

        return null;
    }

    /// <returns>False at the end; null where the wait was cut short by its time limit or the server's stop.</returns>
    private async ValueTask<bool?> WaitToReadAsync(CancellationToken cancellationToken)
    {
        bool wasRead = false;
        try
        {
            bool hasMore = await _reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            wasRead = true;
            return hasMore;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (_deadline.End() && wasRead)
            {
                _reader.Release();
                _deadline.TakeBack();
            }
        }
    }

    private OwnedHttp1RequestHead? TryReadHead()
    {
        OwnedHttp1RequestHead? owned = _reader.TryRead(out Http1RequestHead head) ? head.ToOwned() : null;
        if (owned is not null)
        {
            _reader.Release();
        }

        return owned;
    }

    private async ValueTask<OwnedHttp1RequestHead?> RefuseAsync(int statusCode, string text)
    {
        await _link.RefuseAsync(null, statusCode, text, CancellationToken.None, _reader.BeginsAsHead).ConfigureAwait(false);
        return null;
    }

    private async ValueTask LingerAsync()
    {
        using CancellationTokenSource timeout = new(_link.Options.CloseTimeout, _link.Options.TimeProvider);
        try
        {
            ReadResult read;
            do
            {
                read = await _link.Transport.Input.ReadAsync(timeout.Token).ConfigureAwait(false);
                _link.Transport.Input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && !read.IsCanceled);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Too slow, gone, or ended by somebody else.
        }
    }
}
