namespace WireProtocols.WebRtc;

/// <summary>The types of chunks that data channels need; every other number up to 255 is one as well.</summary>
public enum SctpChunkType
{
    /// <summary>DATA: a user message or a fragment of one (RFC 9260 §3.3.1).</summary>
    Data = 0,

    /// <summary>INIT, the first packet of the handshake (RFC 9260 §3.3.2).</summary>
    Init = 1,

    /// <summary>INIT ACK, the second (RFC 9260 §3.3.3).</summary>
    InitAck = 2,

    /// <summary>SACK: what has arrived (RFC 9260 §3.3.4).</summary>
    Sack = 3,

    /// <summary>HEARTBEAT (RFC 9260 §3.3.5).</summary>
    Heartbeat = 4,

    /// <summary>HEARTBEAT ACK (RFC 9260 §3.3.6).</summary>
    HeartbeatAck = 5,

    /// <summary>ABORT (RFC 9260 §3.3.7).</summary>
    Abort = 6,

    /// <summary>SHUTDOWN (RFC 9260 §3.3.8).</summary>
    Shutdown = 7,

    /// <summary>SHUTDOWN ACK (RFC 9260 §3.3.9).</summary>
    ShutdownAck = 8,

    /// <summary>ERROR (RFC 9260 §3.3.10).</summary>
    Error = 9,

    /// <summary>COOKIE ECHO, the third packet of the handshake (RFC 9260 §3.3.11).</summary>
    CookieEcho = 10,

    /// <summary>COOKIE ACK, the fourth (RFC 9260 §3.3.12).</summary>
    CookieAck = 11,

    /// <summary>SHUTDOWN COMPLETE (RFC 9260 §3.3.13).</summary>
    ShutdownComplete = 14,

    /// <summary>RE-CONFIG: resets streams (RFC 6525 §3.1).</summary>
    Reconfig = 130,

    /// <summary>FORWARD-TSN: what will not be sent any more (RFC 3758 §3.2).</summary>
    ForwardTsn = 192,
}
