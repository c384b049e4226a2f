namespace WireProtocols.Benchmarks.Comparison;

/// <summary>What one case showed.</summary>
/// <param name="Case">The case.</param>
/// <param name="OursNanoseconds">Median over the rounds, per operation.</param>
/// <param name="PeerNanoseconds">The same for the peer, if there is one.</param>
/// <param name="AllocatedBytes">What ours allocates per operation.</param>
public sealed record CompareResult(CompareCase Case, double OursNanoseconds, double? PeerNanoseconds, double AllocatedBytes)
{
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
