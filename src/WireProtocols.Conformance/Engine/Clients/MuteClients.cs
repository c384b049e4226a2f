namespace WireProtocols.Conformance;

/// <summary>
/// Clients of which not one has done in time what it was waited for: a run ends early, since every further case would cost its whole time.
/// </summary>
internal static class MuteClients
{
    /// <summary>After so many in a row, the first ones of a run, one is waited for twice as long; then nobody is waited for any more.</summary>
    public const int Enough = 4;

    /// <summary>What becomes of the cases that are left.</summary>
    public static IEnumerable<ConformanceResult> Skip(IEnumerable<ConformanceCase> cases, int clients)
        => cases.Select(c => new ConformanceResult(
            c, ConformanceFinding.Skip($"not asked: {clients} clients connected, and none did what it was waited for"), [], TimeSpan.Zero));
}
