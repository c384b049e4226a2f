namespace WireProtocols.WebTransport;

/// <summary>Groups of capsule types. A type outside the groups that are known is an unknown type, and skipped whatever it holds.</summary>
[Flags]
public enum CapsuleGroups
{
    /// <summary>None: every type is unknown.</summary>
    None = 0,

    /// <summary>DATAGRAM.</summary>
    Datagram = 1,

    /// <summary>WT_CLOSE_SESSION, WT_DRAIN_SESSION.</summary>
    Session = 2,

    /// <summary>WT_MAX_DATA, WT_MAX_STREAMS, WT_DATA_BLOCKED, WT_STREAMS_BLOCKED.</summary>
    FlowControl = 4,

    /// <summary>WT_MAX_STREAM_DATA, WT_STREAM_DATA_BLOCKED: over HTTP/3 they are prohibited, so they have to be recognized.</summary>
    StreamFlowControl = 8,

    /// <summary>WT_STREAM, WT_RESET_STREAM, WT_STOP_SENDING, PADDING: WebTransport over HTTP/2.</summary>
    Streams = 16,

    /// <summary>What a session over HTTP/3 knows.</summary>
    Http3 = Datagram | Session | FlowControl | StreamFlowControl,

    /// <summary>All of them.</summary>
    All = Http3 | Streams,
}
