namespace WireProtocols.Conformance;

/// <summary>A client: it connects to the examiner.</summary>
internal sealed class WebSocketClientSubject : WebSocketSubject
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    /// <summary>SIGKILL, which is how memory ends, and SIGSEGV.</summary>
    private static readonly string[] Killed = ["exit code 137", "exit code 139"];

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

    /// <summary>
    /// A client that is started for each case is a new one each time: only one in a loop can be asked. Of the other it is seen whether it was killed,
    /// for its memory or for its errors.
    /// </summary>
    public override async Task<ConformanceFinding?> IsAliveAsync(ConformanceContext context, WebSocketPeer attacked)
    {
        ClientContext clients = (ClientContext)context;
        if (clients.IsStarted)
        {
            string? ended = await clients.WaitForEndAsync(Moment);
            return Array.Exists(Killed, k => ended?.Contains(k, StringComparison.Ordinal) == true)
                ? ConformanceFinding.Fail($"the client was killed: it {ended}")
                : null;
        }

        await attacked.DisposeAsync();
        await using WebSocketPeer peer = await ClientOpening.OpenAsync(clients);
        return await EchoPlay.FindDeadAsync(peer);
    }
}
