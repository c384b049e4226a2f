namespace WireProtocols.ProxyProtocol;

/// <summary>The catalogue of <see cref="ProxyProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class ProxyProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="ProxyProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this ProxyProtocolError error);
}
