namespace WireProtocols.EventStreams;

/// <summary>The catalogue of <see cref="EventMessageProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class EventMessageProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="EventMessageProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this EventMessageProtocolError error);
}
