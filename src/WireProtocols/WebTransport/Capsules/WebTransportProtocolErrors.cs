namespace WireProtocols.WebTransport;

/// <summary>The catalogue of <see cref="WebTransportProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue(typeof(WebTransportErrorCode))]
public static partial class WebTransportProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebTransportProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this WebTransportProtocolError error);

    /// <summary>The error code (62 bits) that an endpoint sends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebTransportProtocolError.None"/>.</exception>
    public static partial long GetErrorCode(this WebTransportProtocolError error);

    /// <summary>What the error code ends.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="WebTransportProtocolError.None"/>.</exception>
    public static partial WebTransportErrorScope GetScope(this WebTransportProtocolError error);
}
