using Microsoft.AspNetCore.Http;
using WireProtocols.WebSockets;

namespace WireProtocols.AspNetCore;

/// <summary>
/// What a WebSocket endpoint accepts, and how its connections are kept. An endpoint that is mapped without options takes those that are configured
/// (<c>services.Configure&lt;WireWebSocketOptions&gt;(section)</c>).
/// </summary>
public sealed class WireWebSocketOptions
{
    /// <summary>The subprotocols that the endpoint speaks, in its order of preference. One that the client offers too is chosen
    /// (RFC 6455 §4.2.2).</summary>
    public IList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether the endpoint's order of preference counts where several subprotocols are known to both. The default is the
    /// client's.</summary>
    public bool PrefersOwnSubprotocols { get; set; }

    /// <summary>
    /// The origins whose pages may connect, such as <c>https://example.com</c>; <c>*</c> stands for any. Where there is none, a page may connect to
    /// the host that it came from. A request without an Origin comes from no browser, and passes (RFC 6455 §10.2).
    /// </summary>
    public IList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Decides about a valid request, with the user, the services and whatever else the request has, before anything is accepted; null accepts all.
    /// It is asked behind the middleware of the application and the origin policy. An exception is thrown on, and answered as the application
    /// answers exceptions.
    /// </summary>
    public Func<HttpContext, WebSocketHandshakeRequest, CancellationToken, ValueTask<WebSocketDecision>>? Decide { get; set; }

    /// <summary>The limits on the handshake's lists.</summary>
    public WebSocketHandshakeOptions Handshake { get; set; } = WebSocketHandshakeOptions.Default;

    /// <summary>The limits and times of a connection; its <see cref="WebSocketConnectionOptions.Deflate"/> decides about
    /// permessage-deflate.</summary>
    public WebSocketConnectionOptions Connection { get; set; } = WebSocketConnectionOptions.Default;

    /// <summary>
    /// How long the connections have to end when the application stops. They are told with Close 1001 at once; the handlers that run on behind that
    /// time are cancelled, and their connections dropped. The default is 5 s. The host's own <c>ShutdownTimeout</c> should be longer.
    /// </summary>
    public TimeSpan ShutdownTimeout
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMilliseconds(uint.MaxValue - 1));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>What an endpoint keeps, so that later changes are none.</summary>
    internal WireWebSocketOptions Copy() => new()
    {
        Subprotocols = [.. Subprotocols],
        PrefersOwnSubprotocols = PrefersOwnSubprotocols,
        AllowedOrigins = [.. AllowedOrigins],
        Decide = Decide,
        Handshake = Handshake,
        Connection = Connection,
        ShutdownTimeout = ShutdownTimeout,
    };
}
