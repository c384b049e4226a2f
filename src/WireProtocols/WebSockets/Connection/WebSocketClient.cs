using System.IO.Pipelines;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>The client's side of opening a <see cref="WebSocketConnection"/> (RFC 6455 §4.1).</summary>
public static class WebSocketClient
{
    /// <summary>Connects to a server over TCP, or TLS over TCP, through a proxy where there is one.</summary>
    /// <param name="uri"><c>ws://host[:port]/path</c> or <c>wss://…</c> (RFC 6455 §3). What a request
    /// target may not have is percent-encoded; a user and a password become Basic credentials.</param>
    /// <param name="options">What to offer, and how to connect.</param>
    /// <param name="cancellationToken">Cancels the connect.</param>
    /// <exception cref="ArgumentException">The URI is no absolute <c>ws</c> or <c>wss</c> URI, or has a fragment.</exception>
    /// <exception cref="WebSocketHandshakeException">The server refused, and the exception says how; or its answer is no valid one.</exception>
    /// <exception cref="Http1ProtocolException">The answer is no HTTP/1.1.</exception>
    /// <exception cref="IOException">The connection could not be made.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="WebSocketConnectOptions.ConnectTimeout"/>.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS
    /// could not be agreed on, or the server's certificate is not trusted.</exception>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        Uri uri, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= WebSocketConnectOptions.Default;
        WebSocketRoute route = WebSocketRoute.To(uri, options);
        using CancellationTokenSource timeout = new(options.ConnectTimeout, options.Connection.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        for (int redirects = 0; ; redirects++)
        {
            try
            {
                return options.Invoker is { } invoker
                    ? await WebSocketExtendedConnect.OpenAsync(invoker, route, options, either.Token).ConfigureAwait(false)
                    : await DialAsync(route, options, either.Token).ConfigureAwait(false);
            }
            catch (WebSocketHandshakeException exception) when (redirects < options.MaxRedirects && route.Follow(exception.Refusal) is { } next)
            {
                route = next;
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"No WebSocket connection in {options.ConnectTimeout.TotalSeconds} s.");
            }
        }
    }

    /// <summary>Sends the opening handshake on a transport of the caller's and checks the answer.</summary>
    /// <param name="transport">A new transport. It is ended where no connection comes of it, whatever the reason.</param>
    /// <param name="offer">What to offer; for compression, its extensions hold
    /// <see cref="WebSocketDeflateNegotiation.CreateOffer"/> of the same options.</param>
    /// <param name="options">The connection that follows.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer is no valid one.</exception>
    /// <exception cref="Http1ProtocolException">The answer is no HTTP/1.1.</exception>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        IDuplexPipe transport, WebSocketHandshakeOffer offer, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(offer);
        options ??= WebSocketConnectOptions.Default;
        using CancellationTokenSource timeout = new(options.ConnectTimeout, options.Connection.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await OpenOrEndAsync(transport, offer, options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No WebSocket connection in {options.ConnectTimeout.TotalSeconds} s.");
        }
    }

    private static async Task<WebSocketConnection> DialAsync(
        WebSocketRoute route, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        SocketTransport transport = await WebSocketDialer.DialAsync(route.Uri, options, cancellationToken).ConfigureAwait(false);
        return await OpenOrEndAsync(transport, route.CreateOffer(options), options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<WebSocketConnection> OpenOrEndAsync(
        IDuplexPipe transport, WebSocketHandshakeOffer offer, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        using WebSocketHandshakeTrace trace = WebSocketHandshakeTrace.Start(WebSocketRole.Client);
        trace.Ask(offer.Host, offer.Path);
        WebSocketConnection? connection = null;
        try
        {
            connection = await OpenAsync(transport, offer, options, cancellationToken).ConfigureAwait(false);
            trace.Accept();
            return connection;
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

    private static async Task<WebSocketConnection> OpenAsync(
        IDuplexPipe transport, WebSocketHandshakeOffer offer, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        WebSocketHandshakeClient client = new(offer);
        client.WriteRequest(transport.Output);
        await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);

        using Http1ResponseReader reader = new(transport.Input, options.Head);
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!TryReadResponse(reader, client, out WebSocketHandshakeAgreement? agreement, out WebSocketRefusedAnswer? refused))
            {
                continue;
            }

            reader.Release();
            if (agreement is null)
            {
                throw await refused!.ToExceptionAsync(transport.Input, options.Connection.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            WebSocketDeflateParameters? deflate = WebSocketAgreedDeflate.Of(agreement, options.Connection.Deflate);
            return new WebSocketConnection(transport, WebSocketRole.Client, options.Connection, deflate, agreement.Subprotocol);
        }

        throw new EndOfStreamException("The server closed the connection without an answer.");
    }

    private static bool TryReadResponse(
        Http1ResponseReader reader,
        WebSocketHandshakeClient client,
        out WebSocketHandshakeAgreement? agreement,
        out WebSocketRefusedAnswer? refused)
    {
        agreement = null;
        refused = null;
        while (reader.TryRead(out Http1ResponseHead head))
        {
            // An interim response announces the one that counts (RFC 9110 §15.2).
            if (head.StatusCode is >= 100 and < 200 and not 101)
            {
                continue;
            }

            if (!client.TryAccept(head, out agreement, out WebSocketHandshakeFailure failure))
            {
                refused = failure.Error == WebSocketHandshakeError.UnexpectedStatus
                    ? new WebSocketRefusedAnswer(WebSocketHandshakeRefusal.FromHead(head), failure.Offset, Http1BodyFraming.OfResponse(head, "GET"u8))
                    : throw new WebSocketHandshakeException(failure.Error, failure.Offset);
            }

            return true;
        }

        return false;
    }
}
