namespace WireProtocols.Conformance;

/// <summary>The role of the subject: how a connection with it comes about, and what differs by it.</summary>
internal abstract class WebSocketSubject
{
    /// <summary>What ids begin with.</summary>
    public abstract string Prefix { get; }

    public abstract bool IsClient { get; }

    /// <summary>A connection that is open; where there is none the case ends.</summary>
    /// <param name="context">The case.</param>
    /// <param name="mayLimit">Nothing demands that what is sent is taken.</param>
    public abstract Task<WebSocketPeer> OpenAsync(ConformanceContext context, bool mayLimit = false);

    /// <summary>A connection with permessage-deflate.</summary>
    /// <param name="context">The case.</param>
    /// <param name="wish">The offer to a server, or the answer to a client.</param>
    /// <exception cref="ConformanceEndException">The subject has no such extension, or breaks a rule of it.</exception>
    public abstract Task<(WebSocketPeer Peer, DeflateTerms Terms)> OpenDeflateAsync(ConformanceContext context, string wish);

    /// <summary>Whether the subject still works after an attack.</summary>
    /// <param name="context">The case.</param>
    /// <param name="attacked">The connection of the attack; nothing more is asked on it.</param>
    /// <returns>Null where it does.</returns>
    public abstract Task<ConformanceFinding?> IsAliveAsync(ConformanceContext context, WebSocketPeer attacked);

    public ConformanceCase Case(string id, ConformanceRule rule, string expected, Func<ConformanceContext, Task<ConformanceFinding>> play)
        => new($"{Prefix}/{id}", rule, expected, play);
}

/// <summary>A server: the examiner connects.</summary>
internal sealed class WebSocketServerSubject : WebSocketSubject
{
    public static WebSocketServerSubject Instance { get; } = new();

    public override string Prefix => "ws";

    public override bool IsClient => false;

    public override Task<WebSocketPeer> OpenAsync(ConformanceContext context, bool mayLimit = false) => WebSocketPeer.OpenAsync(context, mayLimit);

    public override async Task<(WebSocketPeer Peer, DeflateTerms Terms)> OpenDeflateAsync(ConformanceContext context, string wish)
    {
        (WebSocketPeer peer, DeflateAgreement agreed) = await DeflatePeer.OpenAsync(context, wish);
        return (peer, DeflateTerms.OfServer(agreed));
    }

    public override async Task<ConformanceFinding?> IsAliveAsync(ConformanceContext context, WebSocketPeer attacked)
    {
        await using WebSocketPeer peer = await OpenAsync(context);
        return await EchoPlay.FindDeadAsync(peer);
    }
}
