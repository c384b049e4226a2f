namespace WireProtocols.Http1;

/// <summary>What one side of a connection may do next. Each connection has two: that of the client and that of the server.</summary>
public enum Http1ConnectionState
{
    /// <summary>Nothing of a message has been sent. A client may send a request; a server waits for one.</summary>
    Idle,

    /// <summary>A request is there, and the server may send its response, after any number of 1xx responses.</summary>
    SendHead,

    /// <summary>The head has been sent, and the body goes on.</summary>
    SendBody,

    /// <summary>The message is complete. When both sides are here, the next request may follow.</summary>
    Done,

    /// <summary>The message is complete or has failed, and the connection can carry no other one.</summary>
    MustClose,

    /// <summary>The client's message is complete and offers another protocol; nothing may follow before the server has decided.</summary>
    MightSwitch,

    /// <summary>What follows is no HTTP.</summary>
    Switched,
}
