namespace WireProtocols.WebTransport;

/// <summary>Which ways a WebTransport stream carries data.</summary>
public enum WebTransportStreamDirection
{
    /// <summary>From its initiator to the peer.</summary>
    Unidirectional,

    /// <summary>Both ways.</summary>
    Bidirectional,
}
