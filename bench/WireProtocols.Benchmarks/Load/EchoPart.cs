namespace WireProtocols.Benchmarks.Load;

/// <summary>Echoes over 64 connections: as many as a server can, and at fixed rates.</summary>
public static class EchoPart
{
    private static readonly EchoCell[] Cells = [new(64, 32), new(1024, 32), new(16 * 1024, 32), new(64, 1), new(1024, 1), new(16 * 1024, 1)];
    private static readonly (int Length, int Rate)[] Rates = [(64, 20_000), (64, 60_000), (16 * 1024, 10_000)];

    /// <summary>Many small messages, and then large ones.</summary>
    public static async Task WarmUpAsync(IReadOnlyList<LoadServer> servers, LoadOptions options)
    {
        foreach (EchoCell cell in Cells.Where(c => c.InFlight > 1))
        {
            await LoadRounds.WarmUpAsync(servers, server => NativeClient.EchoAsync(server, cell, options.Time));
        }
    }

    /// <summary>Messages under way, one sent for each that comes back.</summary>
    public static async Task RunAsync(IReadOnlyList<LoadServer> servers, LoadOptions options, LoadReport report)
    {
        foreach (EchoCell cell in Cells)
        {
            IReadOnlyList<LoadRow> rows
                = await LoadRounds.RunAsync(servers, options.Rounds, server => NativeClient.EchoAsync(server, cell, options.Time));
            string size = Size(cell.Length);
            report.Print(
                $"echo.{size}.{cell.InFlight}", $"echo of {size}, 64 connections, {cell.InFlight} in flight", "messages", rows);
        }
    }

    /// <summary>Messages at fixed times; latencies from when a message was due.</summary>
    public static async Task RunAtRatesAsync(IReadOnlyList<LoadServer> servers, LoadOptions options, LoadReport report)
    {
        foreach ((int length, int rate) in Rates)
        {
            IReadOnlyList<LoadRow> rows
                = await LoadRounds.RunAsync(servers, options.Rounds, server => NativeClient.RateAsync(server, length, rate, options.Time));
            report.Print($"rate.{Size(length)}.{rate}", $"echo of {Size(length)}, 64 connections, {rate} messages/s due", "messages", rows);
        }
    }

    private static string Size(int length) => length < 1024 ? $"{length}B" : $"{length / 1024}KB";
}
