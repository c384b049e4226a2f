using System.Globalization;
using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>What a process with msquic in it says of itself, and how another reads it.</summary>
internal static class QuicSoakStats
{
    private const string Head = "stats ";

    /// <summary>Counts this process and writes a line.</summary>
    public static void Print()
    {
        SoakSample own = SoakSample.OfThisProcess();
        (long connections, long streams) = MsQuicApi.Get().CountActive();
        long threads = Directory.Exists("/proc/self/task") ? Directory.GetDirectories("/proc/self/task").Length : own.Threads;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Head}{connections} {streams} {NativeHandle.Count} {NativeBlock.Count} {own.Heap} {own.Resident} {own.Handles} {threads}"));
    }

    /// <returns>Null where the line is another one.</returns>
    public static SoakSample? Parse(string line)
    {
        if (!line.StartsWith(Head, StringComparison.Ordinal))
        {
            return null;
        }

        long[] counts = [.. line[Head.Length..].Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return new SoakSample
        {
            Connections = counts[0],
            Streams = counts[1],
            NativeHandles = counts[2],
            NativeBlocks = counts[3],
            Heap = counts[4],
            Resident = counts[5],
            Handles = counts[6],
            Threads = counts[7],
        };
    }

    /// <summary>Writes a line now and then until the input ends.</summary>
    public static async Task PrintUntilInputEndsAsync(TimeSpan interval, Action? before = null)
    {
        // The console's reader reads at once, whatever the method is called.
        Task ended = Task.Run(Console.In.ReadToEnd);
        while (!ended.IsCompleted)
        {
            before?.Invoke();
            Print();
            await Task.WhenAny(ended, Task.Delay(interval));
        }
    }
}
