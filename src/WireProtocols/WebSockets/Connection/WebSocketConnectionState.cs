namespace WireProtocols.WebSockets;

/// <summary>Where a connection stands (RFC 6455 §4.1, §7.1).</summary>
public enum WebSocketConnectionState : byte
{
    /// <summary>Messages go both ways.</summary>
    Open,

    /// <summary>This end has sent Close, or could send no more, and waits for the peer's Close. Messages may still come.</summary>
    CloseSent,

    /// <summary>The peer's Close is here and this end's is under way. Nothing more comes.</summary>
    CloseReceived,

    /// <summary>Both have said Close, or the connection failed or was lost: nothing goes either way.</summary>
    Closed,
}

/// <summary>What moves a connection from one state to another.</summary>
internal enum WebSocketCloseEvent : byte
{
    /// <summary>This end wants to close.</summary>
    LocalClose,

    /// <summary>The peer's Close has arrived.</summary>
    PeerClose,

    /// <summary>This end's answer to the peer's Close is on its way.</summary>
    Answered,

    /// <summary>The peer broke a rule.</summary>
    Failure,

    /// <summary>A send did not go through: the peer reads no more, or the transport takes no more.</summary>
    SendFailed,

    /// <summary>The transport ended, the peer did not answer in time, or this end gave up.</summary>
    Lost,
}

/// <summary>What has to be done on the way.</summary>
internal enum WebSocketCloseAction : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Send Close and wait for the peer's.</summary>
    SendClose,

    /// <summary>Send Close with the code that the peer sent, then end the transport.</summary>
    AnswerClose,

    /// <summary>Both Closes are through: end the transport.</summary>
    EndTransport,

    /// <summary>Send Close with the code of the error, then end the transport.</summary>
    FailTransport,

    /// <summary>Send nothing more, and read what is there, the peer's Close above all, as long as somebody reads and something comes.</summary>
    ReadOn,

    /// <summary>Drop the transport.</summary>
    DropTransport,
}
