using System.Net;
using System.Net.Security;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>How a client connects.</summary>
public sealed class WebSocketConnectOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketConnectOptions Default { get; } = new();

    /// <summary>The subprotocols to offer, in order of preference.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The <c>Origin</c> to send, or null for none.</summary>
    public string? Origin { get; init; }

    /// <summary>Fields to add to the request, such as cookies or an authorization. An
    /// <c>Authorization</c> here comes before the user and password of a URI.</summary>
    public IReadOnlyList<WebSocketHandshakeField> Fields { get; init; } = [];

    /// <summary>How long it may take to connect, the handshakes of proxy, TLS and WebSocket included. The default is 30 s.</summary>
    public TimeSpan ConnectTimeout
    {
        get;
        init => field = WebSocketConnectionOptions.ForTimer(value);
    } = TimeSpan.FromSeconds(30);

    /// <summary>TLS settings for <c>wss</c>, client certificates among them; the target host is filled in where it is missing.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The proxy, which is asked for a tunnel by CONNECT (RFC 9110 §9.3.6); null for none. The default is the platform's, which environment
    /// variables such as <c>https_proxy</c> set.</summary>
    public IWebProxy? Proxy { get; init; } = HttpClient.DefaultProxy;

    /// <summary>Where to connect instead of the URI's host, a Unix socket for instance; null for the host. No proxy is asked then.</summary>
    public EndPoint? EndPoint { get; init; }

    /// <summary>Makes the stream to the host and port that it is given, instead of a socket; null for a socket. No proxy is asked then.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; init; }

    /// <summary>
    /// Opens the connection as a stream of HTTP/2 (RFC 8441), whose connections are this one's to make, share and proxy, an <see cref="HttpClient"/>
    /// for instance; null for a connection of HTTP/1.1. <see cref="Tls"/>, <see cref="Proxy"/>, <see cref="EndPoint"/>,
    /// <see cref="ConnectCallback"/> and <see cref="Head"/> are not asked then.
    /// </summary>
    public HttpMessageInvoker? Invoker { get; init; }

    /// <summary>How many redirects are followed (RFC 9110 §15.4); the default is 0: a redirect is a refusal.
    /// None leads from <c>wss</c> to <c>ws</c>, and credentials are not taken along to another host.</summary>
    public int MaxRedirects
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The limits and leniencies of the response head.</summary>
    public Http1Options Head { get; init; } = WebSocketHandshakeClient.ResponseOptions;

    /// <summary>The connection that follows; <see cref="WebSocketConnectionOptions.Deflate"/> is offered.</summary>
    public WebSocketConnectionOptions Connection { get; init; } = WebSocketConnectionOptions.Default;
}
