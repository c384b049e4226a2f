namespace WireProtocols.Benchmarks.Load;

/// <summary>What a connection costs on which nothing happens: the growth of a fresh server's memory, as the system counts it.</summary>
public static class IdlePart
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(IEnumerable<LoadServerKind> kinds, LoadOptions options, LoadReport report)
    {
        report.Say($"{options.IdleConnections} idle WebSockets: KB of memory each (RSS)");
        foreach (LoadServerKind kind in kinds)
        {
            using LoadServer? server = kind.Start();
            if (server is null)
            {
                continue;
            }

            // The first connections bring the code in, which is no cost of the others.
            await NativeClient.WhileIdleAsync(server, 100, () => Task.FromResult(0));
            long before = server.ResidentBytes;
            long after = await NativeClient.WhileIdleAsync(server, options.IdleConnections, () => SettledAsync(server));
            report.Print("idle", server.Name, "kilobytes", (after - before) / 1024.0 / options.IdleConnections);
        }
    }

    /// <summary>The memory once what the openings left behind has had a moment to go.</summary>
    private static async Task<long> SettledAsync(LoadServer server)
    {
        await Task.Delay(Settled);
        return server.ResidentBytes;
    }
}
