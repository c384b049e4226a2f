using System.Diagnostics;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Comparison;

/// <summary>One of those that a case compares, and the times of its rounds.</summary>
internal sealed class CompareSide
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(1);

    private readonly Func<int, double> _time;
    private readonly List<double> _rounds = [];
    private readonly int _calls;

    public CompareSide(Action action)
        : this(calls => Time(action, calls))
    {
    }

    public CompareSide(NativePeer peer)
        : this(peer.TimesItself ? calls => Add(peer.Run, calls) : calls => Time(() => peer.Run(), calls))
    {
    }

    private CompareSide(Func<int, double> time)
    {
        _time = time;
        _calls = Calibrate();
    }

    public int Rounds => _rounds.Count;

    /// <summary>Nanoseconds a call, the median over the rounds.</summary>
    public double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

    public void Measure() => _rounds.Add(_time(_calls) / _calls);

    /// <summary>How many calls fill a sample: the fastest of a few looks decides, so that a hiccup does not.</summary>
    private int Calibrate()
    {
        double one = double.MaxValue;
        for (int look = 0; look < 5; look++)
        {
            one = Math.Min(one, _time(1));
        }

        return (int)Math.Clamp(Sample.TotalNanoseconds / Math.Max(100, one), 1, 10_000);
    }

    private static double Time(Action action, int calls)
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }

    private static double Add(Func<long> nanoseconds, int calls)
    {
        long sum = 0;
        for (int i = 0; i < calls; i++)
        {
            sum += nanoseconds();
        }

        return sum;
    }
}
