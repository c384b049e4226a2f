namespace WireProtocols.WebTransport;

/// <summary>The capsule types of RFC 9297 §5.4, draft-ietf-webtrans-http3 §9.6 and draft-ietf-webtrans-http2 §11.4.</summary>
public static class CapsuleType
{
    /// <summary>DATAGRAM.</summary>
    public const long Datagram = 0x00;

    /// <summary>DATAGRAM of early drafts of RFC 9297.</summary>
    public const long DatagramLegacy = 0xff37a0;

    /// <summary>DATAGRAM without a context, of early drafts of RFC 9297.</summary>
    public const long DatagramWithoutContextLegacy = 0xff37a5;

    /// <summary>WT_CLOSE_SESSION.</summary>
    public const long CloseSession = 0x2843;

    /// <summary>WT_DRAIN_SESSION.</summary>
    public const long DrainSession = 0x78ae;

    /// <summary>PADDING.</summary>
    public const long Padding = 0x190B4D38;

    /// <summary>WT_RESET_STREAM.</summary>
    public const long ResetStream = 0x190B4D39;

    /// <summary>WT_STOP_SENDING.</summary>
    public const long StopSending = 0x190B4D3A;

    /// <summary>WT_STREAM; with FIN since draft -15.</summary>
    public const long Stream3B = 0x190B4D3B;

    /// <summary>WT_STREAM; with FIN before draft -15.</summary>
    public const long Stream3C = 0x190B4D3C;

    /// <summary>WT_MAX_DATA.</summary>
    public const long MaxData = 0x190B4D3D;

    /// <summary>WT_MAX_STREAM_DATA.</summary>
    public const long MaxStreamData = 0x190B4D3E;

    /// <summary>WT_MAX_STREAMS of bidirectional streams.</summary>
    public const long MaxStreamsBidi = 0x190B4D3F;

    /// <summary>WT_MAX_STREAMS of unidirectional streams.</summary>
    public const long MaxStreamsUni = 0x190B4D40;

    /// <summary>WT_DATA_BLOCKED.</summary>
    public const long DataBlocked = 0x190B4D41;

    /// <summary>WT_STREAM_DATA_BLOCKED.</summary>
    public const long StreamDataBlocked = 0x190B4D42;

    /// <summary>WT_STREAMS_BLOCKED of bidirectional streams.</summary>
    public const long StreamsBlockedBidi = 0x190B4D43;

    /// <summary>WT_STREAMS_BLOCKED of unidirectional streams.</summary>
    public const long StreamsBlockedUni = 0x190B4D44;

    /// <summary>True for types of the form 0x29 * N + 0x17, which have no meaning and are skipped (RFC 9297 §5.4).</summary>
    public static bool IsReserved(long type) => type >= 0x17 && (type - 0x17) % 0x29 == 0;

    /// <summary>The registered name, for instance <c>WT_CLOSE_SESSION</c>, or null for a type that is not known.</summary>
    public static string? GetName(long type) => type switch
    {
        Datagram or DatagramLegacy or DatagramWithoutContextLegacy => "DATAGRAM",
        CloseSession => "WT_CLOSE_SESSION",
        DrainSession => "WT_DRAIN_SESSION",
        Padding => "PADDING",
        ResetStream => "WT_RESET_STREAM",
        StopSending => "WT_STOP_SENDING",
        Stream3B or Stream3C => "WT_STREAM",
        MaxData => "WT_MAX_DATA",
        MaxStreamData => "WT_MAX_STREAM_DATA",
        MaxStreamsBidi or MaxStreamsUni => "WT_MAX_STREAMS",
        DataBlocked => "WT_DATA_BLOCKED",
        StreamDataBlocked => "WT_STREAM_DATA_BLOCKED",
        StreamsBlockedBidi or StreamsBlockedUni => "WT_STREAMS_BLOCKED",
        _ => null,
    };
}
