using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>What a run has to show, with the tolerances of the soak of WebSockets.</summary>
internal static class QuicSoakVerdict
{
    private const double MiB = 1 << 20;

    /// <returns>The reasons why it has not; none where it has.</returns>
    public static IEnumerable<string> Judge(QuicSoakRun run)
        => [.. JudgeClients(run), .. JudgeTrends("server", run.ServerSamples), .. JudgeTrends("client", run.ClientSamples), .. JudgeEnd(run)];

    public static void Print(QuicSoakRun run)
    {
        Console.WriteLine($"clients, {run.Killed} times killed by the process: {run.Counts}");
        foreach ((string who, List<SoakSample> samples) in new[] { ("server", run.ServerSamples), ("client", run.ClientSamples) })
        {
            Print($"{who} heap, MiB", samples, s => s.Heap, MiB);
            Print($"{who} resident, MiB", samples, s => s.Resident, MiB);
            Print($"{who} files", samples, s => s.Handles, 1);
            Print($"{who} threads", samples, s => s.Threads, 1);
            Print($"{who} connections", samples, s => s.Connections, 1);
            Print($"{who} handles of msquic", samples, s => s.NativeHandles, 1);
        }

        Console.WriteLine($"server before: {Text(run.Before)}");
        Console.WriteLine($"server after: {Text(run.After)}");
        foreach (string complaint in run.Complaints.Take(10))
        {
            Console.WriteLine($"  {complaint}");
        }
    }

    public static string Describe(SoakSample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sample.Connections} connections, {sample.Streams} streams, {sample.NativeHandles} handles, {sample.NativeBlocks} blocks, heap "
            + $"{sample.Heap / MiB:0.0} MiB, resident {sample.Resident / MiB:0} MiB, {sample.Handles} files, {sample.Threads} threads");

    private static string Text(SoakSample? sample) => sample is null ? "nothing in time" : Describe(sample);

    private static void Print(string what, List<SoakSample> samples, Func<SoakSample, long> count, double unit)
    {
        if (SoakTrend.Of(samples, count) is { } trend)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: first {trend.First / unit:0.#}, last {trend.Last / unit:0.#}, min {trend.Min / unit:0.#}, max {trend.Max / unit:0.#}; "
                    + $"first third {trend.Early / unit:0.#}, last third {trend.Late / unit:0.#}"));
        }
    }

    private static IEnumerable<string> JudgeClients(QuicSoakRun run)
    {
        if (run.Counts.Bad > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Counts.ConnectFailures} not connected, {run.Counts.UnexpectedEnds} ended unexpectedly, {run.Counts.Wrong} wrong");
        }

        if (run.Counts.Refused > run.Counts.Opened / 10)
        {
            yield return $"{run.Counts.Refused} attempts were refused: the machine is too busy for what it would show";
        }

        if (run.Counts.Opened == 0 || run.Counts.Echoed == 0)
        {
            yield return "nothing was echoed";
        }

        if (run.Complaints.Count > 0)
        {
            yield return $"a process complained: {run.Complaints[0]}";
        }
    }

    private static IEnumerable<string> JudgeTrends(string who, List<SoakSample> samples)
    {
        if (SoakTrend.Of(samples, s => s.Heap) is { } heap && !heap.IsFlat(SoakVerdict.HeapShare, SoakVerdict.HeapSlack))
        {
            yield return $"the {who}'s heap grew from {heap.Early:0} to {heap.Late:0} bytes";
        }

        if (SoakTrend.Of(samples, s => s.Resident) is { } resident && !resident.IsFlat(SoakVerdict.ResidentShare, SoakVerdict.ResidentSlack))
        {
            yield return $"the {who}'s memory grew from {resident.Early:0} to {resident.Late:0} bytes";
        }

        if (SoakTrend.Of(samples, s => s.Handles) is { } files && !files.IsFlat(SoakVerdict.HandleShare, SoakVerdict.HandleSlack))
        {
            yield return $"the {who}'s files grew from {files.Early:0} to {files.Late:0}";
        }

        if (SoakTrend.Of(samples, s => s.Threads) is { } threads && !threads.IsFlat(SoakVerdict.HandleShare, SoakVerdict.HandleSlack))
        {
            yield return $"the {who}'s threads grew from {threads.Early:0} to {threads.Late:0}";
        }
    }

    private static IEnumerable<string> JudgeEnd(QuicSoakRun run)
    {
        if (run.Before is not { } before || run.After is not { } after)
        {
            yield return "the server still had connections or handles of msquic a minute after the last client, or did not say";
            yield break;
        }

        if (after.Streams > 0 || after.NativeBlocks > 0)
        {
            yield return $"{after.Streams} streams and {after.NativeBlocks} blocks of memory were left";
        }

        if (after.Handles > before.Handles + SoakVerdict.HandleSlack)
        {
            yield return $"the server had {before.Handles} files before the first connection and {after.Handles} after the last";
        }

        if (after.Heap > before.Heap + SoakVerdict.HeapLeft)
        {
            yield return $"the server's heap was {before.Heap} bytes before the first connection and {after.Heap} after the last";
        }
    }
}
