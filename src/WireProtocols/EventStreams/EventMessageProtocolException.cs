namespace WireProtocols.EventStreams;

/// <summary>Bytes from a peer that break a rule of <c>application/vnd.amazon.eventstream</c>.</summary>
public sealed class EventMessageProtocolException : WireProtocolException
{
    internal EventMessageProtocolException(EventMessageProtocolError error, long offset)
        : base(error.ToString(), error.GetRule(), offset)
        => Error = error;

    /// <summary>The rule that was broken.</summary>
    public EventMessageProtocolError Error { get; }
}
