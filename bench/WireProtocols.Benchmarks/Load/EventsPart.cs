namespace WireProtocols.Benchmarks.Load;

/// <summary>Server-sent events to a thousand streams at once.</summary>
public static class EventsPart
{
    private static readonly FanOutCell[] Cells = [new(1000, 100, 128), new(1000, 1, 1024)];

    // In one run of the client.
    private const int Orders = 5;

    public static async Task RunAsync(IReadOnlyList<LoadServer> servers, LoadOptions options, LoadReport report)
    {
        await LoadRounds.WarmUpAsync(servers, server => NativeClient.FanOutAsync(server, Cells[0], Orders));
        foreach (FanOutCell cell in Cells)
        {
            IReadOnlyList<LoadRow> rows
                = await LoadRounds.RunAsync(servers, options.Rounds, server => NativeClient.FanOutAsync(server, cell, Orders));
            report.Print(
                $"events.{cell.Events}x{cell.Length}B",
                $"server-sent events: {cell.Events} of {cell.Length} B to each of {cell.Connections} streams",
                "events",
                rows);
        }
    }
}
