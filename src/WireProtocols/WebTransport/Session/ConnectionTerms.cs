namespace WireProtocols.WebTransport;

/// <summary>What both sides of a connection have said that they will do.</summary>
internal sealed class ConnectionTerms(WebTransportRole role, WebTransportConnectionOptions options, WebTransportSettings local)
{
    public WebTransportRole Role { get; } = role;

    public WebTransportConnectionOptions Options { get; } = options;

    /// <summary>The settings of this side.</summary>
    public WebTransportSettings Local { get; } = local;

    /// <summary>The peer's settings, or null before they are there.</summary>
    public Http3Settings? Peer { get; private set; }

    /// <summary>What the settings of both sides amount to; nothing before the peer's are there.</summary>
    public WebTransportNegotiation Negotiation { get; private set; }

    public WebTransportDialect? Dialect => Negotiation.Dialect;

    /// <summary>
    /// True where the peer is told when the limits of this side rise. It may keep to them though flow control is not enabled, since it has none of
    /// its own to declare: Safari stops for good at what SETTINGS allow, unless it is told more. Whoever does not "MUST ignore receipt of any flow
    /// control capsules" (draft-ietf-webtrans-http3 §5.1). A peer that announces older dialects only does not know them.
    /// </summary>
    public bool GivesCredit { get; private set; }

    /// <summary>From this id on, requests are rejected because this side has sent GOAWAY (RFC 9114 §5.2).</summary>
    public long FirstRejected { get; set; } = long.MaxValue;

    /// <summary>The id of the peer's last GOAWAY, or the largest number.</summary>
    public long PeerGoAway { get; set; } = long.MaxValue;

    /// <summary>The peer's settings are there.</summary>
    /// <returns>A violation of connection scope, or none.</returns>
    public WebTransportProtocolError Settle(Http3Settings peer)
    {
        Peer = peer;
        Negotiation = WebTransportNegotiation.Negotiate(Role, Local, peer, Options.RequireDatagrams);
        GivesCredit = Local.DeclaresFlowControl && (Dialect?.HasFlowControl() == true || WebTransportNegotiation.AnnouncesNothing(peer));
        return Negotiation.Error == WebTransportProtocolError.InvalidSettingValue ? Negotiation.Error : WebTransportProtocolError.None;
    }
}
