namespace WireProtocols.ServerSentEvents;

/// <summary>
/// What can be wrong with an event stream: sentence and section, which <see cref="EventStreamProtocolErrors"/> gives. Sections of HTML are
/// those of the WHATWG's standard. The format itself has no invalid bytes (HTML §9.2.6 gives every sequence of bytes a meaning), so these are
/// the limits that this library sets, an end where none may be, and what a client may not accept of a response. They are for the receiver:
/// an event stream has no way to tell the sender.
/// </summary>
public enum EventStreamProtocolError
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>The stream ends only after the blank line or the terminator that has to come (HTML §9.2.6).</summary>
    /// <remarks>
    /// Said while <see cref="EventStreamOptions.RejectUnfinishedEvent"/> is set, and where typed reading was told to expect a terminator.
    /// </remarks>
    UnexpectedEnd,

    /// <summary>A line is no longer than MaxLineLength (HTML §9.2.6).</summary>
    /// <remarks>The limit is <see cref="EventStreamOptions.MaxLineLength"/>.</remarks>
    LineTooLong,

    /// <summary>The data of an event are no longer than MaxEventLength (HTML §9.2.6).</summary>
    /// <remarks>The limit is <see cref="EventStreamOptions.MaxEventLength"/>.</remarks>
    EventTooLong,

    /// <summary>The value of an <c>event</c> or <c>id</c> field is no longer than MaxFieldLength (HTML §9.2.6).</summary>
    /// <remarks>The limit is <see cref="EventStreamOptions.MaxFieldLength"/>.</remarks>
    FieldTooLong,

    /// <summary>The data of an event are JSON for the type that they have to become (RFC 8259 §2).</summary>
    InvalidJson,

    /// <summary>The status of the response is 200, or one that says when to try again (HTML §9.2.2).</summary>
    UnexpectedStatus,

    /// <summary>The response is <c>text/event-stream</c> (HTML §9.2.2).</summary>
    UnexpectedContentType,

    /// <summary>The response has no content coding, or one that the handler undoes (RFC 9110 §8.4).</summary>
    /// <remarks>A handler with automatic decompression undoes the codings that it knows, and takes their names off the response.</remarks>
    UnexpectedContentEncoding,

    /// <summary>A response brings at least one element, where it brings any line (HTML §9.2.6).</summary>
    /// <remarks>Every line of the response meant nothing, as those of an error page do.</remarks>
    NoElement,
}
