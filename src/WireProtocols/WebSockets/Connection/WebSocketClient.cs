using System.Collections.Immutable;
using System.IO.Pipelines;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>The client's side of opening a <see cref="WebSocketConnection"/> (RFC 6455 §4.1).</summary>
public static class WebSocketClient
{
    /// <summary>Connects to a server over TCP, or TLS over TCP.</summary>
    /// <param name="uri"><c>ws://host[:port]/path</c> or <c>wss://…</c> (RFC 6455 §3).</param>
    /// <param name="options">What to offer.</param>
    /// <param name="cancellationToken">Cancels the connect.</param>
    /// <exception cref="ArgumentException">The URI is no absolute <c>ws</c> or <c>wss</c> URI, has a fragment, or user information.</exception>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer is no valid one.</exception>
    /// <exception cref="Http1ProtocolException">The answer is no HTTP/1.1.</exception>
    /// <exception cref="IOException">The connection could not be made.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS could not be agreed on, or the server's certificate is not
    /// trusted.</exception>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        Uri uri, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= WebSocketConnectOptions.Default;
        WebSocketHandshakeOffer offer = CreateOffer(uri, options);
        SocketTransport transport = await WebSocketDialer.DialAsync(uri, options, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(transport, offer, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the opening handshake on a transport of the caller's and checks the answer.</summary>
    /// <param name="transport">A new transport. It is ended where no connection comes of it, whatever the reason.</param>
    /// <param name="offer">What to offer; for compression, its extensions hold <see cref="WebSocketDeflateNegotiation.CreateOffer"/> of the same
    /// options.</param>
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
        WebSocketConnection? connection = null;
        try
        {
            connection = await OpenAsync(transport, offer, options, cancellationToken).ConfigureAwait(false);
            return connection;
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

        using Http1ResponseReader reader = new(transport.Input, WebSocketHandshakeClient.ResponseOptions);
        while (await reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (TryReadResponse(reader, client, out WebSocketHandshakeAgreement? agreement))
            {
                reader.Release();
                WebSocketDeflateParameters? deflate = AcceptDeflate(agreement!, options.Connection.Deflate);
                return new WebSocketConnection(transport, WebSocketRole.Client, options.Connection, deflate, agreement!.Subprotocol);
            }
        }

        throw new EndOfStreamException("The server closed the connection without an answer.");
    }

    private static WebSocketHandshakeOffer CreateOffer(Uri uri, WebSocketConnectOptions options)
        => new(uri)
        {
            Origin = options.Origin,
            Subprotocols = [.. options.Subprotocols],
            Fields = [.. options.Fields],
            Extensions = options.Connection.Deflate is { } deflate ? [WebSocketDeflateNegotiation.CreateOffer(deflate)] : [],
        };

    private static WebSocketDeflateParameters? AcceptDeflate(WebSocketHandshakeAgreement agreement, WebSocketPerMessageDeflateOptions? options)
    {
        ImmutableArray<WebSocketExtension> extensions = agreement.Extensions;
        if (extensions.IsEmpty)
        {
            return null;
        }

        WebSocketDeflateParameters? deflate = null;
        return options is not null && extensions.Length == 1 && WebSocketDeflateNegotiation.TryAcceptResponse(extensions[0], options, out deflate)
            ? deflate
            : throw new WebSocketHandshakeException(WebSocketHandshakeError.InvalidExtensionParameter, 0);
    }

    private static bool TryReadResponse(Http1ResponseReader reader, WebSocketHandshakeClient client, out WebSocketHandshakeAgreement? agreement)
    {
        while (reader.TryRead(out Http1ResponseHead head))
        {
            // An interim response announces the one that counts (RFC 9110 §15.2).
            if (head.StatusCode is >= 100 and < 200 and not 101)
            {
                continue;
            }

            agreement = client.Accept(head);
            return true;
        }

        agreement = null;
        return false;
    }
}
