using WireProtocols.WebTransport;

namespace WireProtocols.Conformance;

/// <summary>How much the subject may send in a session.</summary>
/// <param name="Data">Bytes on all its streams.</param>
/// <param name="Unidirectional">Unidirectional streams that it opens.</param>
/// <param name="Bidirectional">Bidirectional ones.</param>
internal sealed record WebTransportLimits(long Data, long Unidirectional, long Bidirectional)
{
    /// <summary>More than any case asks for.</summary>
    public static WebTransportLimits Wide { get; } = new(1 << 24, 100, 100);
}

/// <summary>The settings of the examiner.</summary>
internal static class WebTransportOffer
{
    /// <summary>What each draft calls the setting that says that there is WebTransport.</summary>
    public static readonly long[] EnablingSettings =
    [
        WebTransportSettingId.Enabled, WebTransportSettingId.MaxSessionsDraft13, WebTransportSettingId.MaxSessionsDraft07,
        WebTransportSettingId.EnableWebTransportDraft02,
    ];

    /// <summary>What a client of every draft says, or a server.</summary>
    /// <param name="supportsReliableReset">QUIC can do what the last draft needs.</param>
    /// <param name="limits">How much the subject may send in a session; null where that is not said.</param>
    /// <param name="isServer">A server takes extended CONNECT.</param>
    public static IEnumerable<(long Id, long Value)> Settings(bool supportsReliableReset, WebTransportLimits? limits, bool isServer)
    {
        List<(long, long)> settings =
        [
            (WebTransportSettingId.QpackMaxTableCapacity, 0), (WebTransportSettingId.QpackBlockedStreams, 0), (WebTransportSettingId.H3Datagram, 1),
            (WebTransportSettingId.H3DatagramDraft04, 1), (WebTransportSettingId.EnableWebTransportDraft02, 1),
            (WebTransportSettingId.MaxSessionsDraft07, 16), (WebTransportSettingId.MaxSessionsDraft13, 16),
        ];
        if (supportsReliableReset)
        {
            settings.Add((WebTransportSettingId.Enabled, 1));
        }

        if (isServer)
        {
            settings.Add((WebTransportSettingId.EnableConnectProtocol, 1));
        }

        if (limits is not null)
        {
            settings.AddRange(
            [
                (WebTransportSettingId.InitialMaxData, limits.Data), (WebTransportSettingId.InitialMaxStreamsUni, limits.Unidirectional),
                (WebTransportSettingId.InitialMaxStreamsBidi, limits.Bidirectional),
            ]);
        }

        return settings;
    }
}
