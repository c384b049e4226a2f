namespace WireProtocols.Multipart;

/// <summary>The catalogue of <see cref="MultipartProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class MultipartProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="MultipartProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this MultipartProtocolError error);
}
