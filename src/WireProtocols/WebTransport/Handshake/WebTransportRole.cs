namespace WireProtocols.WebTransport;

/// <summary>The side of a connection.</summary>
public enum WebTransportRole
{
    /// <summary>The side that opened the connection and asks for sessions.</summary>
    Client,

    /// <summary>The side that accepts sessions.</summary>
    Server,
}
