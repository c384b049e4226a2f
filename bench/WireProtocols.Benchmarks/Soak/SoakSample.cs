using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WireProtocols.Benchmarks.Soak;

/// <summary>The counts of one process at one moment.</summary>
internal sealed record SoakSample
{
    /// <summary>When it was taken, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long At { get; } = Stopwatch.GetTimestamp();

    public long Connections { get; init; }

    /// <summary>Messages.</summary>
    public long Received { get; init; }

    /// <summary>Messages.</summary>
    public long Sent { get; init; }

    /// <summary>WebSockets that have ended.</summary>
    public long Closed { get; init; }

    /// <summary>Those of them that ended without Close.</summary>
    public long Lost { get; init; }

    /// <summary>Managed bytes after a collection.</summary>
    public long Heap { get; init; }

    /// <summary>Bytes of the process in memory, zlib's among them.</summary>
    public long Resident { get; init; }

    public long Handles { get; init; }

    public long Threads { get; init; }

    /// <summary>Streams that msquic has.</summary>
    public long Streams { get; init; }

    /// <summary>Handles of msquic's that are open here, each with the object that its callbacks are given.</summary>
    public long NativeHandles { get; init; }

    /// <summary>Pieces of memory that msquic holds until it has sent them.</summary>
    public long NativeBlocks { get; init; }

    /// <summary>Reads a line of <c>wire serve --stats</c>.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out SoakSample? sample)
    {
        sample = null;
        if (!line.StartsWith("stats ", StringComparison.Ordinal))
        {
            return false;
        }

        Dictionary<string, long> counts = line["stats ".Length..].Split(' ')
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
        sample = new SoakSample
        {
            Connections = counts["connections"],
            Received = counts["received"],
            Sent = counts["sent"],
            Closed = counts["closed"],
            Lost = counts["lost"],
            Heap = counts["heap"],
            Resident = counts["resident"],
            Handles = counts["handles"],
            Threads = counts["threads"],
        };
        return true;
    }

    /// <summary>Counts this process: the heap, the memory, the handles and the threads.</summary>
    public static SoakSample OfThisProcess()
    {
        int handles = Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length - 1 : 0;
        GC.Collect();
        return new SoakSample
        {
            Heap = GC.GetTotalMemory(false),
            Resident = Environment.WorkingSet,
            Handles = handles,
            Threads = ThreadPool.ThreadCount,
        };
    }
}
