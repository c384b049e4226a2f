using System.Text;

namespace WireProtocols.EventStreams;

/// <summary>The peer sent an exception or an error in place of an event. It ends the stream.</summary>
public sealed class AmazonEventException : Exception
{
    private const int MaxShown = 512;

    internal AmazonEventException(AmazonEvent @event)
        : base($"The peer sent the {(@event.Kind == AmazonEventKind.Error ? "error" : "exception")} {@event.Type}: {Said(@event)}")
        => Event = @event;

    /// <summary>What the peer sent: type or code, message, payload, headers.</summary>
    public AmazonEvent Event { get; }

    /// <summary>The message of an error, or the beginning of the payload.</summary>
    private static string Said(AmazonEvent @event)
        => @event.ErrorMessage ?? Encoding.UTF8.GetString(@event.Payload.Span[..Math.Min(@event.Payload.Length, MaxShown)]);
}
