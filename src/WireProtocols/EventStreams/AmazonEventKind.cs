namespace WireProtocols.EventStreams;

/// <summary>What a message says that it is, in <c>:message-type</c> (amazon-eventstream §Amazon Event Semantics).</summary>
public enum AmazonEventKind
{
    /// <summary>An event. An initial request or response is one as well: its type is <c>initial-request</c> or <c>initial-response</c>.</summary>
    Event,

    /// <summary>An error that the service has modeled.</summary>
    Exception,

    /// <summary>An error that it has not.</summary>
    Error,
}
