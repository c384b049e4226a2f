namespace WireProtocols.Http1;

/// <summary>The catalogue of <see cref="ChunkedProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class ChunkedProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="ChunkedProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this ChunkedProtocolError error);

    /// <summary>The status that a server answers a request with, before it closes the connection: 400, 413 or 431.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="ChunkedProtocolError.None"/>.</exception>
    public static partial int GetStatusCode(this ChunkedProtocolError error);
}
