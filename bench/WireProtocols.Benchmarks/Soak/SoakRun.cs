using System.Diagnostics;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>
/// The course of a soak: connect, a steady part with trouble, an end to the trouble, quiet, close all; then connect all again and let the server
/// drain in the middle of the traffic.
/// </summary>
internal sealed class SoakRun(SoakOptions options, SoakServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TrafficBeforeDrain = TimeSpan.FromSeconds(3);

    private readonly SoakSlot[] _slots = new SoakSlot[options.Connections];
    private readonly List<SoakSample> _own = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _steadyFrom;
    private long _steadyTo;

    public SoakOptions Options => options;

    public SoakServer Server => server;

    public SoakCounts Counts { get; } = new();

    /// <summary>Whether the server has been told to stop.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>The server before the first connection, and after the last one.</summary>
    public SoakSample? Before { get; private set; }

    public SoakSample? After { get; private set; }

    /// <summary>Connections that were open when the server was told to stop.</summary>
    public long OpenAtDrain { get; private set; }

    /// <summary>From SIGTERM to the last connection's end, and to the end of the process; null where that took too long.</summary>
    public TimeSpan? DrainTime { get; private set; }

    public TimeSpan? ExitTime { get; private set; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>The server's counts and this process's over the steady part.</summary>
    public List<SoakSample> SteadySamples => Steady(server.Samples);

    public List<SoakSample> OwnSteadySamples => Steady(_own);

    public async Task RunAsync()
    {
        server.Sampled = Report;
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new SoakSlot(this);
        }

        SoakReport.PrintStart(this);
        Before = await server.WaitForSampleAsync(_ => true, Patience);
        using SoakClock clock = new(_slots, Counts, options.Seed);
        await ConnectAsync();
        await RunSteadilyAsync(clock);
        clock.Sends = false;
        await WaitUntilAsync(() => _slots.All(s => s.Outstanding == 0), Patience);
        await Task.WhenAll(_slots.Select(s => s.CloseAsync()));
        After = await server.WaitForSampleAsync(s => s.Connections == 0, Patience);

        SoakReport.PrintProgress(this, "all closed; again from the start, to be drained");
        clock.Sends = true;
        await ConnectAsync();
        await Task.Delay(TrafficBeforeDrain);
        await DrainAsync();
    }

    private async Task ConnectAsync()
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < _slots.Length; i++)
        {
            _ = _slots[i].ConnectAsync();
            TimeSpan early = TimeSpan.FromSeconds((double)i / options.ConnectRate) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(10))
            {
                await Task.Delay(early);
            }
        }

        await Task.WhenAll(_slots.Select(s => s.Work));
        SoakReport.PrintProgress(this, $"{Counts.Open} connections are open");
    }

    private async Task RunSteadilyAsync(SoakClock clock)
    {
        clock.Troubles = new SoakTroubles(options);
        _steadyFrom = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        _steadyTo = Stopwatch.GetTimestamp();
        clock.Troubles = null;
        SoakReport.PrintProgress(this, "no more trouble; waiting for the end of what there is");
        await WaitUntilAsync(() => _slots.All(s => s.Work.IsCompleted), options.HalfOpenPatience + Patience);
    }

    private async Task DrainAsync()
    {
        OpenAtDrain = Counts.Open;
        IsDraining = true;
        long started = Stopwatch.GetTimestamp();
        await server.TerminateAsync();
        if (await WaitUntilAsync(() => Counts.Open == 0, Patience))
        {
            DrainTime = Stopwatch.GetElapsedTime(started);
        }

        try
        {
            using CancellationTokenSource timeout = new(Patience);
            await server.WaitForExitAsync(timeout.Token);
            ExitTime = Stopwatch.GetElapsedTime(started);
        }
        catch (OperationCanceledException)
        {
            // Told by what is null.
        }
    }

    private static async Task<bool> WaitUntilAsync(Func<bool> condition, TimeSpan patience)
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < patience; await Task.Delay(20))
        {
            if (condition())
            {
                return true;
            }
        }

        return false;
    }

    private void Report(SoakSample sample)
    {
        SoakSample own = SoakSample.OfThisProcess();
        _own.Add(own);
        SoakReport.PrintSample(this, sample, own);
    }

    private List<SoakSample> Steady(IEnumerable<SoakSample> samples) => [.. samples.Where(s => s.At >= _steadyFrom && s.At <= _steadyTo)];
}
