namespace WireProtocols.WebTransport;

/// <summary>
/// What a network in memory leaves to chance: numbers that a seed repeats on
/// every platform (the generator SplitMix64). Nothing secret may come from it.
/// </summary>
internal sealed class PairDice(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>True for one of the given share of all calls, from 0 (never) to 1 (always).</summary>
    public bool Hits(double share)
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        ulong mixed = _state;
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        mixed ^= mixed >> 31;

        // The upper 53 bits are a number from 0 to just below 1.
        return (mixed >> 11) * (1.0 / (1UL << 53)) < share;
    }
}
