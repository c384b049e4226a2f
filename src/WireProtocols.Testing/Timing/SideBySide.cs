using System.Diagnostics;

namespace WireProtocols.Testing;

/// <summary>Times two pieces of work in turn, A B A B …, in one process, so that whatever the machine does meanwhile meets both.</summary>
/// <remarks>Only the ratio means anything on a machine that does something else as well.</remarks>
public static class SideBySide
{
    private const int FewestRounds = 7;

    // A method is compiled again after 30 calls, and only once no new method has shown up for 100 ms: with instrumentation first, then for good.
    private const int WarmUpPasses = 3;
    private const int WarmUpCalls = 40;
    private static readonly TimeSpan TieringDelay = TimeSpan.FromMilliseconds(110);

    /// <summary>Warms both up, and times them for as long as is said, at least seven rounds.</summary>
    /// <param name="ours">One of them.</param>
    /// <param name="theirs">The other: the same work over the same input.</param>
    /// <param name="time">How long.</param>
    /// <returns>Nanoseconds a call, medians over the rounds.</returns>
    public static SideBySideTimes Measure(Action ours, Action theirs, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(theirs);
        for (int pass = 0; pass < WarmUpPasses; pass++)
        {
            for (int call = 0; call < WarmUpCalls; call++)
            {
                ours();
                theirs();
            }

            Thread.Sleep(TieringDelay);
        }

        TimedSide a = new(ours);
        TimedSide b = new(theirs);
        for (long started = Stopwatch.GetTimestamp(); a.Rounds < FewestRounds || Stopwatch.GetElapsedTime(started) < time;)
        {
            a.Measure();
            b.Measure();
        }

        return new SideBySideTimes(a.Median, b.Median);
    }
}

/// <summary>What two pieces of work took.</summary>
/// <param name="Ours">Nanoseconds a call of the first.</param>
/// <param name="Theirs">Nanoseconds a call of the second.</param>
public readonly record struct SideBySideTimes(double Ours, double Theirs)
{
    /// <summary>Above 1, the first is faster.</summary>
    public double Ratio => Theirs / Ours;
}
