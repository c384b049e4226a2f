using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WireProtocols.AspNetCore;
using WireProtocols.WebSockets;

namespace Microsoft.AspNetCore.Builder;

/// <summary>WebSocket endpoints on this library's connections. The middleware of ASP.NET Core for WebSockets (<c>UseWebSockets</c>) is not
/// needed.</summary>
public static class WireWebSocketRouteExtensions
{
    // RFC 6455 §4.1 and RFC 8441 §5.
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Connect];

    /// <summary>Maps an endpoint with the options that are configured for the application.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="handler">What is to be done with a connection: it is closed with 1000 where the handler returns, and with 1011 where it throws.
    /// The token is cancelled when the client has gone, or the application stops, and <see cref="WireWebSocketOptions.ShutdownTimeout"/> is over:
    /// until then what came before can be read.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and whatever else goes with endpoints.</returns>
    public static IEndpointConventionBuilder MapWireWebSocket(
        this IEndpointRouteBuilder endpoints, string pattern, Func<WebSocketConnection, HttpContext, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        WireWebSocketOptions options = endpoints.ServiceProvider.GetService<IOptions<WireWebSocketOptions>>()?.Value ?? new WireWebSocketOptions();
        return endpoints.MapWireWebSocket(pattern, options, handler);
    }

    /// <summary>Maps an endpoint.</summary>
    /// <param name="options">What it accepts; read now, not at each request.</param>
    /// <inheritdoc cref="MapWireWebSocket(IEndpointRouteBuilder, string, Func{WebSocketConnection, HttpContext, CancellationToken, Task})"/>
    public static IEndpointConventionBuilder MapWireWebSocket(
        this IEndpointRouteBuilder endpoints,
        string pattern,
        WireWebSocketOptions options,
        Func<WebSocketConnection, HttpContext, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        WireWebSocketEndpoint endpoint = new(options, handler, endpoints.ServiceProvider.GetService<IHostApplicationLifetime>());
        return endpoints.MapMethods(pattern, Methods, endpoint.RunAsync).WithDisplayName($"WebSocket {pattern}");
    }
}
