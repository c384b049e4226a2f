namespace WireProtocols.Differential;

/// <summary>The peers of this program.</summary>
public static class PeerTable
{
    /// <summary>By what they are called on the command line.</summary>
    public static IReadOnlyDictionary<string, Func<Peer>> All { get; } = new Dictionary<string, Func<Peer>>
    {
        ["ours-websocket"] = () => new OurWebSocketPeer(),
        ["ours-text"] = () => new OurTextPeer(),
        ["ours-server"] = () => new OurServerPeer(),
        ["ours-client"] = () => new OurClientPeer(),
        ["net-websocket"] = () => new NetWebSocketPeer(),
        ["net-sse"] = () => new NetEventPeer(),
        ["net-json"] = () => new NetJsonPeer(),
        ["kestrel"] = () => new KestrelPeer(),
        ["httpclient"] = () => new HttpClientPeer(),
        ["nginx"] = () => new NginxPeer(),
    };
}
