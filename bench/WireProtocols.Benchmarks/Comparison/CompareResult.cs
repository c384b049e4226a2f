namespace WireProtocols.Benchmarks.Comparison;

/// <summary>What one case showed.</summary>
/// <param name="Case">The case.</param>
/// <param name="OursNanoseconds">Median over the rounds, per operation.</param>
/// <param name="PeerNanoseconds">The same for the peer, if there is one.</param>
/// <param name="AllocatedBytes">What ours allocates per operation.</param>
public sealed record CompareResult(CompareCase Case, double OursNanoseconds, double? PeerNanoseconds, double AllocatedBytes)
{
    /// <summary>What the native peers of the case took, in its order.</summary>
    public IReadOnlyList<NativeResult> Natives { get; init; } = [];

    /// <summary>Above 1, ours is faster.</summary>
    public double? Ratio => PeerNanoseconds / OursNanoseconds;

    /// <summary>Whether the design's figure was met; null where it gives none.</summary>
    public bool? MeetsTarget => Case switch
    {
        { Target: { } least } => Ratio >= least,
        { Limit: { } most } => OursNanoseconds <= most,
        _ => null,
    };

    /// <summary>Whether ours allocates where nothing may.</summary>
    public bool Leaks => AllocatedBytes > 0 && !Case.MayAllocate;
}

/// <summary>What a native peer showed.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Nanoseconds">Median over the rounds, per operation.</param>
/// <param name="Ratio">Above 1, ours is faster.</param>
public sealed record NativeResult(string Name, double Nanoseconds, double Ratio);
