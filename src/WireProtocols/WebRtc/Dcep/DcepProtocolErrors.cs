namespace WireProtocols.WebRtc;

/// <summary>The catalogue of <see cref="DcepProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class DcepProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="DcepProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this DcepProtocolError error);
}
