using System.Net.Quic;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>The servers of the part <c>webtransport</c>, ours on msquic first.</summary>
public static class QuicServers
{
    /// <summary>The platform's streams, with neither HTTP/3 nor WebTransport.</summary>
    public const string Raw = "System.Net.Quic, raw";

    private const string OnSystem = "ours, System.Net.Quic";

    public static IReadOnlyList<LoadServerKind> All { get; } =
    [
        new("ours, msquic", () => LoadServer.Start("ours, msquic", "webtransport-msquic")),
        new(OnSystem, () => IsSystemSupported ? LoadServer.Start(OnSystem, "webtransport-system") : null),
        new(Raw, () => IsSystemSupported ? LoadServer.Start(Raw, "quic-raw") : null),
        new(
            "ours, Node helper",
            () => NodePeers.Find("@matrixai/quic") is null ? null : LoadServer.Start("ours, Node helper", "webtransport-node")),
    ];

#pragma warning disable CA1416 // It is the property that says whether the platform has it.
    private static bool IsSystemSupported => QuicListener.IsSupported;
#pragma warning restore CA1416

    public static bool HasDatagrams(string name) => name is not (OnSystem or Raw);
}
