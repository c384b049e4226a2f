using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary><c>soak-quic-clients URI CONNECTIONS SEED SECONDS</c>: a process of clients, which says its counts and ends with its input.</summary>
internal static class QuicSoakClients
{
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        Uri uri = new(arguments[0]);
        int connections = Number(arguments[1]), seed = Number(arguments[2]);
        QuicSoakCounts counts = new();
        using CancellationTokenSource stopping = new();
        CancellationToken stop = stopping.Token;
        Task[] slots = [.. Enumerable.Range(0, connections).Select(i => Task.Run(() => RunSlotAsync(uri, new Random(seed + i), counts, stop)))];
        await QuicSoakStats.PrintUntilInputEndsAsync(TimeSpan.FromSeconds(Number(arguments[3])), () => Console.WriteLine(counts.ToLine()));
        await stopping.CancelAsync();
        await Task.WhenAll(slots);
        foreach (string detail in counts.Details)
        {
            await Console.Error.WriteLineAsync(detail);
        }

        Console.WriteLine(counts.ToLine());
        return 0;
    }

    private static async Task RunSlotAsync(Uri uri, Random random, QuicSoakCounts counts, CancellationToken stop)
    {
        // Not all at once.
        await Task.Delay(random.Next(3000), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            await QuicSoakLife.RunAsync(uri, random, counts, stop);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
