namespace WireProtocols.Http1;

/// <summary>The catalogue of <see cref="Http1ProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class Http1ProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="Http1ProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this Http1ProtocolError error);

    /// <summary>The status that a server answers a request with, before it closes the connection: 400, 413, 414, 431, 501, 502 or 505.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="Http1ProtocolError.None"/>.</exception>
    public static partial int GetStatusCode(this Http1ProtocolError error);
}
