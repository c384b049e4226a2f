namespace WireProtocols.WebTransport;

/// <summary>What the settings of both sides amount to (draft-ietf-webtrans-http3 §3.1, §5.1, §7.1).</summary>
/// <param name="Dialect">"The highest version supported by both endpoints", or null where there is no WebTransport.</param>
/// <param name="FlowControl">True where sessions have flow control: the dialect has it and "both endpoints" declared it.</param>
/// <param name="MaxSessions">How many sessions there may be at a time.</param>
/// <param name="Error">Why there is no WebTransport: <see cref="WebTransportProtocolError.RequirementsNotMet"/>, or
/// <see cref="WebTransportProtocolError.InvalidSettingValue"/>, which ends the connection.</param>
public readonly record struct WebTransportNegotiation(
    WebTransportDialect? Dialect, bool FlowControl, long MaxSessions, WebTransportProtocolError Error)
{
    /// <summary>Negotiates from the settings of both sides.</summary>
    /// <param name="role">The side that negotiates.</param>
    /// <param name="local">Its settings.</param>
    /// <param name="peer">The other side's SETTINGS.</param>
    /// <param name="requireDatagrams">False to bear a side that has no datagrams.</param>
    public static WebTransportNegotiation Negotiate(
        WebTransportRole role, WebTransportSettings local, Http3Settings peer, bool requireDatagrams = true)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(peer);

        // "Clients MUST treat values greater than 1 as a connection error of type H3_SETTINGS_ERROR."
        if (role == WebTransportRole.Client && peer.Get(WebTransportSettingId.Enabled) > 1)
        {
            return new(null, false, 0, WebTransportProtocolError.InvalidSettingValue);
        }

        WebTransportSettings remote = WebTransportSettings.FromHttp3(peer);
        if (role == WebTransportRole.Server && AnnouncesNothing(peer))
        {
            remote = remote with { Dialects = [WebTransportDialect.Draft07] };
        }

        WebTransportSettings server = role == WebTransportRole.Client ? remote : local;
        WebTransportDialect? dialect = WebTransportDialects.All
            .Where(d => local.Dialects.Contains(d) && remote.Dialects.Contains(d))
            .Select(d => (WebTransportDialect?)d)
            .FirstOrDefault(d => !requireDatagrams || HasDatagrams(peer, d.GetValueOrDefault()));
        if (dialect is null || (requireDatagrams && !local.H3Datagram) || !server.EnableConnectProtocol)
        {
            return new(null, false, 0, WebTransportProtocolError.RequirementsNotMet);
        }

        bool flowControl = dialect.Value.HasFlowControl() && local.DeclaresFlowControl && remote.DeclaresFlowControl;
        return new(dialect, flowControl, GetMaxSessions(dialect.Value, flowControl, server), WebTransportProtocolError.None);
    }

    /// <summary>
    /// True for a client of drafts -09 to -12, which call the setting the server's: "Note that the client does not need to send any value to
    /// indicate support for WebTransport; clients indicate support for WebTransport by using the "webtransport" upgrade token in CONNECT
    /// requests" (draft-ietf-webtrans-http3-12 §3.1). It still sends SETTINGS_H3_DATAGRAM, as every client has to.
    /// </summary>
    internal static bool AnnouncesNothing(Http3Settings peer)
        => !peer.Any(s => WebTransportDialects.All.Any(d => d.GetSettingId() == s.Id));

    /// <summary>SETTINGS_H3_DATAGRAM; peers of the oldest dialect may announce it by its draft identifier alone.</summary>
    private static bool HasDatagrams(Http3Settings peer, WebTransportDialect dialect)
        => peer.Get(WebTransportSettingId.H3Datagram) == 1
            || (dialect == WebTransportDialect.Draft02 && peer.Get(WebTransportSettingId.H3DatagramDraft04) == 1);

    /// <summary>
    /// "If flow control is not enabled, clients MUST NOT attempt to establish more than one simultaneous WebTransport session"
    /// (draft-ietf-webtrans-http3 §5.1); the dialects without flow control left it to the server.
    /// </summary>
    private static long GetMaxSessions(WebTransportDialect dialect, bool flowControl, WebTransportSettings server)
        => dialect.HasFlowControl() && !flowControl ? 1
            : dialect.HasSessionCount() ? server.MaxSessions
            : long.MaxValue;
}
