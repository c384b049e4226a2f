namespace WireProtocols.WebTransport;

/// <summary>What happened on a connection.</summary>
public enum WebTransportEventKind
{
    /// <summary>The peer's SETTINGS are there: <see cref="WebTransportConnection.Dialect"/> says what was negotiated.</summary>
    Ready,

    /// <summary>A client asks for a session: accept or reject it.</summary>
    SessionRequested,

    /// <summary>The server accepted the session.</summary>
    SessionOpened,

    /// <summary>The server answered with another status than 2xx, in <see cref="WebTransportEvent.Status"/>.</summary>
    SessionRejected,

    /// <summary>The peer asks to come to an end; everything goes on working.</summary>
    SessionDraining,

    /// <summary>
    /// The session is over: by the code and reason of the side that closed it, by a reset, by a violation, or with its connection. It comes
    /// once for every session that was requested or asked for, unless that was rejected.
    /// </summary>
    SessionClosed,

    /// <summary>The peer opened a stream.</summary>
    StreamOpened,

    /// <summary>Data of a stream.</summary>
    StreamData,

    /// <summary>The peer has finished its side of a stream.</summary>
    StreamFinished,

    /// <summary>The peer reset its side of a stream; <see cref="WebTransportEvent.Code"/> is the application's code, if it is one.</summary>
    StreamReset,

    /// <summary>The peer does not read a stream any more; our side of it has been reset in answer.</summary>
    StreamStopped,

    /// <summary>A datagram.</summary>
    Datagram,

    /// <summary>The peer raised a limit of flow control: what could not be sent or opened may be tried again.</summary>
    LimitsRaised,

    /// <summary>There is room again on a stream that had none (<see cref="WebTransportSession.GetRoom"/>).</summary>
    StreamWritable,

    /// <summary>The peer accepts no new sessions on this connection.</summary>
    GoAway,

    /// <summary>The peer broke a rule; what ends by it has been ended, as the events that follow say.</summary>
    Violation,

    /// <summary>The connection is over, whichever side closed it.</summary>
    ConnectionClosed,
}
