using System.Globalization;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>What a run prints: a line for each of the server's samples, and a summary.</summary>
internal static class SoakReport
{
    private const double MiB = 1 << 20;

    public static void PrintStart(SoakRun run)
    {
        SoakOptions options = run.Options;
        Print(
            $"soak: {options.Connections} connections for {options.Seconds} s at a message a second each, {options.Trouble} % in trouble, "
                + $"keep-alive {options.KeepAlive} s, seed {options.Seed}");
    }

    public static void PrintProgress(SoakRun run, string what) => Print($"{Clock(run)} {what}");

    public static void PrintSample(SoakRun run, SoakSample server, SoakSample own)
    {
        SoakCounts counts = run.Counts;
        long underWay = counts.Sent - counts.Echoed - counts.Lost - counts.Abandoned;
        long bad = counts.Lost + counts.Reordered + counts.Corrupted + counts.UnexpectedEnds;
        string clients = string.Create(
            CultureInfo.InvariantCulture,
            $"open {counts.Open} (paused {counts.PausedNow}), half-open {counts.HalfOpenNow} | sent {counts.Sent}, under way {underWay}, bad {bad} | "
            + $"killed {counts.Killed}, dropped {counts.HalfOpenDropped} of {counts.HalfOpen} | lag at most {counts.MaxLagMilliseconds} ms");
        Print($"{Clock(run)} {clients} | server: {server.Connections} open, {Describe(server)} | client: {Describe(own)}");
    }

    public static void PrintSummary(SoakRun run)
    {
        PrintClients(run.Counts);
        PrintProcess("server", run.SteadySamples);
        PrintProcess("client", run.OwnSteadySamples);
        if (run.Before is { } before && run.After is { } after)
        {
            Print(
                $"server before the first connection: heap {before.Heap / MiB:0.0} MiB, handles {before.Handles}; after the last: heap "
                    + $"{after.Heap / MiB:0.0} MiB, handles {after.Handles}");
            Print(
                $"server's own counts then: {after.Closed} WebSockets ended, {after.Lost} of them without Close; {after.Received} messages in, "
                    + $"{after.Sent} out");
        }

        Print(
            $"SIGTERM with {run.OpenAtDrain} open: {run.Counts.GoneAway} got Close 1001; all ended after {Seconds(run.DrainTime)}, the process "
                + $"after {Seconds(run.ExitTime)}");
        Print($"server's exit status: {(run.Server.HasExited ? run.Server.ExitCode.ToString(CultureInfo.InvariantCulture) : "none")}");
        foreach (string detail in run.Counts.Details.Concat(run.Server.Complaints.Take(5)))
        {
            Print($"  {detail}");
        }
    }

    private static void PrintClients(SoakCounts counts)
    {
        Print(
            $"connections: {counts.Opened} opened ({counts.Compressed} with permessage-deflate), {counts.ConnectFailures} failed, "
                + $"{counts.UnexpectedEnds} ended unexpectedly, {counts.ClosedNormally} closed with 1000");
        Print(
            $"killed: {counts.Resets} reset, {counts.Ends} ended, {counts.ResetsInFrame} reset in a frame, {counts.EndsInFrame} ended in a frame; "
                + $"{counts.EndsIgnored} ends not answered");
        Print($"paused: {counts.Pauses}; half-open: {counts.HalfOpen}, dropped by the server: {counts.HalfOpenDropped}");
        Print(
            $"messages: {counts.Sent} sent, {counts.Echoed} echoed, {counts.Lost} lost, {counts.Reordered} reordered, {counts.Corrupted} corrupted, "
                + $"{counts.Abandoned} under way on connections that were killed, silent or drained; {counts.Waited} sends waited");
        Print(
            $"clock: {counts.LateTicks} of {counts.Ticks} more than a second late, at most {counts.MaxLagMilliseconds} ms; round trip: half "
                + $"{counts.RoundTripQuantile(0.5)} ms, 99 % {counts.RoundTripQuantile(0.99)} ms, 99.9 % {counts.RoundTripQuantile(0.999)} ms");
    }

    private static void PrintProcess(string who, List<SoakSample> samples)
    {
        PrintTrend($"{who} heap, MiB", SoakTrend.Of(samples, s => s.Heap), MiB);
        PrintTrend($"{who} resident, MiB", SoakTrend.Of(samples, s => s.Resident), MiB);
        PrintTrend($"{who} handles", SoakTrend.Of(samples, s => s.Handles), 1);
        PrintTrend($"{who} threads", SoakTrend.Of(samples, s => s.Threads), 1);
    }

    private static void PrintTrend(string what, SoakTrend? trend, double unit)
        => Print(trend is null
            ? $"{what}: too short a run to say"
            : $"{what}: first {trend.First / unit:0.#}, last {trend.Last / unit:0.#}, min {trend.Min / unit:0.#}, max {trend.Max / unit:0.#}; first "
                + $"third {trend.Early / unit:0.#}, last third {trend.Late / unit:0.#}");

    private static string Describe(SoakSample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"heap {sample.Heap / MiB:0.0} MiB, resident {sample.Resident / MiB:0} MiB, handles {sample.Handles}, threads {sample.Threads}");

    private static string Clock(SoakRun run) => $"{(int)run.Elapsed.TotalSeconds,5} s";

    private static string Seconds(TimeSpan? time)
        => time is { } given ? string.Create(CultureInfo.InvariantCulture, $"{given.TotalSeconds:0.00} s") : "never";

    private static void Print(string text) => Console.WriteLine(text);
}
