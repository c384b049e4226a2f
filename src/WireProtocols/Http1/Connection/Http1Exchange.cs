using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// One request on a server's connection and its response. The response has one head, after any number of 1xx responses; the body of the request may
/// be read before it, behind it, or not at all.
/// </summary>
public sealed class Http1Exchange
{
    // A body of at most this length goes out with its head, in one write.
    private const int MaxCopied = 16 * 1024;

    private readonly Http1ServerLink _link;
    private readonly long _started;
    private Http1BodyWriter? _response;
    private Http1ClientWatch? _watch;
    private bool _requestEnded;
    private bool _hasEnded;

    internal Http1Exchange(Http1ServerLink link, OwnedHttp1RequestHead request)
    {
        _link = link;
        _started = link.Options.TimeProvider.GetTimestamp();
        Request = request;
        link.Begin();
        Http1Metrics.RequestStarted();
        Http1RequestHead head = request.Head;
        Http1BodyFraming framing = Http1BodyFraming.OfRequest(head);
        IsConnect = head.Method.SequenceEqual("CONNECT"u8);
        OffersUpgrade = head.MinorVersion > 0 && head.HasConnectionOption("upgrade"u8) && head.Fields.Contains("upgrade"u8);
        link.States.Request(keepsAlive: head.IsKeepAlive && head.MinorVersion > 0, offersSwitch: IsConnect || OffersUpgrade);
        Body = new Http1IncomingBody(
            link.Transport.Input,
            framing,
            link.Chunks,
            link.Options.BodyTimeout,
            link.Options.TimeProvider);

        // "A server MUST ignore a 100-continue expectation in an HTTP/1.0 request" (RFC 9110 §10.1.1), and one without a body asks for nothing.
        bool expectsContinue = head.MinorVersion > 0 && !Body.IsBodyCompleted && head.Fields.ContainsElement("expect"u8, "100-continue"u8);
        Body.BeforeFirstRead = expectsContinue ? ContinueAsync : null;
        EndRequestIfComplete();
    }

    /// <summary>The request.</summary>
    public OwnedHttp1RequestHead Request { get; }

    /// <summary>
    /// Its body. The first read answers an <c>Expect: 100-continue</c> (RFC 9110 §10.1.1), so a handler that refuses does not ask for it.
    /// </summary>
    public Http1IncomingBody Body { get; }

    /// <summary>Whether the client asks for another protocol (RFC 9110 §7.8); <see cref="SwitchAsync"/> takes it.</summary>
    public bool OffersUpgrade { get; }

    /// <summary>Whether the client asks for a tunnel (RFC 9110 §9.3.6).</summary>
    public bool IsConnect { get; }

    /// <summary>Whether the head of the final response has been written.</summary>
    public bool HasResponded => _response is not null;

    /// <summary>Looks out, from the first call on, for the client's leaving while the handler works on something long.</summary>
    /// <returns>
    /// Cancelled when the client has ended its side of the connection, or the transport was cut. A client that only half-closes looks the same:
    /// it is worth answering at once with what there is. A client that has sent its next request already is not looked after any more.
    /// </returns>
    /// <exception cref="InvalidOperationException">The body has not been read to its end: whoever reads it notices by itself. Or the connection has
    /// been handed over, or the exchange has ended.</exception>
    public CancellationToken WatchClient()
    {
        ThrowIfEnded();
        EndRequestIfComplete();
        if (!_requestEnded || _link.States.HasSwitched)
        {
            throw new InvalidOperationException("The input is somebody else's to read: the body's reader, or the other protocol.");
        }

        _watch ??= new Http1ClientWatch(_link.Transport.Input);
        return _watch.Left;
    }

    /// <summary>Whether the client was seen to leave.</summary>
    internal bool HasClientLeft => _watch is { Left.IsCancellationRequested: true };

    /// <summary>Writes a 1xx response, such as 103 (Early Hints), and flushes it; to HTTP/1.0, which knows none, nothing.</summary>
    /// <exception cref="InvalidOperationException">The final response has begun, or the exchange has ended.</exception>
    public async ValueTask InformAsync(int statusCode, (string Name, string Value)[] fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (statusCode is < 100 or > 199 or 101)
        {
            throw new ArgumentOutOfRangeException(nameof(statusCode), statusCode, "A 1xx status other than 101.");
        }

        ThrowIfEnded();

        // "A server MUST NOT send a 1xx response to an HTTP/1.0 client" (RFC 9110 §15.2).
        if (Request.Head.MinorVersion > 0 || HasResponded)
        {
            _link.Inform(statusCode, fields);
            await _link.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the head of the response: Date, what says how long the body is, and Connection are added. Nothing is flushed.</summary>
    /// <param name="statusCode">200 to 599.</param>
    /// <param name="framing">How long the body is. To HTTP/1.0 a chunked body is sent until the connection is closed. To a HEAD the body is
    /// announced and not sent.</param>
    /// <param name="fields">The fields, in ISO 8859-1.</param>
    /// <returns>Where the body is written. <see cref="Http1BodyWriter.Complete"/> ends it.</returns>
    /// <exception cref="ArgumentException">A field cannot be written, or is one that the connection writes itself; or a 2xx to a CONNECT, which
    /// <see cref="SwitchAsync"/> writes. Nothing is sent then.</exception>
    /// <exception cref="InvalidOperationException">The response has begun, or the exchange has ended.</exception>
    public Http1BodyWriter StartResponse(int statusCode, Http1BodyFraming framing, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        ThrowIfEnded();
        if (IsConnect && statusCode is >= 200 and < 300)
        {
            // "Any 2xx (Successful) response indicates that the sender (and all inbound proxies) will switch to tunnel mode immediately after the
            // response header section" (RFC 9110 §9.3.6): its body would be taken for bytes of the tunnel.
            throw new ArgumentOutOfRangeException(nameof(statusCode), statusCode, "A 2xx to a CONNECT is a tunnel, not a response.");
        }

        EndRequestIfComplete();

        // A body that the client still holds back may never come, so what follows could be that body or another request. And whoever passes bytes
        // on may believe in a tunnel where an upgrade was offered.
        bool mayGoOn = (Body.BeforeFirstRead is null || Body.IsBodyCompleted) && !OffersUpgrade && !IsConnect;
        _response = _link.Respond(Request, statusCode, framing, mayGoOn, fields);
        return _response;
    }

    /// <summary>Answers with a body that is there, and flushes.</summary>
    /// <exception cref="ArgumentException">A field cannot be written, or is one that the connection writes itself. Nothing is sent then.</exception>
    /// <exception cref="InvalidOperationException">The response has begun.</exception>
    public ValueTask RespondAsync(int statusCode, ReadOnlyMemory<byte> body, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        Http1BodyWriter writer = StartResponse(statusCode, Http1BodyFraming.OfLength(body.Length), fields);
        return EndAsync(writer, body);
    }

    /// <summary>
    /// Takes the protocol that was offered: answers 101, or 200 to a CONNECT, and hands the transport over, with all that has been read ahead still
    /// in it. The connection does not touch it any more, and whoever takes it ends it.
    /// </summary>
    /// <param name="fields">The fields of the response; Upgrade for a 101.</param>
    /// <param name="cancellationToken">Ends the flush.</param>
    /// <exception cref="InvalidOperationException">Nothing was offered, the body has not been read, the response has begun, or the exchange has
    /// ended.</exception>
    public async ValueTask<IDuplexPipe> SwitchAsync((string Name, string Value)[] fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ThrowIfEnded();
        EndRequestIfComplete();
        if (_link.States.Client != Http1ConnectionState.MightSwitch)
        {
            throw new InvalidOperationException("No other protocol was offered, or the body of the request has not been read.");
        }

        await StopWatchingAsync().ConfigureAwait(false);
        _link.Switch(IsConnect, fields);
        await _link.Output.FlushAsync(cancellationToken).ConfigureAwait(false);

        // Not before: whoever gets an exception here gets no transport to end.
        _link.IsHandedOver = true;
        return _link.Transport;
    }

    /// <summary>
    /// Hands the transport over without an answer, with all that has been read ahead still in it, to whoever writes the bytes of the response by
    /// hand. The connection does not touch it any more, and whoever takes it ends it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The body has not been read, the response has begun, or the exchange has ended.</exception>
    public async ValueTask<IDuplexPipe> TakeOverAsync()
    {
        ThrowIfEnded();
        EndRequestIfComplete();
        await StopWatchingAsync().ConfigureAwait(false);
        _link.States.TakeOver();
        _link.IsHandedOver = true;
        return _link.Transport;
    }

    /// <summary>Answers, where that is still possible, that the exchange failed; the connection ends behind it.</summary>
    internal async ValueTask FailAsync(int statusCode, string text, string reason, CancellationToken cancellationToken)
    {
        if (_link.States.HasSwitched)
        {
            return;
        }

        Http1Metrics.Refused(reason);
        if (!await _link.RefuseAsync(Request, statusCode, text, cancellationToken).ConfigureAwait(false))
        {
            _response?.Complete(new InvalidOperationException("The exchange failed."));
            _link.States.Fail();
        }
    }

    /// <summary>Ends the exchange: what was not answered is answered with 500, and what was not read is dropped.</summary>
    /// <returns>Whether another request may follow.</returns>
    internal async ValueTask<bool> EndAsync(CancellationToken cancellationToken)
    {
        _hasEnded = true;
        try
        {
            await StopWatchingAsync().ConfigureAwait(false);
            return await FinishAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of the connection, which ends or goes on, whatever was said.</summary>
    internal async ValueTask LeaveAsync()
    {
        _hasEnded = true;
        _link.IsCutUnseen |= _response is { Framing.Kind: Http1BodyKind.UntilClose } response && (!response.IsCompleted || response.IsCut);
        await StopWatchingAsync().ConfigureAwait(false);
        Body.Dispose();
        Http1Metrics.RequestEnded(Request, _link.StatusCode, _link.Options.TimeProvider.GetElapsedTime(_started));
    }

    private static async ValueTask EndAsync(Http1BodyWriter writer, ReadOnlyMemory<byte> body)
    {
        if (body.Length <= MaxCopied)
        {
            writer.Write(body.Span);
        }
        else
        {
            await writer.WriteAsync(body).ConfigureAwait(false);
        }

        await writer.CompleteAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> FinishAsync(CancellationToken cancellationToken)
    {
        if (_link.States.HasSwitched || _link.States.Server == Http1ConnectionState.MustClose)
        {
            return false;
        }

        if (_response is null)
        {
            await _link.RefuseAsync(Request, 500, "Nothing answered this request.", cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (!_response.IsCompleted || _response.IsCut)
        {
            _response.Complete(new InvalidOperationException("The response was not completed."));
            _link.States.Fail();
            return false;
        }

        _link.States.EndResponse();
        await _link.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return _link.States.KeepsAlive && await DrainRequestAsync(cancellationToken).ConfigureAwait(false) && _link.States.TryStartNext();
    }

    /// <summary>Whoever keeps an exchange has no part in the one that follows it on the connection.</summary>
    private void ThrowIfEnded()
    {
        if (_hasEnded)
        {
            throw new InvalidOperationException("The exchange has ended.");
        }
    }

    private ValueTask StopWatchingAsync()
    {
        Http1ClientWatch? watch = _watch;
        _watch = null;
        return watch?.DisposeAsync() ?? default;
    }

    /// <summary>What nobody read is read and dropped, within its limits, so that it is never taken for the next request.</summary>
    private async ValueTask<bool> DrainRequestAsync(CancellationToken cancellationToken)
    {
        if (!Body.IsBodyCompleted)
        {
            using CancellationTokenSource timeout = new(_link.Options.BodyTimeout, _link.Options.TimeProvider);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                if (!await Body.DrainAsync(_link.Options.MaxDrainLength, either.Token).ConfigureAwait(false))
                {
                    return false;
                }
            }
            catch (Exception exception) when (exception is WireProtocolException or OperationCanceledException or InvalidOperationException)
            {
                return false;
            }
        }

        EndRequestIfComplete();
        return true;
    }

    private void EndRequestIfComplete()
    {
        if (!_requestEnded && Body.IsBodyCompleted)
        {
            _requestEnded = true;
            _link.States.EndRequest();
        }
    }

    private async ValueTask ContinueAsync(CancellationToken cancellationToken)
    {
        if (!HasResponded)
        {
            _link.Inform(100, []);
            await _link.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
