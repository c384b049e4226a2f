using System.Collections.Concurrent;
using System.Diagnostics;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>What the clients have counted. Many threads add to the fields, each with <see cref="Interlocked"/>.</summary>
internal sealed class SoakCounts
{
    private const int MaxDetails = 5;

    private readonly long[] _roundTrips = new long[10_001];
    private readonly ConcurrentQueue<string> _details = new();

    public long Opened;
    public long Open;
    public long ConnectFailures;
    public long Compressed;

    public long Sent;
    public long Echoed;
    public long Lost;
    public long Reordered;
    public long Corrupted;

    /// <summary>Messages under way when their connection was killed, went silent, or was closed by the draining server.</summary>
    public long Abandoned;

    /// <summary>Sends that had to wait for the server to read.</summary>
    public long Waited;

    public long Resets;
    public long Ends;
    public long ResetsInFrame;
    public long EndsInFrame;

    /// <summary>Connections whose sending half was shut, and whose server did not end its half in time.</summary>
    public long EndsIgnored;

    public long Pauses;
    public long PausedNow;
    public long HalfOpen;
    public long HalfOpenNow;
    public long HalfOpenDropped;
    public long HalfOpenKept;

    public long UnexpectedEnds;
    public long ClosedNormally;
    public long GoneAway;

    /// <summary>Messages that were sent more than a second after their time.</summary>
    public long LateTicks;
    public long Ticks;
    public long MaxLagMilliseconds;

    public long Killed => Resets + Ends + ResetsInFrame + EndsInFrame;

    /// <summary>A few examples of what should not have happened.</summary>
    public IEnumerable<string> Details => _details;

    public void AddDetail(string detail)
    {
        if (_details.Count < MaxDetails)
        {
            _details.Enqueue(detail);
        }
    }

    public void AddRoundTrip(long sentAt)
        => Interlocked.Increment(ref _roundTrips[Math.Min((long)Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds, _roundTrips.Length - 1)]);

    /// <summary>The round trip, in milliseconds, that <paramref name="share"/> of the echoes kept to.</summary>
    public int RoundTripQuantile(double share)
    {
        long left = (long)(share * _roundTrips.Sum());
        int milliseconds = 0;
        while (milliseconds < _roundTrips.Length - 1 && (left -= _roundTrips[milliseconds]) > 0)
        {
            milliseconds++;
        }

        return milliseconds;
    }
}
