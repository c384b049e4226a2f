using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>The server's side of opening a <see cref="WebSocketConnection"/> (RFC 6455 §4.2).</summary>
public static class WebSocketServer
{
    /// <summary>Reads a request from a new transport and answers it.</summary>
    /// <param name="transport">The bytes of the client from the first one on. It
    /// is ended where no connection comes of it, whatever the reason.</param>
    /// <param name="options">What to accept, and how long the client has to ask for it.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection; null where <see cref="WebSocketAcceptOptions.Decide"/> refused, or the client left, or did not ask in time.</returns>
    /// <exception cref="WebSocketHandshakeException">The request is no valid handshake. It has been answered with the right status.</exception>
    /// <exception cref="Http1ProtocolException">The request is no HTTP/1.1. It has been answered.</exception>
    /// <exception cref="IOException">The transport was cut.</exception>
    public static ValueTask<WebSocketConnection?> AcceptAsync(
        IDuplexPipe transport, WebSocketAcceptOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return OpenAsync(transport, request: null, options ?? WebSocketAcceptOptions.Default, cancellationToken);
    }

    /// <summary>Answers a request on a server's HTTP/1.1 connection, which serves other requests too.</summary>
    /// <param name="exchange">The request. It has been answered when this returns, unless the decision took too long: then its connection answers
    /// with 500.</param>
    /// <param name="options">What to accept. The limits on the head are those of the HTTP/1.1 connection.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection, whose transport the HTTP/1.1 connection does not touch any more; null where the request is no valid handshake,
    /// <see cref="WebSocketAcceptOptions.Decide"/> refused, or it took too long.</returns>
    /// <exception cref="IOException">The transport was cut.</exception>
    public static async ValueTask<WebSocketConnection?> AcceptAsync(
        Http1Exchange exchange, WebSocketAcceptOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        options ??= WebSocketAcceptOptions.Default;
        using WebSocketHandshakeTrace trace = WebSocketHandshakeTrace.Start(WebSocketRole.Server);
        using CancellationTokenSource timeout = new(options.HandshakeTimeout, options.Connection.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        WebSocketExchangeResponder responder = new(exchange);
        try
        {
            if (WebSocketHandshake.TryParseRequest(
                exchange.Request.Head, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure, options.Handshake))
            {
                return await DecideAsync(responder, request, options, trace, either.Token).ConfigureAwait(false);
            }

            trace.Fail(new WebSocketHandshakeException(failure.Error, failure.Offset));
            await responder.RespondAsync(WebSocketHandshakeResponse.Refuse(failure), either.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            trace.Fail(exception);
            return null;
        }
        catch (Exception exception)
        {
            trace.Fail(exception);
            throw;
        }
    }

    /// <summary>Answers a request whose head the caller has read.</summary>
    /// <param name="transport">The bytes of the client after the request's head. It is ended where no connection comes of it.</param>
    /// <param name="request">The request.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The connection; null where <see cref="WebSocketAcceptOptions.Decide"/>
    /// refused, or the client left, or did not read the answer in time.</returns>
    public static ValueTask<WebSocketConnection?> AnswerAsync(
        IDuplexPipe transport,
        WebSocketHandshakeRequest request,
        WebSocketAcceptOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(request);
        return OpenAsync(transport, request, options ?? WebSocketAcceptOptions.Default, cancellationToken);
    }

    /// <summary>Chooses what a server accepts of a request, without a transport:
    /// the response goes out on the caller's, such as an HTTP/2 stream.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What to accept; <see cref="WebSocketAcceptOptions.Decide"/> is not asked.</param>
    /// <param name="deflate">What is agreed about permessage-deflate, for the connection to be made.</param>
    public static WebSocketHandshakeResponse Accept(
        WebSocketHandshakeRequest request, WebSocketAcceptOptions options, out WebSocketDeflateParameters? deflate)
    {
        return Accept(request, options, WebSocketDecision.Accept(), out deflate);
    }

    /// <summary>Chooses what a server accepts of a request that somebody has decided about.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="decision">What was decided; where it refuses, its response is the answer.</param>
    /// <param name="deflate">What is agreed about permessage-deflate, for the connection to be made.</param>
    public static WebSocketHandshakeResponse Accept(
        WebSocketHandshakeRequest request, WebSocketAcceptOptions options, WebSocketDecision decision, out WebSocketDeflateParameters? deflate)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(decision);
        deflate = null;
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        List<WebSocketExtension> extensions = [];
        if (options.Connection.Deflate is { } wanted
            && WebSocketDeflateNegotiation.TryAcceptOffer(request.Extensions, wanted, out WebSocketExtension? extension, out deflate))
        {
            extensions.Add(extension!);
        }

        return request.Accept(decision.Subprotocol ?? options.ChooseSubprotocol(request), extensions, decision.Fields);
    }

    private static async ValueTask<WebSocketConnection?> OpenAsync(
        IDuplexPipe transport, WebSocketHandshakeRequest? request, WebSocketAcceptOptions options, CancellationToken cancellationToken)
    {
        using WebSocketHandshakeTrace trace = WebSocketHandshakeTrace.Start(WebSocketRole.Server);
        using CancellationTokenSource timeout = new(options.HandshakeTimeout, options.Connection.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        WebSocketConnection? connection = null;
        try
        {
            request ??= await ReadRequestAsync(transport, options, either.Token).ConfigureAwait(false);
            WebSocketPipeResponder responder = new(transport);
            connection = request is null ? null : await DecideAsync(responder, request, options, trace, either.Token).ConfigureAwait(false);
            return connection;
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            trace.Fail(exception);
            if (request is null)
            {
                // "The server did not receive a complete request message within the time that it was prepared to wait" (RFC 9110 §15.5.9).
                WebSocketHandshakeEnd.WriteStatus(transport.Output, 408);
            }

            return null;
        }
        catch (Exception exception)
        {
            trace.Fail(exception);
            throw;
        }
        finally
        {
            if (connection is null)
            {
                await WebSocketHandshakeEnd.EndAsync(transport, options.Connection.TimeProvider).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads the request; null where the client leaves before it asks.</summary>
    private static async Task<WebSocketHandshakeRequest?> ReadRequestAsync(
        IDuplexPipe transport, WebSocketAcceptOptions options, CancellationToken cancellationToken)
    {
        using Http1RequestReader reader = new(transport.Input, options.Head);
        try
        {
            while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (TryReadRequest(reader, options, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure))
                {
                    reader.Release();
                    if (request is null)
                    {
                        await new WebSocketPipeResponder(transport).RespondAsync(WebSocketHandshakeResponse.Refuse(failure), cancellationToken)
                            .ConfigureAwait(false);
                        throw new WebSocketHandshakeException(failure.Error, failure.Offset);
                    }

                    return request;
                }
            }
        }
        catch (Http1ProtocolException exception)
        {
            Http1Refusal.Write(transport.Output, exception.Error);
            await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        return null;
    }

    private static async Task<WebSocketConnection?> DecideAsync(
        IWebSocketResponder responder,
        WebSocketHandshakeRequest request,
        WebSocketAcceptOptions options,
        WebSocketHandshakeTrace trace,
        CancellationToken cancellationToken)
    {
        trace.Ask(request.Host, request.Path);
        WebSocketDecision decision;
        WebSocketHandshakeResponse response;
        WebSocketDeflateParameters? deflate = null;
        try
        {
            decision = options.Decide is { } decide ? await decide(request, cancellationToken).ConfigureAwait(false) : WebSocketDecision.Accept();
            response = Accept(request, options, decision, out deflate);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The client is told that it is not its fault; the application is told what is.
            await responder.RespondAsync(request.Reject(500), cancellationToken).ConfigureAwait(false);
            throw;
        }

        IDuplexPipe? transport = await responder.RespondAsync(response, cancellationToken).ConfigureAwait(false);
        if (transport is null)
        {
            trace.Refuse(response.StatusCode);
            return null;
        }

        trace.Accept();
        return new WebSocketConnection(transport, WebSocketRole.Server, options.Connection, deflate, response.Subprotocol)
        {
            Request = request,
            UserState = decision.UserState,
        };
    }

    private static bool TryReadRequest(
        Http1RequestReader reader, WebSocketAcceptOptions options, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure)
    {
        request = null;
        failure = default;
        if (!reader.TryRead(out Http1RequestHead head))
        {
            return false;
        }

        return WebSocketHandshake.TryParseRequest(head, out request, out failure, options.Handshake) || request is null;
    }
}
