namespace WireProtocols.EventStreams;

/// <summary>The names of headers that mean something, and their values (amazon-eventstream §Amazon Event Semantics).</summary>
internal static class AmazonEventNames
{
    public const string MessageType = ":message-type";
    public const string EventType = ":event-type";
    public const string ExceptionType = ":exception-type";
    public const string ErrorCode = ":error-code";
    public const string ErrorMessage = ":error-message";
    public const string ContentType = ":content-type";

    public const string Event = "event";
    public const string Exception = "exception";
    public const string Error = "error";

    /// <summary>The type of the events in which language models send their output.</summary>
    public const string Chunk = "chunk";
}
