namespace WireProtocols.WebTransport;

/// <summary>
/// The types of unidirectional streams (RFC 9114 §6.2, RFC 9204 §4.2); WebTransport's is in <see cref="WebTransportStreamHeader"/>.
/// </summary>
public static class Http3StreamType
{
    /// <summary>A control stream.</summary>
    public const long Control = 0x00;

    /// <summary>A push stream.</summary>
    public const long Push = 0x01;

    /// <summary>The stream of QPACK's encoder.</summary>
    public const long QpackEncoder = 0x02;

    /// <summary>The stream of QPACK's decoder.</summary>
    public const long QpackDecoder = 0x03;
}
