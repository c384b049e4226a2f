using WireProtocols.MsQuic;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>WebTransport over one QUIC connection: streams, messages and datagrams, near and far.</summary>
public static class QuicPart
{
    private static readonly QuicLoadCell[] Cells =
    [
        new(QuicLoadKind.Streams, 64, 1),
        new(QuicLoadKind.Streams, 64, 32),
        new(QuicLoadKind.Messages, 64, 32),
        new(QuicLoadKind.Messages, 16 * 1024, 32),
        new(QuicLoadKind.Datagrams, 64, 32),
    ];

    /// <summary>What the relay adds to a round trip.</summary>
    private static readonly TimeSpan[] Delays = [TimeSpan.Zero, TimeSpan.FromMilliseconds(40)];

    public static async Task RunAsync(LoadOptions options, LoadReport report)
    {
        if (MsQuicLibrary.Missing is { } missing)
        {
            report.Say($"WebTransport is left out: {missing}");
            return;
        }

        using LoadFleet fleet = LoadFleet.Start(QuicServers.All, options, report);
        using QuicLoadDriver driver = new();
        foreach (QuicLoadCell cell in Cells)
        {
            IReadOnlyList<LoadServer> servers
                = [.. fleet.Servers.Where(s => cell.Kind != QuicLoadKind.Datagrams || QuicServers.HasDatagrams(s.Name))];
            if (servers.Count == 0)
            {
                continue;
            }

            await LoadRounds.WarmUpAsync(servers, server => driver.MeasureAsync(server, cell, options.Time, TimeSpan.Zero));
            foreach (TimeSpan delay in Delays)
            {
                IReadOnlyList<LoadRow> rows
                    = await LoadRounds.RunAsync(servers, options.Rounds, server => driver.MeasureAsync(server, cell, options.Time, delay));
                report.Print(
                    $"webtransport.{cell.Name}.{delay.TotalMilliseconds}ms",
                    $"WebTransport, {cell.Title}, {delay.TotalMilliseconds} ms of delay",
                    cell.Word,
                    rows);
            }
        }
    }
}
