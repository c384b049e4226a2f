namespace WireProtocols.WebRtc;

/// <summary>The states of an association (RFC 9260 §4).</summary>
public enum SctpState
{
    /// <summary>CLOSED: not begun, or over.</summary>
    Closed,

    /// <summary>COOKIE-WAIT: INIT has been sent.</summary>
    CookieWait,

    /// <summary>COOKIE-ECHOED: the cookie has been sent back.</summary>
    CookieEchoed,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>SHUTDOWN-PENDING: what was sent is waited for.</summary>
    ShutdownPending,

    /// <summary>SHUTDOWN-SENT.</summary>
    ShutdownSent,

    /// <summary>SHUTDOWN-RECEIVED: what was sent is waited for.</summary>
    ShutdownReceived,

    /// <summary>SHUTDOWN-ACK-SENT.</summary>
    ShutdownAckSent,
}
