using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WireProtocols.WebSockets;

namespace WireProtocols.AspNetCore;

/// <summary>Answers the requests of one route.</summary>
internal sealed class WireWebSocketEndpoint
{
    private readonly WireWebSocketOptions _options;
    private readonly Func<WebSocketConnection, HttpContext, CancellationToken, Task> _handler;
    private readonly WebSocketAcceptOptions _accept;
    private readonly OpenConnections _open = new();

    public WireWebSocketEndpoint(
        WireWebSocketOptions options, Func<WebSocketConnection, HttpContext, CancellationToken, Task> handler, IHostApplicationLifetime? lifetime)
    {
        _options = options.Copy();
        _handler = handler;
        _accept = new WebSocketAcceptOptions
        {
            Subprotocols = [.. _options.Subprotocols],
            PrefersOwnSubprotocols = _options.PrefersOwnSubprotocols,
            Handshake = _options.Handshake,
            Connection = _options.Connection,
        };
        lifetime?.ApplicationStopping.Register(() => _open.Stop(_options.ShutdownTimeout));
    }

    /// <summary>Answers a request, and ends with its connection.</summary>
    public async Task RunAsync(HttpContext context)
    {
        RequestHandshake handshake = new(context);
        if (!handshake.TryRead(_options.Handshake, out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure))
        {
            await handshake.RefuseAsync(WebSocketHandshakeResponse.Refuse(failure, handshake.IsExtendedConnect)).ConfigureAwait(false);
            return;
        }

        WebSocketDecision decision = await DecideAsync(context, request, handshake).ConfigureAwait(false);
        WebSocketHandshakeResponse response = WebSocketServer.Accept(request, _accept, decision, out WebSocketDeflateParameters? deflate);
        if (decision.Refusal is not null)
        {
            await handshake.RefuseAsync(response).ConfigureAwait(false);
            return;
        }

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        Stream stream = await handshake.AcceptAsync(response).ConfigureAwait(false);
        await using WebSocketConnection connection = WebSocketConnection.Create(
            stream, WebSocketRole.Server, _options.Connection, deflate, response.Subprotocol, request);
        connection.UserState = decision.UserState;
        await ServeAsync(connection, context).ConfigureAwait(false);
    }

    private async ValueTask<WebSocketDecision> DecideAsync(HttpContext context, WebSocketHandshakeRequest request, RequestHandshake handshake)
    {
        if (!handshake.CanAccept)
        {
            return Refuse(request, StatusCodes.Status501NotImplemented, "This server cannot hand over a connection.\n");
        }

        if (context.RequestServices.GetService<WireDrain>() is { IsDraining: true } drain)
        {
            WebSocketHandshakeField later = new("Retry-After", drain.NextRetryAfter().ToString(CultureInfo.InvariantCulture));
            return WebSocketDecision.Refuse(request.Reject(StatusCodes.Status503ServiceUnavailable, "This server is about to stop.\n", [later]));
        }

        if (!OriginPolicy.Allows(request.Origin, context.Request.Host, _options.AllowedOrigins))
        {
            return Refuse(request, StatusCodes.Status403Forbidden, "Pages of this origin may not connect (RFC 6455 §10.2).\n");
        }

        return _options.Decide is { } decide
            ? await decide(context, request, context.RequestAborted).ConfigureAwait(false)
            : WebSocketDecision.Accept();
    }

    private static WebSocketDecision Refuse(WebSocketHandshakeRequest request, int statusCode, string why)
        => WebSocketDecision.Refuse(request.Reject(statusCode, why));

    private async Task HandleAsync(WebSocketConnection connection, HttpContext context, CancellationToken stop)
    {
        try
        {
            await _handler(connection, context, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketProtocolException or IOException && connection.State != WebSocketConnectionState.Open)
        {
            // This connection was closed, broke a rule, or was cut: the peer has been told where it can be, and the instruments count it. Where the
            // connection is open, the exception is of something else.
        }
    }

    private async Task ServeAsync(WebSocketConnection connection, HttpContext context)
    {
        using OpenConnection open = new(connection, context, _options.ShutdownTimeout);
        if (!_open.TryAdd(open))
        {
            await connection.CloseAsync(WebSocketCloseCode.GoingAway, "The server stops.", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        try
        {
            await open.RunAsync(stop => HandleAsync(connection, context, stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (open.IsStopped)
        {
            // The client has gone, or the application has stopped.
        }
        finally
        {
            _open.Remove(open);
        }
    }
}
