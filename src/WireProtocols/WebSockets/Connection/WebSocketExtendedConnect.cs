using System.Net;

namespace WireProtocols.WebSockets;

/// <summary>
/// The client's side of a WebSocket on a stream of HTTP/2 (RFC 8441 §5), over connections that are the caller's <see cref="HttpMessageInvoker"/>'s.
/// </summary>
internal static class WebSocketExtendedConnect
{
    /// <summary>How long the server has to send the beginning of the body of a refusal, which only says why.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Opens the connection.</summary>
    /// <exception cref="WebSocketHandshakeException">The server refused, or its answer is no valid one.</exception>
    /// <exception cref="IOException">The connection could not be made.</exception>
    public static async Task<WebSocketConnection> OpenAsync(
        HttpMessageInvoker invoker, WebSocketRoute route, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        WebSocketHandshakeOffer offer = route.CreateOffer(options);
        using WebSocketHandshakeTrace trace = WebSocketHandshakeTrace.Start(WebSocketRole.Client);
        trace.Ask(offer.Host, offer.Path);
        HttpResponseMessage? response = null;
        WebSocketConnection? connection = null;
        try
        {
            using HttpRequestMessage request = CreateRequest(offer, route.Uri.Scheme == "wss");
            response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            connection = await AcceptAsync(response, new WebSocketHandshakeClient(offer), options, cancellationToken).ConfigureAwait(false);
            trace.Accept();
            return connection;
        }
        catch (HttpRequestException exception)
        {
            trace.Fail(exception);
            throw new IOException(exception.Message, exception);
        }
        catch (Exception exception)
        {
            trace.Fail(exception);
            throw;
        }
        finally
        {
            // The stream of the connection is the response's, which stays.
            if (connection is null)
            {
                response?.Dispose();
            }
        }
    }

    private static HttpRequestMessage CreateRequest(WebSocketHandshakeOffer offer, bool isSecure)
    {
        HttpRequestMessage request = new(HttpMethod.Connect, $"{(isSecure ? "https" : "http")}://{offer.Host}{offer.Path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "websocket";
        foreach (WebSocketHandshakeField field in offer.GetConnectFields(isSecure))
        {
            // The pseudo-fields are made of the method, the protocol and the URI.
            if (field.Name[0] != ':')
            {
                request.Headers.TryAddWithoutValidation(field.Name, field.Value);
            }
        }

        return request;
    }

    private static async Task<WebSocketConnection> AcceptAsync(
        HttpResponseMessage response, WebSocketHandshakeClient client, WebSocketConnectOptions options, CancellationToken cancellationToken)
    {
        WebSocketHandshakeField[] fields =
        [
            .. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .SelectMany(h => h.Value, (h, value) => new WebSocketHandshakeField(h.Key, value)),
        ];
        if (!client.TryAcceptConnect(
            [new(":status", $"{(int)response.StatusCode}"), .. fields],
            out WebSocketHandshakeAgreement? agreement,
            out WebSocketHandshakeFailure failure))
        {
            throw failure.Error == WebSocketHandshakeError.UnexpectedStatus
                ? await ToExceptionAsync(response, fields, options.Connection.TimeProvider, cancellationToken).ConfigureAwait(false)
                : new WebSocketHandshakeException(failure.Error, failure.Offset);
        }

        WebSocketDeflateParameters? deflate = WebSocketAgreedDeflate.Of(agreement, options.Connection.Deflate);
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return WebSocketConnection.Create(stream, WebSocketRole.Client, options.Connection, deflate, agreement.Subprotocol);
    }

    private static async Task<WebSocketHandshakeException> ToExceptionAsync(
        HttpResponseMessage response, WebSocketHandshakeField[] fields, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        byte[] body = new byte[WebSocketHandshakeRefusal.MaxBodyLength + 1];
        int length = 0;
        bool isWhole = false;
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            while (!isWhole && length < body.Length)
            {
                int count = await stream.ReadAsync(body.AsMemory(length), either.Token).ConfigureAwait(false);
                isWhole = count == 0;
                length += count;
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            // What has come of it has to do.
            cancellationToken.ThrowIfCancellationRequested();
        }

        WebSocketHandshakeRefusal refusal = WebSocketHandshakeRefusal.FromFields((int)response.StatusCode, response.ReasonPhrase ?? "", fields);
        return new WebSocketHandshakeException(refusal.WithBody(body.AsMemory(0, length), isWhole), 0);
    }
}
