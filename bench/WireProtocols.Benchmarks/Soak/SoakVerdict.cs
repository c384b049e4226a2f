namespace WireProtocols.Benchmarks.Soak;

/// <summary>What a run has to show.</summary>
internal static class SoakVerdict
{
    /// <summary>How much more the heap's last third may be than its first: what pools and tiered compilation still take in.</summary>
    public const double HeapShare = 0.05;
    public const double HeapSlack = 4 << 20;

    /// <summary>
    /// How much more the server's memory of all kinds may be: zlib's windows fill as they are used, and the collector takes what it likes.
    /// </summary>
    public const double ResidentShare = 0.1;
    public const double ResidentSlack = 32 << 20;

    /// <summary>How far the handles of the last third may be above those of the first: connections come and go.</summary>
    public const double HandleShare = 0.02;

    /// <summary>How many handles more than before the first connection may be open after the last one.</summary>
    public const int HandleSlack = 32;

    /// <summary>Managed bytes that may stay behind when all connections have gone: what the pools and queues keep.</summary>
    public const long HeapLeft = 16 << 20;

    /// <returns>The reasons why it has not; none where it has.</returns>
    public static IEnumerable<string> Judge(SoakRun run)
        => [.. JudgeMessages(run.Counts), .. JudgeConnections(run), .. JudgeLeaks(run), .. JudgeDrain(run)];

    private static IEnumerable<string> JudgeMessages(SoakCounts counts)
    {
        if (counts.Lost > 0 || counts.Reordered > 0 || counts.Corrupted > 0)
        {
            yield return $"{counts.Lost} messages lost, {counts.Reordered} reordered, {counts.Corrupted} corrupted";
        }

        if (counts.Sent != counts.Echoed + counts.Lost + counts.Abandoned)
        {
            yield return "the books of the messages do not balance";
        }

        // A machine that stands still for a moment says nothing about the library; one that never keeps up makes a run of something else.
        if (counts.LateTicks * 10 > counts.Ticks)
        {
            yield return $"{counts.LateTicks} of {counts.Ticks} messages were sent more than a second late: this machine is too slow for the run";
        }
    }

    private static IEnumerable<string> JudgeConnections(SoakRun run)
    {
        SoakCounts counts = run.Counts;
        if (counts.ConnectFailures > 0 || counts.UnexpectedEnds > 0)
        {
            yield return $"{counts.ConnectFailures} connections could not be made, {counts.UnexpectedEnds} ended that should not have";
        }

        if (counts.HalfOpenDropped != counts.HalfOpen)
        {
            yield return $"the server dropped {counts.HalfOpenDropped} of {counts.HalfOpen} half-open peers";
        }

        if (counts.EndsIgnored > 0)
        {
            yield return $"the server did not end {counts.EndsIgnored} connections whose peer had ended them";
        }

        if (run.After is { } after && after.Lost != counts.Killed + counts.HalfOpen)
        {
            yield return $"the server lost {after.Lost} connections, but {counts.Killed} were killed and {counts.HalfOpen} half-open";
        }
    }

    private static IEnumerable<string> JudgeLeaks(SoakRun run)
    {
        foreach ((string who, List<SoakSample> samples) in new[] { ("server", run.SteadySamples), ("client", run.OwnSteadySamples) })
        {
            if (SoakTrend.Of(samples, s => s.Heap) is { } heap && !heap.IsFlat(HeapShare, HeapSlack))
            {
                yield return $"the {who}'s heap grew from {heap.Early:0} to {heap.Late:0} bytes";
            }

            if (SoakTrend.Of(samples, s => s.Handles) is { } handles && !handles.IsFlat(HandleShare, HandleSlack))
            {
                yield return $"the {who}'s handles grew from {handles.Early:0} to {handles.Late:0}";
            }
        }

        if (SoakTrend.Of(run.SteadySamples, s => s.Resident) is { } resident && !resident.IsFlat(ResidentShare, ResidentSlack))
        {
            yield return $"the server's memory grew from {resident.Early:0} to {resident.Late:0} bytes";
        }

        if (run.Before is not { } before || run.After is not { } after)
        {
            yield return "the server still had connections a minute after the last one was closed, or did not say";
            yield break;
        }

        if (after.Handles > before.Handles + HandleSlack)
        {
            yield return $"the server had {before.Handles} handles before the first connection and {after.Handles} after the last";
        }

        if (after.Heap > before.Heap + HeapLeft)
        {
            yield return $"the server's heap was {before.Heap} bytes before the first connection and {after.Heap} after the last";
        }
    }

    private static IEnumerable<string> JudgeDrain(SoakRun run)
    {
        if (run.DrainTime is null || run.Counts.GoneAway != run.OpenAtDrain || run.OpenAtDrain != run.Options.Connections)
        {
            yield return $"{run.OpenAtDrain} connections were open at SIGTERM and {run.Counts.GoneAway} got Close 1001";
        }

        if (run.ExitTime is null || run.Server.ExitCode != 0)
        {
            yield return run.ExitTime is null ? "the server did not end" : $"the server ended with status {run.Server.ExitCode}";
        }

        if (run.Server.Complaints.Count > 0)
        {
            yield return $"the server complained: {run.Server.Complaints.First()}";
        }
    }
}
