namespace WireProtocols.Benchmarks.Soak;

/// <summary>How a count went over the steady part of a run.</summary>
internal sealed record SoakTrend(long First, long Last, long Min, long Max, double Early, double Late)
{
    /// <summary>Fewer counts than this say nothing.</summary>
    private const int LeastCount = 6;

    /// <summary>Sums up a count.</summary>
    /// <returns>Null where the run was too short.</returns>
    public static SoakTrend? Of(IReadOnlyList<SoakSample> samples, Func<SoakSample, long> count)
    {
        if (samples.Count < LeastCount)
        {
            return null;
        }

        long[] counts = [.. samples.Select(count)];
        int third = counts.Length / 3;
        return new SoakTrend(counts[0], counts[^1], counts.Min(), counts.Max(), counts[..third].Average(), counts[^third..].Average());
    }

    /// <summary>Whether the last third is no more than the first one, within a tolerance.</summary>
    public bool IsFlat(double share, double slack) => Late <= (Early * (1 + share)) + slack;
}
