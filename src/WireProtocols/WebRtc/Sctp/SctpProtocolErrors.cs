namespace WireProtocols.WebRtc;

/// <summary>The catalogue of <see cref="SctpProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class SctpProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="SctpProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this SctpProtocolError error);

    /// <summary>The cause of the ABORT that an endpoint answers with; <see cref="SctpCauseCode.None"/> where the packet is discarded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="SctpProtocolError.None"/>.</exception>
    public static partial SctpCauseCode GetCauseCode(this SctpProtocolError error);
}
