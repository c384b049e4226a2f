using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>The client's process, pinned to the clients' processor, which stays for all rounds.</summary>
public sealed class QuicLoadDriver : IDisposable
{
    private readonly Process _process;

    public QuicLoadDriver()
    {
        (string fileName, IReadOnlyList<string> arguments) = LoadPin.Client(Environment.ProcessPath!, LoadServer.ThisProgram("load-quic-client"));
        _process = Process.Start(
            new ProcessStartInfo(fileName, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Plays one round against a server.</summary>
    public async Task<LoadRow> MeasureAsync(LoadServer server, QuicLoadCell cell, TimeSpan time, TimeSpan delay)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{server.Uri} {(server.Name == QuicServers.Raw ? "raw" : "webtransport")} {cell.Kind} {cell.Length} {cell.InFlight} "
                + $"{time.TotalSeconds} {delay.TotalMilliseconds}"));
        await ExpectAsync(server);
        await LoadPin.PinServerAsync(server.ProcessId);
        await LoadPin.PinClientAsync(_process.Id);
        TimeSpan before = server.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        await _process.StandardInput.WriteLineAsync();
        string[] words = (await ExpectAsync(server)).Split(' ');
        double used = (server.ProcessorTime - before).TotalSeconds;
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] figures = [.. words.Select(w => double.Parse(w, CultureInfo.InvariantCulture))];
        return new LoadRow(server.Name, figures[0] / elapsed)
        {
            CpuSecondsPerMillion = figures[0] > 0 ? used / figures[0] * 1e6 : null,
            Median = figures[2],
            Percentile99 = figures[3],
            Percentile999 = figures[4],
            Sent = cell.Kind == QuicLoadKind.Datagrams ? (long)figures[1] : null,
            Unanswered = (long)(figures[1] - figures[0]),
        };
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<string> ExpectAsync(LoadServer server)
        => await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The client of {server.Name} has ended.");
}
