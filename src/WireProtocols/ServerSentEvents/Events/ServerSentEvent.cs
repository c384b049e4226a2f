namespace WireProtocols.ServerSentEvents;

/// <summary>An event as the standard dispatches it (HTML §9.2.6), to be kept.</summary>
/// <param name="Type">The type, <c>message</c> where the stream gave none; never empty.</param>
/// <param name="Data">The data, lines joined by line feeds; may be empty.</param>
/// <param name="LastEventId">The last event ID as of this event, its own or an earlier one's; may be empty.</param>
public readonly record struct ServerSentEvent(string Type, string Data, string LastEventId);
