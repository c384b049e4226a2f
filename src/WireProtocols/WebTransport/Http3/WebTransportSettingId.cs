namespace WireProtocols.WebTransport;

/// <summary>The identifiers of the HTTP/3 settings that WebTransport needs, and of the HTTP/2 settings of its capsule form.</summary>
public static class WebTransportSettingId
{
    /// <summary>SETTINGS_QPACK_MAX_TABLE_CAPACITY (RFC 9204 §5).</summary>
    public const long QpackMaxTableCapacity = 0x01;

    /// <summary>SETTINGS_MAX_FIELD_SECTION_SIZE (RFC 9114 §7.2.4.1).</summary>
    public const long MaxFieldSectionSize = 0x06;

    /// <summary>SETTINGS_QPACK_BLOCKED_STREAMS (RFC 9204 §5).</summary>
    public const long QpackBlockedStreams = 0x07;

    /// <summary>SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 9220 §5).</summary>
    public const long EnableConnectProtocol = 0x08;

    /// <summary>SETTINGS_H3_DATAGRAM (RFC 9297 §5.1).</summary>
    public const long H3Datagram = 0x33;

    /// <summary>H3_DATAGRAM of draft-ietf-masque-h3-datagram-04, which peers of draft -02 still send.</summary>
    public const long H3DatagramDraft04 = 0xffd277;

    /// <summary>ENABLE_WEBTRANSPORT of draft-ietf-webtrans-http3-02.</summary>
    public const long EnableWebTransportDraft02 = 0x2b603742;

    /// <summary>WEBTRANSPORT_MAX_SESSIONS of draft-ietf-webtrans-http3-07.</summary>
    public const long MaxSessionsDraft07 = 0xc671706a;

    /// <summary>WT_MAX_SESSIONS of draft-ietf-webtrans-http3-13.</summary>
    public const long MaxSessionsDraft13 = 0x14e9cd29;

    /// <summary>SETTINGS_WT_ENABLED (draft-ietf-webtrans-http3 §9.2).</summary>
    public const long Enabled = 0x2c7cf000;

    /// <summary>SETTINGS_WT_ENABLED of WebTransport over HTTP/2 (draft-ietf-webtrans-http2 §11.2).</summary>
    public const long Http2Enabled = 0x2b60;

    /// <summary>SETTINGS_WT_INITIAL_MAX_DATA (draft-ietf-webtrans-http3 §9.2).</summary>
    public const long InitialMaxData = 0x2b61;

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAM_DATA_UNI (draft-ietf-webtrans-http2 §11.2).</summary>
    public const long Http2InitialMaxStreamDataUni = 0x2b62;

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAM_DATA_BIDI_LOCAL (draft-ietf-webtrans-http2 §11.2).</summary>
    public const long Http2InitialMaxStreamDataBidiLocal = 0x2b63;

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAMS_UNI (draft-ietf-webtrans-http3 §9.2).</summary>
    public const long InitialMaxStreamsUni = 0x2b64;

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAMS_BIDI (draft-ietf-webtrans-http3 §9.2).</summary>
    public const long InitialMaxStreamsBidi = 0x2b65;

    /// <summary>SETTINGS_WT_INITIAL_MAX_STREAM_DATA_BIDI_REMOTE (draft-ietf-webtrans-http2 §11.2).</summary>
    public const long Http2InitialMaxStreamDataBidiRemote = 0x2b66;
}
