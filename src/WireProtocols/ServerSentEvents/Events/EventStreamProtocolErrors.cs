namespace WireProtocols.ServerSentEvents;

/// <summary>The catalogue of what can be wrong with an event stream.</summary>
public static class EventStreamProtocolErrors
{
    /// <summary>The sentence and the section behind an error. Sections of HTML are those of the WHATWG's standard.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="error"/> is <see cref="EventStreamProtocolError.None"/> or unknown.</exception>
    public static ProtocolRule GetRule(this EventStreamProtocolError error) => error switch
    {
        EventStreamProtocolError.UnexpectedEnd => new("The stream ends before the blank line or the terminator that has to come", "HTML §9.2.6"),
        EventStreamProtocolError.LineTooLong => new("A line is longer than the limit on lines", "HTML §9.2.6"),
        EventStreamProtocolError.EventTooLong => new("The data of an event are longer than the limit on events", "HTML §9.2.6"),
        EventStreamProtocolError.FieldTooLong => new("The value of an event or id field is longer than the limit on fields", "HTML §9.2.6"),
        EventStreamProtocolError.InvalidJson => new("The data of an event are not JSON for the type they have to become", "RFC 8259 §2"),
        EventStreamProtocolError.UnexpectedStatus => new("A response with another status than 200 fails the connection", "HTML §9.2.2"),
        EventStreamProtocolError.UnexpectedContentType => new("A response that is not text/event-stream fails the connection", "HTML §9.2.2"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Not an error."),
    };
}
