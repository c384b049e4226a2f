namespace WireProtocols.Ndjson;

/// <summary>The catalogue of <see cref="NdjsonProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class NdjsonProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="NdjsonProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this NdjsonProtocolError error);
}
