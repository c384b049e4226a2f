using System.IO.Enumeration;

namespace WireProtocols.Conformance;

/// <summary>
/// The cases for a client of WebTransport over HTTP/3 that opens a session at the URL and echoes: a bidirectional stream on itself, a unidirectional
/// one on a new one, a datagram as a datagram. Most are those for servers: what both roles have to do alike.
/// </summary>
public static class WebTransportClientCases
{
    private const string Servers = "webtransport/";
    private const string Clients = "webtransport-client/";

    /// <summary>What is asked of both.</summary>
    private static readonly string[] Shared =
    [
        "settings/own/first", "settings/own/reserved", "settings/own/once", "settings/reserved/*", "settings/twice", "settings/datagrams-2",
        "settings/unknown", "settings/long-integers", "settings/in-pieces", "settings/cut-off", "settings/missing/*", "settings/second",
        "control/*", "streams/*", "session-id/*", "datagrams/*", "codes/*", "capsules/*", "flow/*", "qpack/encoder*", "qpack/decoder*",
        "qpack/capacity-of-zero",
    ];

    /// <summary>What among it is another matter for a client: what a server may not send at all, and streams that overtake their session.</summary>
    private static readonly string[] OfServers =
    [
        "control/push-limit*", "control/goaway", "control/goaway-larger", "control/cancel-push-beyond", "streams/push", "streams/early/*",
        "streams/of-no-session*", "datagrams/of-no-session",
    ];

    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. WebTransportRequestingCases.All,
        .. WebTransportServerCases.All.Where(c => IsOf(c, Shared) && !IsOf(c, OfServers)).Select(c => c.OfClient(Clients + c.Id[Servers.Length..])),
    ];

    private static bool IsOf(ConformanceCase asked, string[] branches)
        => Array.Exists(branches, b => FileSystemName.MatchesSimpleExpression(Servers + b, asked.Id, ignoreCase: false));
}
