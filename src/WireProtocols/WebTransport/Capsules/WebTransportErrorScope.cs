namespace WireProtocols.WebTransport;

/// <summary>What ends when a rule is broken.</summary>
public enum WebTransportErrorScope
{
    /// <summary>The one stream: it is reset, reading it is stopped.</summary>
    Stream,

    /// <summary>The session: its CONNECT stream is reset, and its streams go with it.</summary>
    Session,

    /// <summary>The HTTP/3 connection.</summary>
    Connection,
}
