namespace WireProtocols.WebSockets;

/// <summary>A connection as <see cref="WebSocketKeepAliveRound"/> sees it.</summary>
internal interface IWebSocketKept
{
    /// <summary>Where the round keeps it; below zero where it does not.</summary>
    int Place { get; set; }

    /// <summary>Looks whether the peer is silent. The round calls it twice an interval, holding no lock.</summary>
    void Look();
}
