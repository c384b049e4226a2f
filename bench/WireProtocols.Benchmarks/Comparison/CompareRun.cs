using System.Diagnostics;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>
/// Measures ours and the peer in turn, A B A B …, in one process, so that whatever the machine does meanwhile meets both; the figure is the
/// median over the rounds. The budget is split evenly: a fifth warms every case up, the rest measures.
/// </summary>
public sealed class CompareRun(IReadOnlyList<CompareCase> cases, TimeSpan budget)
{
    private const int Rounds = 15;
    private const int WarmUpPasses = 10;

    // A method is compiled again after 30 calls, and only once no new method has shown up for 100 ms: with instrumentation first, then for
    // good. Fewer calls a pass would leave a case in tier 0; passes over all cases let the delays of one case pass while another runs.
    private const int WarmUpCalls = 40;
    private static readonly TimeSpan TieringDelay = TimeSpan.FromMilliseconds(110);

    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(4);

    /// <summary>Yields each result as soon as it is there.</summary>
    public IEnumerable<CompareResult> Run()
    {
        TimeSpan share = budget / Math.Max(1, cases.Count);
        TimeSpan perCase = share < LongestCase ? share : LongestCase;
        WarmUp(perCase * 0.2);
        foreach (CompareCase @case in cases)
        {
            yield return Measure(@case, perCase * 0.7);
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
            if ((elapsed >= slice && calls >= WarmUpCalls) || elapsed >= slice * 4)
            {
                return;
            }

            action();
        }
    }

    private static CompareResult Measure(CompareCase @case, TimeSpan time)
    {
        TimeSpan sample = time / (Rounds * (@case.Peer is null ? 1 : 2));
        int oursCalls = Calibrate(@case.Ours, sample);
        int peerCalls = @case.Peer is null ? 0 : Calibrate(@case.Peer, sample);
        double[] ours = new double[Rounds];
        double[] peer = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            ours[round] = Time(@case.Ours, oursCalls).TotalNanoseconds / oursCalls;
            if (@case.Peer is not null)
            {
                peer[round] = Time(@case.Peer, peerCalls).TotalNanoseconds / peerCalls;
            }
        }

        int operations = @case.OperationsPerRun;
        return new CompareResult(
            @case,
            Median(ours) / operations,
            @case.Peer is null ? null : Median(peer) / operations,
            AllocatedBytes(@case.Ours) / operations);
    }

    /// <summary>How many calls fill the sample: the fastest of three looks decides, so that a hiccup does not.</summary>
    private static int Calibrate(Action action, TimeSpan sample)
    {
        TimeSpan one = TimeSpan.MaxValue;
        for (int look = 0; look < 3; look++)
        {
            TimeSpan elapsed = Time(action, 1);
            one = elapsed < one ? elapsed : one;
        }

        return (int)Math.Clamp(sample / TimeSpan.FromTicks(Math.Max(1, one.Ticks)), 1, 1_000_000);
    }

    private static TimeSpan Time(Action action, int calls)
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Per call, the median of a few batches: steady state, without what the runtime itself does once in a while.</summary>
    private static double AllocatedBytes(Action action)
    {
        const int Batches = 5;
        const int Calls = 8;
        double[] batches = new double[Batches];
        for (int batch = 0; batch < Batches; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                action();
            }

            batches[batch] = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        }

        return Median(batches);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
