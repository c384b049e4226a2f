namespace WireProtocols.ServerSentEvents;

/// <summary>An event stream that breaks a limit, ends too early, or came in a response that may not carry one.</summary>
public sealed class EventStreamProtocolException : WireProtocolException
{
    /// <param name="error">What is wrong.</param>
    /// <param name="offset">The offset of the offending byte from the start of the stream.</param>
    /// <param name="innerException">What led to it, if anything did.</param>
    public EventStreamProtocolException(EventStreamProtocolError error, long offset, Exception? innerException = null)
        : base(error.ToString(), error.GetRule(), offset, innerException)
        => Error = error;

    /// <summary>What is wrong.</summary>
    public EventStreamProtocolError Error { get; }
}
