namespace WireProtocols.EventStreams;

/// <summary>A message as AWS services mean it: an event, an exception or an error (amazon-eventstream §Amazon Event Semantics).</summary>
public sealed class AmazonEvent
{
    private AmazonEvent(OwnedEventMessage message, AmazonEventKind kind, string type, string? errorMessage)
    {
        Message = message;
        Kind = kind;
        Type = type;
        ErrorMessage = errorMessage;
    }

    /// <summary>What it is.</summary>
    public AmazonEventKind Kind { get; }

    /// <summary>Its type (<c>:event-type</c>, <c>:exception-type</c>); the code of an error (<c>:error-code</c>).</summary>
    public string Type { get; }

    /// <summary>What an error says to people (<c>:error-message</c>); null for events and exceptions.</summary>
    public string? ErrorMessage { get; }

    /// <summary>The media type of the payload (<c>:content-type</c>), or null: events without a payload need none.</summary>
    public string? ContentType => Message.GetString(AmazonEventNames.ContentType);

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => Message.Payload;

    /// <summary>The message, with the application's own headers.</summary>
    public OwnedEventMessage Message { get; }

    /// <summary>Reads what a message means.</summary>
    /// <exception cref="EventMessageProtocolException">It does not say what it is, or lacks a header that it has to have.</exception>
    public static AmazonEvent Read(OwnedEventMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.GetString(AmazonEventNames.MessageType) switch
        {
            AmazonEventNames.Event => new(message, AmazonEventKind.Event, Require(message, AmazonEventNames.EventType), null),
            AmazonEventNames.Exception => new(message, AmazonEventKind.Exception, Require(message, AmazonEventNames.ExceptionType), null),
            AmazonEventNames.Error => new(
                message, AmazonEventKind.Error, Require(message, AmazonEventNames.ErrorCode), Require(message, AmazonEventNames.ErrorMessage)),
            _ => throw new EventMessageProtocolException(EventMessageProtocolError.MessageTypeUnknown, message.Offset),
        };
    }

    private static string Require(OwnedEventMessage message, string name)
        => message.GetString(name) ?? throw new EventMessageProtocolException(EventMessageProtocolError.RequiredHeaderMissing, message.Offset);
}
