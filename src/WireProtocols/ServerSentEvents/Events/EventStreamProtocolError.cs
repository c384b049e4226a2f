namespace WireProtocols.ServerSentEvents;

/// <summary>
/// What can be wrong with an event stream. The format itself has no invalid bytes (HTML §9.2.6 gives every sequence of bytes a meaning),
/// so these are the limits that this library sets, an end where none may be, and what a client may not accept of a response. The codes
/// are for the receiver: an event stream has no way to tell the sender.
/// </summary>
public enum EventStreamProtocolError
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The stream ended inside a block while <see cref="EventStreamOptions.RejectUnfinishedEvent"/> was set, or before the
    /// terminator that typed reading was told to expect (HTML §9.2.6).</summary>
    UnexpectedEnd,

    /// <summary>A line is longer than <see cref="EventStreamOptions.MaxLineLength"/> (HTML §9.2.6).</summary>
    LineTooLong,

    /// <summary>The data of an event is longer than <see cref="EventStreamOptions.MaxEventLength"/> (HTML §9.2.6).</summary>
    EventTooLong,

    /// <summary>The value of an <c>event</c> or <c>id</c> field is longer than <see cref="EventStreamOptions.MaxFieldLength"/>
    /// (HTML §9.2.6).</summary>
    FieldTooLong,

    /// <summary>The data of an event is not JSON for the type that it was asked to become (RFC 8259 §2).</summary>
    InvalidJson,

    /// <summary>The status of the response is neither 200, nor one that says when to try again (HTML §9.2.2).</summary>
    UnexpectedStatus,

    /// <summary>The response is not <c>text/event-stream</c> (HTML §9.2.2).</summary>
    UnexpectedContentType,
}
