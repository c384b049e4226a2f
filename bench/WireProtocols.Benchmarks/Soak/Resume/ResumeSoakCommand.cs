using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary><c>soak --resume [--messages n] [--reconnects n] [--sessions n] [--seed n]</c>: exactly once, on one node and on three.</summary>
public static class ResumeSoakCommand
{
    /// <summary>What chooses it.</summary>
    public const string Switch = "--resume";

    /// <returns>0 where nothing was lost and nothing came twice, else 1.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int seed = Number(arguments, "--seed", Environment.TickCount);
        int status = 0;
        foreach (int nodes in (int[])[1, 3])
        {
            TroubleOptions options = new(
                nodes,
                Number(arguments, "--sessions", 50),
                Number(arguments, "--messages", 1_000_000),
                Number(arguments, "--reconnects", 1_000),
                seed);
            using TroubleRun run = new(options);
            await run.RunAsync(TimeSpan.FromMinutes(30));
            Print(options, run.Counts);
            bool isRight = run.Counts is { Lost: 0, Twice: 0, Changed: 0 } && run.Counts.Messages == 2L * run.MessagesEach * options.Sessions;
            Console.WriteLine(isRight ? "PASS" : "FAIL");
            status |= isRight ? 0 : 1;
        }

        return status;
    }

    private static void Print(TroubleOptions options, TroubleCounts counts)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine(
            string.Create(culture, $"{options.Nodes} node(s), {options.Sessions} sessions, seed {options.Seed}: {counts.Messages:N0} messages in ")
            + string.Create(culture, $"{counts.Elapsed.TotalSeconds:F1} s, {counts.Connections:N0} connections, {counts.Bytes:N0} bytes"));
        Console.WriteLine($"  lost {counts.Lost}, twice {counts.Twice}, changed {counts.Changed}");
        foreach (TroubleKind kind in Enum.GetValues<TroubleKind>())
        {
            Console.WriteLine($"  {kind}: {counts.Troubles[(int)kind]}");
        }
    }

    private static int Number(string[] arguments, string name, int standard)
        => Array.IndexOf(arguments, name) is var index and >= 0 && index + 1 < arguments.Length
            ? int.Parse(arguments[index + 1], CultureInfo.InvariantCulture)
            : standard;
}
