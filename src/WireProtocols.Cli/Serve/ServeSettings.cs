namespace WireProtocols.Cli.Serve;

/// <summary>What the server's parts need to know.</summary>
internal sealed class ServeSettings
{
    /// <summary>The most bytes that wait for one peer to read.</summary>
    public int MaxPending { get; init; } = 32 * 1024 * 1024;

    /// <summary>The most bytes that wait for all peers together; past it, a peer is only read from when nothing waits for it.</summary>
    public long MaxPendingOfAll { get; init; } = 512 * 1024 * 1024;

    /// <summary>How long a request head may take.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the end of a connection may take: the peer's Close, its reading of what waits for it, its end of the stream.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a WebSocket may be silent before it is pinged, and after that before it is dropped; zero for ever.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the chat waits for a member that has no room for another message.</summary>
    public TimeSpan ChatPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether permessage-deflate is agreed to when a client offers it.</summary>
    public bool Deflate { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where what went wrong in the server itself is told.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;
}
