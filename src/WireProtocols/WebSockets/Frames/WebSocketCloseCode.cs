namespace WireProtocols.WebSockets;

/// <summary>
/// The status code of a Close frame (RFC 6455 §7.4.1 and the IANA registry of §11.7). 3000 to 3999 are registered by libraries and frameworks, 4000
/// to 4999 are private.
/// </summary>
public enum WebSocketCloseCode : ushort
{
    /// <summary>1000: the purpose of the connection is fulfilled.</summary>
    NormalClosure = 1000,

    /// <summary>1001: the endpoint is going away, such as a server that shuts down or a page that was left.</summary>
    GoingAway = 1001,

    /// <summary>1002: the peer broke the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>1003: a type of data that the endpoint cannot accept.</summary>
    UnsupportedData = 1003,

    /// <summary>1005: stands for a Close frame without a status code; never on the wire.</summary>
    NoStatusReceived = 1005,

    /// <summary>1006: stands for a connection that ended without a Close frame; never on the wire.</summary>
    AbnormalClosure = 1006,

    /// <summary>1007: a payload that does not fit its type, such as text that is not UTF-8.</summary>
    InvalidPayloadData = 1007,

    /// <summary>1008: a message that breaks the endpoint's policy.</summary>
    PolicyViolation = 1008,

    /// <summary>1009: a message that is too big to process.</summary>
    MessageTooBig = 1009,

    /// <summary>1010: the server did not negotiate an extension that the client needs.</summary>
    MandatoryExtension = 1010,

    /// <summary>1011: an unexpected condition at the server.</summary>
    InternalError = 1011,

    /// <summary>1012: the service restarts.</summary>
    ServiceRestart = 1012,

    /// <summary>1013: try again later.</summary>
    TryAgainLater = 1013,

    /// <summary>1014: a gateway got an invalid response from its upstream.</summary>
    BadGateway = 1014,

    /// <summary>1015: stands for a failed TLS handshake; never on the wire.</summary>
    TlsHandshake = 1015,
}

/// <summary>Questions about close codes.</summary>
public static class WebSocketCloseCodes
{
    /// <summary>True where a Close frame may carry the code: 1000-1003, 1007-1014 and 3000-4999 (RFC 6455 §7.4).</summary>
    public static bool IsValidOnWire(this WebSocketCloseCode code)
        => (ushort)code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
