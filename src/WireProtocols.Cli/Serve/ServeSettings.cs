using WireProtocols.Backplane;
using WireProtocols.Cli.Serve.Watch;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>What the server's parts need to know.</summary>
internal sealed class ServeSettings
{
    /// <summary>The most bytes that wait for one peer to read.</summary>
    public int MaxPending { get; init; } = 32 * 1024 * 1024;

    /// <summary>The most bytes that all clients together may have waiting for them or under way to the server. Past it, a client is only read from
    /// when nothing waits for it, and a message that needs more room is refused.</summary>
    public long MaxMemory { get; init; } = 512 * 1024 * 1024;

    /// <summary>The most connections at a time; others are closed at once.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>How long a request head may take.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request body may make no progress.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a peer may read nothing of a response that has no room to wait any more.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be idle between two requests. A proxy in front keeps its own for a shorter time.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How often an event stream on which nothing happens says that it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long everything may take to end when the server stops; what is left then is cut.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The origins of pages that may open WebSockets and call services beside the server's own; <c>*</c> is any.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether pages of an origin are among them.</summary>
    public bool AllowsOrigin(string origin)
        => AllowedOrigins.Contains("*") || AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the end of a connection may take: the peer's Close, its reading of what waits for it, its end of the stream.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a WebSocket may be silent before it is pinged, and after that before it is dropped; zero for ever.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the chat waits for a member that has no room for another message.</summary>
    public TimeSpan ChatPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether permessage-deflate is agreed to when a client offers it.</summary>
    public bool Deflate { get; init; } = true;

    /// <summary>Whether there are paths that break rules, for testing clients.</summary>
    public bool Misbehaves { get; init; }

    /// <summary>Where WebTransport is to be had and the hash of its certificate, for the page; null where it is not.</summary>
    public (string Url, string CertificateHash)? WebTransport { get; init; }

    /// <summary>From which proxies a header is expected; null for from none.</summary>
    public ProxyListenerOptions? ProxyProtocol { get; init; }

    /// <summary>What joins this server to others; null where it stands alone.</summary>
    public BackplaneNode? Backplane { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Who watches the bytes of others.</summary>
    public WireTaps Taps { get; init; } = new(TimeProvider.System);

    /// <summary>Where what went wrong in the server itself is told.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;
}
