namespace WireProtocols.Conformance;

/// <summary>
/// The cases for a server of WebTransport over HTTP/3 whose session at the URL echoes: a bidirectional stream on itself, a unidirectional one on a
/// new
/// one, a datagram as a datagram, a reset as a reset.
/// </summary>
public static class WebTransportServerCases
{
    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. WebTransportControlCases.All,
        .. WebTransportRequestCases.All,
        .. WebTransportStreamCases.All,
        .. WebTransportCapsuleCases.All,
        .. WebTransportLimitCases.All,
        .. WebTransportKeptCases.All,
        .. WebTransportQpackCases.All,
    ];
}
