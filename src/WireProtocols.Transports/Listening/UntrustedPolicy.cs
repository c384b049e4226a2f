namespace WireProtocols.Transports;

/// <summary>What becomes of a connection that does not come from a trusted proxy, where a header is expected from those.</summary>
public enum UntrustedPolicy
{
    /// <summary>It is closed at once: "only trusted proxies are allowed to use this protocol" (proxy-protocol §2).</summary>
    Refuse,

    /// <summary>It is served without a header. One that it sends all the same goes to the protocol behind, which will not take it.</summary>
    ServeWithout,
}
