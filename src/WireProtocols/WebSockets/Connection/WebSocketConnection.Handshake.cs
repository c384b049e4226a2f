using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <content>The opening handshake (§4), on transports of the library's or the caller's.</content>
public sealed partial class WebSocketConnection
{
    /// <summary>Reads a request from a new transport and answers it: as a server.</summary>
    /// <param name="transport">The bytes of the client from the first one on.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="cancellationToken">Cancels the wait for the request.</param>
    /// <returns>The connection; null where <see cref="WebSocketAcceptOptions.Inspect"/> refused, or the client left before it asked.</returns>
    /// <exception cref="WebSocketHandshakeException">The request is no valid handshake. It has been answered with the right status.</exception>
    /// <exception cref="Http1ProtocolException">The request is no HTTP/1.1. It has been answered.</exception>
    public static async ValueTask<WebSocketConnection?> AcceptAsync(
        IDuplexPipe transport, WebSocketAcceptOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= WebSocketAcceptOptions.Default;
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
                        await RespondAsync(transport, WebSocketHandshakeResponse.Refuse(failure), cancellationToken).ConfigureAwait(false);
                        throw new WebSocketHandshakeException(failure.Error, failure.Offset);
                    }

                    return await AcceptAsync(transport, request, options, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Answers a request whose head the caller has read: as a server.</summary>
    /// <param name="transport">The bytes of the client after the request's head.</param>
    /// <param name="request">The request.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="cancellationToken">Cancels the wait for the client to read the answer.</param>
    /// <returns>The connection; null where <see cref="WebSocketAcceptOptions.Inspect"/> refused.</returns>
    public static async ValueTask<WebSocketConnection?> AcceptAsync(
        IDuplexPipe transport, WebSocketHandshakeRequest request, WebSocketAcceptOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(request);
        options ??= WebSocketAcceptOptions.Default;
        if (options.Inspect?.Invoke(request) is { } refusal)
        {
            await RespondAsync(transport, refusal, cancellationToken).ConfigureAwait(false);
            return null;
        }

        WebSocketHandshakeResponse response = Accept(request, options, out WebSocketDeflateParameters? deflate);
        await RespondAsync(transport, response, cancellationToken).ConfigureAwait(false);
        return new WebSocketConnection(transport, WebSocketRole.Server, options.Connection, deflate, response.Subprotocol);
    }

    /// <summary>Chooses what a server accepts of a request, without a transport: the response goes out on the caller's, such as an HTTP/2 stream.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">What to accept.</param>
    /// <param name="deflate">What is agreed about permessage-deflate, for the connection to be made.</param>
    public static WebSocketHandshakeResponse Accept(
        WebSocketHandshakeRequest request, WebSocketAcceptOptions options, out WebSocketDeflateParameters? deflate)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        deflate = null;
        List<WebSocketExtension> extensions = [];
        if (options.Connection.Deflate is { } wanted
            && WebSocketDeflateNegotiation.TryAcceptOffer(request.Extensions, wanted, out WebSocketExtension? extension, out deflate))
        {
            extensions.Add(extension!);
        }

        return request.Accept(request.ChooseSubprotocol([.. options.Subprotocols]), extensions);
    }

    /// <summary>Connects to a server over TCP, or TLS over TCP.</summary>
    /// <param name="uri"><c>ws://host[:port]/path</c> or <c>wss://…</c> (§3).</param>
    /// <param name="options">What to offer.</param>
    /// <param name="cancellationToken">Cancels the connect.</param>
    /// <exception cref="ArgumentException">The URI is no absolute <c>ws</c> or <c>wss</c> URI, or has a fragment.</exception>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer is no valid one.</exception>
    /// <exception cref="Http1ProtocolException">The answer is no HTTP/1.1.</exception>
    /// <exception cref="IOException">The connection could not be made.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">TLS could not be agreed on, or the server's certificate is not trusted.</exception>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        Uri uri, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= WebSocketConnectOptions.Default;

        // "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs." (§3)
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss") || uri.Fragment.Length > 0)
        {
            throw new ArgumentException("A WebSocket URI begins with ws:// or wss:// and has no fragment.", nameof(uri));
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(uri.IdnHost, uri.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (uri.Scheme == "wss")
            {
                stream = await SecureAsync(stream, uri.IdnHost, options.Tls, cancellationToken).ConfigureAwait(false);
            }

            return await ConnectAsync(new WebSocketTransport(stream, socket), CreateOffer(uri, options), options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            if (exception is SocketException)
            {
                throw new IOException(exception.Message, exception);
            }

            throw;
        }
    }

    /// <summary>Sends the opening handshake on a transport of the caller's and checks the answer: as a client.</summary>
    /// <param name="transport">A new transport.</param>
    /// <param name="offer">What to offer; for compression, its extensions hold <see cref="WebSocketDeflateNegotiation.CreateOffer"/> of the same options.</param>
    /// <param name="options">The connection that follows.</param>
    /// <param name="cancellationToken">Cancels the wait for the answer.</param>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer is no valid one.</exception>
    /// <exception cref="Http1ProtocolException">The answer is no HTTP/1.1.</exception>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        IDuplexPipe transport, WebSocketHandshakeOffer offer, WebSocketConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        options ??= WebSocketConnectOptions.Default;
        WebSocketHandshakeClient client = new(offer);
        client.WriteRequest(transport.Output);
        await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);

        using Http1ResponseReader reader = new(transport.Input);
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
        => new(HostOf(uri), uri.PathAndQuery)
        {
            Origin = options.Origin,
            Subprotocols = [.. options.Subprotocols],
            Fields = [.. options.Fields],
            Extensions = options.Connection.Deflate is { } deflate ? [WebSocketDeflateNegotiation.CreateOffer(deflate)] : [],
        };

    /// <summary>The Host field: an IPv6 address stands in brackets there, and the port where it is not the scheme's.</summary>
    private static string HostOf(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }

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

    private static async Task RespondAsync(IDuplexPipe transport, WebSocketHandshakeResponse response, CancellationToken cancellationToken)
    {
        response.WriteTo(transport.Output);
        await transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Stream> SecureAsync(Stream stream, string host, SslClientAuthenticationOptions? options, CancellationToken cancellationToken)
    {
        // The caller's options serve other hosts too.
        options = options is null ? new SslClientAuthenticationOptions() : (SslClientAuthenticationOptions)MemberwiseClone(options);
        options.TargetHost ??= host;
        SslStream secure = new(stream);
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return secure;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object options);
}
