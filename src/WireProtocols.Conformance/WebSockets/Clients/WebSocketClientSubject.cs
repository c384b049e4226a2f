namespace WireProtocols.Conformance;

/// <summary>A client: it connects to the examiner.</summary>
internal sealed class WebSocketClientSubject : WebSocketSubject
{
    public static WebSocketClientSubject Instance { get; } = new();

    public override string Prefix => "ws-client";

    public override bool IsClient => true;

    public override Task<WebSocketPeer> OpenAsync(ConformanceContext context, bool mayLimit = false)
        => ClientOpening.OpenAsync((ClientContext)context, mayLimit);

    public override async Task<(WebSocketPeer Peer, DeflateTerms Terms)> OpenDeflateAsync(ConformanceContext context, string wish)
    {
        (WebSocketPeer peer, ClientRequest request) = await ClientOpening.AcceptAsync((ClientContext)context);
        DeflateTerms? terms = null;
        string? answer = ClientOffer.Read(request)?.Answer(wish, out terms);
        if (answer is null)
        {
            await peer.SendAsync(new OpeningReply(request).ToBytes(), "101");
            await ClientOpening.CloseAsync(peer);
            await peer.DisposeAsync();
            throw new ConformanceEndException(ConformanceFinding.Skip(
                terms is null ? "the client does not offer permessage-deflate" : "the client does not offer client_max_window_bits"));
        }

        await peer.SendAsync(new OpeningReply(request).Add("Sec-WebSocket-Extensions", answer).ToBytes(), $"101 with {answer}");
        peer.Inflater = new PeerInflater(terms!.SubjectBits, terms.SubjectNoContext, isClient: true);
        return (peer, terms);
    }

    /// <summary>A client that is started for each case is a new one each time: only one in a loop can be asked.</summary>
    public override async Task<ConformanceFinding?> IsAliveAsync(ConformanceContext context, WebSocketPeer attacked)
    {
        ClientContext clients = (ClientContext)context;
        if (clients.IsStarted)
        {
            return null;
        }

        await attacked.DisposeAsync();
        await using WebSocketPeer peer = await ClientOpening.OpenAsync(clients);
        return await EchoPlay.FindDeadAsync(peer);
    }
}
