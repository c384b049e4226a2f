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

    internal EventStreamProtocolException(EventStreamProtocolError error, EventStreamRefusal refusal)
        : this(error, 0, new HttpRequestException(HttpRequestError.InvalidResponse, $"The response is {refusal}.", null, refusal.Status))
        => Refusal = refusal;

    /// <summary>The rule, and what the server answered where it refused.</summary>
    public override string Message => Refusal is null ? base.Message : $"{base.Message} The response is {Refusal}.";

    /// <summary>What the server answered, where its response carries no event stream; null otherwise.</summary>
    public EventStreamRefusal? Refusal { get; }

    /// <summary>What is wrong.</summary>
    public EventStreamProtocolError Error { get; }
}
