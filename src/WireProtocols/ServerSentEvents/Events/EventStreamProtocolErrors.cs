namespace WireProtocols.ServerSentEvents;

/// <summary>The catalogue of <see cref="EventStreamProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class EventStreamProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="EventStreamProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this EventStreamProtocolError error);
}
