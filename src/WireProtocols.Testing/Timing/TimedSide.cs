using System.Diagnostics;

namespace WireProtocols.Testing;

/// <summary>One of those that are timed in turn, and the times of its rounds.</summary>
public sealed class TimedSide
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(1);

    private readonly Func<int, double> _time;
    private readonly List<double> _rounds = [];
    private readonly int _calls;

    /// <param name="action">What is timed.</param>
    public TimedSide(Action action)
        : this(TimeOf(action))
    {
    }

    /// <param name="time">Does the work so many times and says the nanoseconds that it took: for work that times itself.</param>
    public TimedSide(Func<int, double> time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _calls = Calibrate();
    }

    /// <summary>How many rounds there have been.</summary>
    public int Rounds => _rounds.Count;

    /// <summary>Nanoseconds a call, the median over the rounds.</summary>
    public double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

    /// <summary>Another round, of about a millisecond: on a busy machine most rounds are not interrupted.</summary>
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

    private static Func<int, double> TimeOf(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return calls =>
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                action();
            }

            return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        };
    }
}
