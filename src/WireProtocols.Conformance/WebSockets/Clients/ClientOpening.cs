namespace WireProtocols.Conformance;

/// <summary>Answers to the opening handshake of a client.</summary>
internal static class ClientOpening
{
    /// <summary>The next handshake of the client, not answered yet.</summary>
    /// <exception cref="ConformanceEndException">None came, or nothing that can be answered.</exception>
    public static async Task<(WebSocketPeer Peer, ClientRequest Request)> AcceptAsync(ClientContext context, bool isAnother = false)
    {
        ClientArrival arrival = isAnother ? await context.AcceptAnotherAsync() : await context.AcceptAsync();
        if (arrival.Request.IsWhole && arrival.Request.All("Sec-WebSocket-Key").Length > 0)
        {
            return (new WebSocketPeer(context, arrival.Connection, isClient: true), arrival.Request);
        }

        await arrival.DisposeAsync();
        throw new ConformanceEndException(arrival.Request.IsWhole
            ? ConformanceFinding.Skip($"'{arrival.Request}' has no Sec-WebSocket-Key: it is no opening handshake")
            : ConformanceFinding.Skip("the head of the client's request does not end"));
    }

    /// <summary>A connection that a plain 101 has opened.</summary>
    public static async Task<WebSocketPeer> OpenAsync(ClientContext context, bool mayLimit = false, bool isAnother = false)
    {
        (WebSocketPeer peer, ClientRequest request) = await AcceptAsync(context, isAnother);
        peer.MayLimit = mayLimit;
        await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
        return peer;
    }

    /// <summary>Ends a connection of which everything is known, as both sides agree on.</summary>
    public static async Task CloseAsync(WebSocketPeer peer)
    {
        await peer.SendAsync([ProbeFrame.Close(1000)]);
        await peer.NextAsync(peer.Context.Options.Timeout / 5);
    }
}
