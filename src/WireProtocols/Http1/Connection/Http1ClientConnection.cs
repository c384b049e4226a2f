using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// The client's side of an HTTP/1.1 connection (RFC 9112 §9) over any duplex pipe: one request and its response after the other. What comes without
/// having been asked for is noticed before the connection is used again.
/// </summary>
/// <example><code>
/// await using Http1ClientConnection connection = new(transport);
/// connection.StartRequest("GET", "/", Http1BodyFraming.None, ("Host", "example.com"));
/// Http1Response response = await connection.ReceiveAsync(stop);
/// </code></example>
public sealed class Http1ClientConnection : IAsyncDisposable
{
    private readonly IDuplexPipe _transport;
    private readonly PipeWriter _output;
    private readonly Http1ClientOptions _options;
    private readonly Http1ResponseReader _reader;
    private readonly Http1HeadBuffer _head = new();
    private readonly Http1StateTable _states = new();
    private List<OwnedHttp1ResponseHead> _informational = [];
    private OwnedHttp1ResponseHead? _early;
    private byte[] _method = [];
    private Http1BodyWriter? _request;
    private Http1IncomingBody? _response;
    private bool _disposed;

    /// <summary>Makes the client's side of a connection.</summary>
    /// <param name="transport">The bytes of both directions. The connection ends it when it is disposed, unless it was handed over.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public Http1ClientConnection(IDuplexPipe transport, Http1ClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _transport = transport;
        _options = options ?? Http1ClientOptions.Default;
        _output = new Http1BoundedOutput(transport, _options.SendTimeout, _options.TimeProvider);
        _reader = new Http1ResponseReader(transport.Input, _options.Heads);
    }

    /// <summary>What the client may do next.</summary>
    public Http1ConnectionState ClientState => _states.Client;

    /// <summary>What the server may do next.</summary>
    public Http1ConnectionState ServerState => _states.Server;

    /// <summary>
    /// Whether a request may be sent: none is under way, both sides keep the
    /// connection, it has not been closed, and nothing has come that was not asked for.
    /// </summary>
    public bool CanSend
    {
        get
        {
            EndExchange();
            return !_disposed && _states.Client == Http1ConnectionState.Idle && FindUnrequested() is null;
        }
    }

    /// <summary>Writes the head of a request. Nothing is flushed before the body is flushed or completed, or the response waited for.</summary>
    /// <param name="method">A token; the connection knows what HEAD and CONNECT mean.</param>
    /// <param name="target">The request-target, percent-encoded.</param>
    /// <param name="framing">How long the body is; <see cref="Http1BodyFraming.None"/> for none.</param>
    /// <param name="fields">The fields, in ISO 8859-1; Host among them. Where Upgrade is, the Connection field says so.</param>
    /// <returns>Where the body is written; complete already where there is none.</returns>
    /// <exception cref="ArgumentException">The method, the target or a field cannot be written. Nothing is sent then.</exception>
    /// <exception cref="InvalidOperationException">The exchange before is not over, or the connection can carry no other one.</exception>
    /// <exception cref="Http1ProtocolException">Something came that was not asked for (RFC 9112 §9.2), or the server has closed.</exception>
    public Http1BodyWriter StartRequest(
        string method, string target, Http1BodyFraming framing, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        ObjectDisposedException.ThrowIf(_disposed, this);
        EndExchange();
        if (_states.Client == Http1ConnectionState.Idle && FindUnrequested() is { } error)
        {
            _states.Fail();
            throw new Http1ProtocolException(error, 0);
        }

        bool offersUpgrade = Http1HeadBuffer.Contains(fields, "Upgrade");
        Http1HeadWriter head = _head.StartRequest(method, target);
        Http1HeadBuffer.WriteFields(ref head, fields);
        WriteFraming(ref head, framing);
        if (offersUpgrade)
        {
            head.WriteField("Connection"u8, "Upgrade"u8);
        }

        head.Complete();
        _states.Request(keepsAlive: true, offersUpgrade || method == "CONNECT");
        _head.WriteTo(_output);
        _method = Encoding.ASCII.GetBytes(method);
        _reader.AnswersConnect = method == "CONNECT";
        _informational = [];
        _request = new Http1BodyWriter(_output, framing, discards: false);
        if (framing.Kind == Http1BodyKind.None)
        {
            _request.Complete();
        }

        return _request;
    }

    /// <summary>
    /// Waits, after a head with <c>Expect: 100-continue</c>, until the server wants the body: it says so, or it says nothing for
    /// <see cref="Http1ClientOptions.ContinueTimeout"/> (RFC 9110 §10.1.1).
    /// </summary>
    /// <returns>False when the final response is there already: the body need not be sent, and the connection ends where it is not.</returns>
    public async ValueTask<bool> WaitForContinueAsync(CancellationToken cancellationToken = default)
    {
        await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource timeout = new(_options.ContinueTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (true)
            {
                OwnedHttp1ResponseHead head = await ReadHeadAsync(either.Token).ConfigureAwait(false);
                if (!TryAddInformational(head))
                {
                    _early = head;
                    return false;
                }

                if (head.StatusCode == 100)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>Flushes the request and waits for the response to it.</summary>
    /// <exception cref="Http1ProtocolException">The response breaks a rule, or the server closed before it was there.</exception>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    public async ValueTask<Http1Response> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_states.Server != Http1ConnectionState.SendHead)
        {
            throw new InvalidOperationException("No request waits for a response.");
        }

        EndRequest();
        long started = _options.TimeProvider.GetTimestamp();
        await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource timeout = new(_options.HeadTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            OwnedHttp1ResponseHead head = _early ?? await ReadHeadAsync(either.Token).ConfigureAwait(false);
            _early = null;
            while (TryAddInformational(head))
            {
                head = await ReadHeadAsync(either.Token).ConfigureAwait(false);
            }

            Http1Metrics.Received(Encoding.ASCII.GetString(_method), head.StatusCode, _options.TimeProvider.GetElapsedTime(started));
            return Accept(head);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _states.Fail();
            throw new TimeoutException("The response took too long.");
        }
        catch (WireProtocolException)
        {
            _states.Fail();
            throw;
        }
    }

    /// <summary>Ends the transport, unless it was handed over. Disposing twice is fine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _reader.Dispose();
        _response?.Dispose();
        if (_states.HasSwitched)
        {
            return;
        }

        await Http1TransportEnd.CompleteOutputAsync(_transport, _output).ConfigureAwait(false);
        await Http1TransportEnd.CompleteInputAsync(_transport).ConfigureAwait(false);
    }

    private static void WriteFraming(ref Http1HeadWriter head, Http1BodyFraming framing)
    {
        switch (framing.Kind)
        {
            case Http1BodyKind.Chunked:
                head.WriteField("Transfer-Encoding"u8, "chunked"u8);
                break;
            case Http1BodyKind.Length:
                head.WriteField("Content-Length"u8, framing.Length);
                break;
            case Http1BodyKind.None:
                break;
            default:
                throw new ArgumentException("A request has no body, one of known length, or a chunked one (RFC 9112 §6.3).", nameof(framing));
        }
    }

    private Http1Response Accept(OwnedHttp1ResponseHead head)
    {
        Http1BodyFraming framing = Http1BodyFraming.OfResponse(head.Head, _method);
        Http1IncomingBody body = new(_transport.Input, framing, _options.Chunks, _options.BodyTimeout, _options.TimeProvider);
        if (framing.Kind == Http1BodyKind.Tunnel)
        {
            Switch();
        }
        else
        {
            _states.Respond(head.Head.IsKeepAlive && framing.LeavesConnectionUsable);
            _response = body;
        }

        return new Http1Response(head, _informational, body, _transport);
    }

    private void Switch()
    {
        if (_states.Client != Http1ConnectionState.MightSwitch)
        {
            // "A server MUST NOT switch to a protocol that was not indicated by the client" (RFC 9110 §7.8).
            throw new Http1ProtocolException(Http1ProtocolError.UnrequestedData, 0);
        }

        _states.Switch();
    }

    /// <summary>The request's body is complete, or was given up because the response came first.</summary>
    private void EndRequest()
    {
        if (_request is { IsCompleted: true } request && _states.Client == Http1ConnectionState.SendBody)
        {
            if (request.IsCut)
            {
                _states.Fail();
                throw new InvalidOperationException("The body of the request was cut: no response can be waited for.");
            }

            _states.EndRequest();
        }
    }

    /// <summary>Where both messages are complete, the connection is ready for the next request.</summary>
    private void EndExchange()
    {
        if (_states.Server == Http1ConnectionState.SendBody && _response is { IsBodyCompleted: true } body)
        {
            EndRequest();
            _states.EndResponse();
            body.Dispose();
            _response = null;
        }

        _states.TryStartNext();
    }

    private bool TryAddInformational(OwnedHttp1ResponseHead head)
    {
        if (head.StatusCode is < 100 or > 199 or 101)
        {
            return false;
        }

        if (_informational.Count == _options.MaxInformational)
        {
            throw new Http1ProtocolException(Http1ProtocolError.UnrequestedData, 0);
        }

        _informational.Add(head);
        return true;
    }

    private async ValueTask<OwnedHttp1ResponseHead> ReadHeadAsync(CancellationToken cancellationToken)
        => await _reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new Http1ProtocolException(Http1ProtocolError.UnexpectedEnd, 0);

    /// <summary>"If a client receives data on a connection that doesn't have outstanding requests, the client MUST NOT consider that data to be a
    /// valid response; the client SHOULD close the connection" (RFC 9112 §9.2).</summary>
    /// <returns>Null when the connection is silent and open.</returns>
    private Http1ProtocolError? FindUnrequested()
    {
        try
        {
            if (!_transport.Input.TryRead(out ReadResult read))
            {
                return null;
            }

            Http1ProtocolError? error
                = !read.Buffer.IsEmpty ? Http1ProtocolError.UnrequestedData : read.IsCompleted ? Http1ProtocolError.UnexpectedEnd : null;
            _transport.Input.AdvanceTo(read.Buffer.Start);
            return error;
        }
        catch (IOException)
        {
            return Http1ProtocolError.UnexpectedEnd;
        }
    }
}
