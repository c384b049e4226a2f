using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks;

/// <summary>Ours beside a peer, over the same input.</summary>
/// <param name="Name">For instance <c>websocket.receive.masked.32B</c>.</param>
/// <param name="OperationsPerRun">How many operations one call of <paramref name="Ours"/> or <paramref name="Peer"/> performs.</param>
/// <param name="Ours">Performs them synchronously and in memory, on the calling thread.</param>
/// <param name="PeerName">What it is compared with; null where there is nothing.</param>
/// <param name="Peer">The same work, done by the peer.</param>
/// <param name="Target">The least ratio, peer over ours, that the design asks for; null where it asks for none.</param>
public sealed record CompareCase(string Name, int OperationsPerRun, Action Ours, string? PeerName, Action? Peer, double? Target)
{
    /// <summary>True where ours hands out objects that somebody has to allocate; everywhere else a single byte is a failure.</summary>
    public bool MayAllocate { get; init; }

    /// <summary>Peers in other languages, where they are built.</summary>
    public IReadOnlyList<NativePeer> Natives { get; init; } = [];

    /// <summary>The most nanoseconds an operation may take, where the design gives an absolute figure.</summary>
    public double? LimitNanoseconds
    {
        get => Limit;
        init => Limit = value;
    }

    /// <summary>The same, in the unit of the case.</summary>
    public double? Limit { get; init; }

    /// <summary>What the figures are: nanoseconds, unless <see cref="Figures"/> are given.</summary>
    public string Unit { get; init; } = "ns";

    /// <summary>Figures that are no times, such as retained bytes, in place of measuring <see cref="Ours"/> and <see cref="Peer"/>.</summary>
    public (Func<double> Ours, Func<double> Peer)? Figures { get; init; }
}
