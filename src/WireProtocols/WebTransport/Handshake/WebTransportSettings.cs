namespace WireProtocols.WebTransport;

/// <summary>What one side's SETTINGS say about WebTransport (draft-ietf-webtrans-http3 §3.1, §5.5, §7.1). Immutable.</summary>
public sealed record WebTransportSettings
{
    /// <summary>The dialects the side supports.</summary>
    public IReadOnlyList<WebTransportDialect> Dialects { get; init; } = WebTransportDialects.All;

    /// <summary>How many sessions at a time the side accepts; sent where the dialect's setting is a number.</summary>
    public long MaxSessions { get; init; } = 16;

    /// <summary>SETTINGS_H3_DATAGRAM, by its RFC or its draft identifier.</summary>
    public bool H3Datagram { get; init; } = true;

    /// <summary>SETTINGS_ENABLE_CONNECT_PROTOCOL; a server sends it.</summary>
    public bool EnableConnectProtocol { get; init; } = true;

    /// <summary>SETTINGS_WT_INITIAL_MAX_DATA: bytes of stream data that the peer may send in a session before WT_MAX_DATA.</summary>
    public long InitialMaxData { get; init; }

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAMS_UNI: unidirectional streams that the peer may open in a session before WT_MAX_STREAMS.</summary>
    public long InitialMaxStreamsUni { get; init; }

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAMS_BIDI: bidirectional streams that the peer may open in a session before WT_MAX_STREAMS.</summary>
    public long InitialMaxStreamsBidi { get; init; }

    /// <summary>SETTINGS_MAX_FIELD_SECTION_SIZE, or null for no limit.</summary>
    public long? MaxFieldSectionSize { get; init; }

    /// <summary>
    /// True where the side declares "their intent to use flow control": one of the three initial limits has "any value other than 0"
    /// (draft-ietf-webtrans-http3 §5.1).
    /// </summary>
    public bool DeclaresFlowControl => (InitialMaxData | InitialMaxStreamsUni | InitialMaxStreamsBidi) != 0;

    /// <summary>Reads a peer's settings.</summary>
    public static WebTransportSettings FromHttp3(Http3Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        long maxSessions = Math.Max(settings.Get(WebTransportSettingId.MaxSessionsDraft13), settings.Get(WebTransportSettingId.MaxSessionsDraft07));
        long maxFieldSection = settings.Get(WebTransportSettingId.MaxFieldSectionSize);
        return new WebTransportSettings
        {
            Dialects = [.. WebTransportDialects.All.Where(d => Announces(settings, d))],
            MaxSessions = maxSessions,
            H3Datagram = settings.Get(WebTransportSettingId.H3Datagram) == 1 || settings.Get(WebTransportSettingId.H3DatagramDraft04) == 1,
            EnableConnectProtocol = settings.Get(WebTransportSettingId.EnableConnectProtocol) == 1,
            InitialMaxData = settings.Get(WebTransportSettingId.InitialMaxData),
            InitialMaxStreamsUni = settings.Get(WebTransportSettingId.InitialMaxStreamsUni),
            InitialMaxStreamsBidi = settings.Get(WebTransportSettingId.InitialMaxStreamsBidi),
            MaxFieldSectionSize = maxFieldSection == Buffers.QuicVarInt.MaxValue ? null : maxFieldSection,
        };
    }

    /// <summary>The settings to send, QPACK's dynamic table turned off.</summary>
    public Http3Settings ToHttp3()
    {
        List<Http3Setting> settings = [new(WebTransportSettingId.QpackMaxTableCapacity, 0), new(WebTransportSettingId.QpackBlockedStreams, 0)];
        Add(settings, WebTransportSettingId.MaxFieldSectionSize, MaxFieldSectionSize ?? 0);
        Add(settings, WebTransportSettingId.EnableConnectProtocol, EnableConnectProtocol ? 1 : 0);
        Add(settings, WebTransportSettingId.H3Datagram, H3Datagram ? 1 : 0);
        foreach (WebTransportDialect dialect in Dialects)
        {
            Add(settings, dialect.GetSettingId(), dialect.HasSessionCount() ? MaxSessions : 1);
        }

        if (Dialects.Contains(WebTransportDialect.Draft02))
        {
            Add(settings, WebTransportSettingId.H3DatagramDraft04, H3Datagram ? 1 : 0);
        }

        Add(settings, WebTransportSettingId.InitialMaxData, InitialMaxData);
        Add(settings, WebTransportSettingId.InitialMaxStreamsUni, InitialMaxStreamsUni);
        Add(settings, WebTransportSettingId.InitialMaxStreamsBidi, InitialMaxStreamsBidi);
        return new Http3Settings(settings);
    }

    private static bool Announces(Http3Settings settings, WebTransportDialect dialect)
    {
        long value = settings.Get(dialect.GetSettingId());
        return dialect.HasSessionCount() ? value > 0 : value == 1;
    }

    private static void Add(List<Http3Setting> settings, long id, long value)
    {
        if (value != 0)
        {
            settings.Add(new Http3Setting(id, value));
        }
    }
}
