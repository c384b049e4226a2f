namespace WireProtocols.WebTransport;

/// <summary>What tells one <see cref="WebTransportDialect"/> from another.</summary>
public static class WebTransportDialects
{
    /// <summary>Every dialect, the newest first.</summary>
    public static IReadOnlyList<WebTransportDialect> All { get; } =
        [WebTransportDialect.Draft15, WebTransportDialect.Draft13, WebTransportDialect.Draft07, WebTransportDialect.Draft02];

    /// <summary>The identifier of the setting that announces the dialect.</summary>
    public static long GetSettingId(this WebTransportDialect dialect) => dialect switch
    {
        WebTransportDialect.Draft02 => WebTransportSettingId.EnableWebTransportDraft02,
        WebTransportDialect.Draft07 => WebTransportSettingId.MaxSessionsDraft07,
        WebTransportDialect.Draft13 => WebTransportSettingId.MaxSessionsDraft13,
        WebTransportDialect.Draft15 => WebTransportSettingId.Enabled,
        _ => throw new ArgumentOutOfRangeException(nameof(dialect)),
    };

    /// <summary>The value of <c>:protocol</c> in the extended CONNECT request (draft-ietf-webtrans-http3 §3.2).</summary>
    public static string GetProtocolToken(this WebTransportDialect dialect)
        => dialect >= WebTransportDialect.Draft15 ? "webtransport-h3" : "webtransport";

    /// <summary>True where sessions have flow control of their own (draft-ietf-webtrans-http3 §5).</summary>
    public static bool HasFlowControl(this WebTransportDialect dialect) => dialect >= WebTransportDialect.Draft13;

    /// <summary>True where the setting's value is a number of sessions rather than a switch.</summary>
    public static bool HasSessionCount(this WebTransportDialect dialect)
        => dialect is WebTransportDialect.Draft07 or WebTransportDialect.Draft13;
}
