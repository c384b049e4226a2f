using System.Diagnostics;
using WireProtocols.Testing;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>
/// Measures ours and the peers in turn, A B A B …, in one process, so that whatever the machine does meanwhile meets both; the figure is the
/// median over the rounds. A round is short, so that on a busy machine most rounds are not interrupted. A fifth of the budget warms every
/// case up, the rest is split evenly.
/// </summary>
public sealed class CompareRun(IReadOnlyList<CompareCase> cases, TimeSpan budget)
{
    private const int FewestRounds = 7;
    private const int WarmUpPasses = 10;

    // A method is compiled again after 30 calls, and only once no new method has shown up for 100 ms: with instrumentation first, then for
    // good. Fewer calls a pass would leave a case in tier 0; passes over all cases let the delays of one case pass while another runs.
    private const int WarmUpCalls = 40;
    private static readonly TimeSpan TieringDelay = TimeSpan.FromMilliseconds(110);

    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(4);

    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Yields each result as soon as it is there.</summary>
    public IEnumerable<CompareResult> Run()
    {
        WarmUp(Shorter(budget / cases.Count, LongestCase) / 5);
        for (int i = 0; i < cases.Count; i++)
        {
            TimeSpan left = budget - Stopwatch.GetElapsedTime(_started);
            yield return Measure(cases[i], Shorter(left / (cases.Count - i), LongestCase));
        }
    }

    private void WarmUp(TimeSpan perCase)
    {
        TimeSpan slice = perCase / (2 * WarmUpPasses);
        for (int pass = 0; pass < WarmUpPasses; pass++)
        {
            long started = Stopwatch.GetTimestamp();
            foreach (CompareCase @case in cases)
            {
                WarmUp(@case.Ours, slice);
                if (@case.Peer is { } peer)
                {
                    WarmUp(peer, slice);
                }
            }

            TimeSpan left = TieringDelay - Stopwatch.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }
        }
    }

    /// <summary>At least the calls that a tier takes, unless the case is so slow that they would cost several slices.</summary>
    private static void WarmUp(Action action, TimeSpan slice)
    {
        long started = Stopwatch.GetTimestamp();
        for (int calls = 0; ; calls++)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            if ((elapsed >= slice && calls >= WarmUpCalls) || elapsed >= slice * 2)
            {
                return;
            }

            action();
        }
    }

    private static CompareResult Measure(CompareCase @case, TimeSpan time)
    {
        if (@case.Figures is { } figures)
        {
            return new CompareResult(@case, figures.Ours(), figures.Peer(), 0);
        }

        long started = Stopwatch.GetTimestamp();
        TimedSide ours = new(@case.Ours);
        TimedSide? peer = @case.Peer is null ? null : new(@case.Peer);
        TimedSide[] natives = [.. @case.Natives.Select(CompareSide.Of)];
        while (ours.Rounds < FewestRounds || Stopwatch.GetElapsedTime(started) < time)
        {
            ours.Measure();
            peer?.Measure();
            foreach (TimedSide native in natives)
            {
                native.Measure();
            }
        }

        int operations = @case.OperationsPerRun;
        return new CompareResult(@case, ours.Median / operations, peer?.Median / operations, AllocatedBytes(@case.Ours) / operations)
        {
            Natives = [.. @case.Natives.Zip(natives, (n, side) => new NativeResult(n.Name, side.Median / operations, side.Median / ours.Median))],
        };
    }

    /// <summary>Per call, the median of a few batches: steady state, without what the runtime itself does once in a while.</summary>
    private static double AllocatedBytes(Action action)
    {
        const int Calls = 8;
        List<double> batches = [];
        while (batches.Count < 5)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                action();
            }

            batches.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls);
        }

        return Median(batches);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
