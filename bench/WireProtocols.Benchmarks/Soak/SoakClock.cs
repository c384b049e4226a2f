using System.Diagnostics;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>A thread that comes by every connection once a second, a hundredth of them at a time, and takes note of how late it was.</summary>
internal sealed class SoakClock : IDisposable
{
    private const int Hundredths = 100;

    private readonly SoakSlot[] _slots;
    private readonly SoakCounts _counts;
    private readonly Random _random;
    private readonly Thread _thread;
    private volatile bool _stops;
    private volatile bool _sends = true;
    private volatile SoakTroubles? _troubles;

    public SoakClock(SoakSlot[] slots, SoakCounts counts, int seed)
    {
        _slots = slots;
        _counts = counts;
        _random = new Random(seed);
        _thread = new Thread(Run) { Name = "clock", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether messages are sent.</summary>
    public bool Sends
    {
        set => _sends = value;
    }

    /// <summary>Who is in trouble; null for nobody.</summary>
    public SoakTroubles? Troubles
    {
        set => _troubles = value;
    }

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
    }

    private void Run()
    {
        long started = Stopwatch.GetTimestamp();
        for (long tick = 0; !_stops; tick++)
        {
            long due = started + (tick * Stopwatch.Frequency / Hundredths);
            TimeSpan early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            for (long i = tick % Hundredths; _sends && i < _slots.Length; i += Hundredths)
            {
                NoteLag(due);
                _slots[i].Tick(_random, _troubles);
            }
        }
    }

    private void NoteLag(long due)
    {
        long milliseconds = (long)Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        _counts.Ticks++;
        _counts.LateTicks += milliseconds > 1000 ? 1 : 0;
        _counts.MaxLagMilliseconds = Math.Max(_counts.MaxLagMilliseconds, milliseconds);
    }
}
