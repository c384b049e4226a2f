namespace WireProtocols.WebRtc;

/// <summary>The catalogue of <see cref="StunProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class StunProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="StunProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this StunProtocolError error);

    /// <summary>The code of the error response to a request; 0 where what was received is silently discarded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="StunProtocolError.None"/>.</exception>
    public static partial int GetErrorCode(this StunProtocolError error);
}
