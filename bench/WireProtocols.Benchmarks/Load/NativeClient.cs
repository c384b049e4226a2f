using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Load;

/// <summary>The load clients of <c>bench/native</c>, each in a process of its own, pinned to the clients' processor.</summary>
public static class NativeClient
{
    private const string Echo = "echo-client";
    private const string FanOut = "fan-out-client";
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether they are built.</summary>
    public static bool IsBuilt => NativePeers.Find(Echo) is not null && NativePeers.Find(FanOut) is not null;

    /// <summary>Connections with a number of messages under way each.</summary>
    public static Task<LoadRow> EchoAsync(LoadServer server, EchoCell cell, TimeSpan time)
        => EchoAsync(server, cell.Length, time, "--in-flight", cell.InFlight.ToString(CultureInfo.InvariantCulture));

    /// <summary>Messages at fixed times, whatever the server does.</summary>
    public static Task<LoadRow> RateAsync(LoadServer server, int length, int rate, TimeSpan time)
        => EchoAsync(server, length, time, "--rate", rate.ToString(CultureInfo.InvariantCulture));

    /// <summary>Event streams that all get the same events.</summary>
    public static async Task<LoadRow> FanOutAsync(LoadServer server, FanOutCell cell, int rounds)
    {
        string[] arguments
            = [
                server.Uri.ToString(), "--connections", Text(cell.Connections), "--events", Text(cell.Events), "--length", Text(cell.Length),
                "--rounds", Text(rounds), "--pid", Text(server.ProcessId),
            ];
        using JsonDocument result = await RunAsync(FanOut, arguments);
        return ToRow(server.Name, result.RootElement, "events_per_second");
    }

    /// <summary>Holds connections open on which nothing happens while something is looked at.</summary>
    public static async Task<T> WhileIdleAsync<T>(LoadServer server, int connections, Func<Task<T>> look)
    {
        using Process client = Start(Echo, [server.Uri.ToString(), "--idle", "--connections", Text(connections)]);
        if (await client.StandardOutput.ReadLineAsync() is null)
        {
            throw new InvalidOperationException($"{server.Name} did not take {connections} connections.");
        }

        T seen = await look();
        client.StandardInput.Close();
        await client.WaitForExitAsync();
        return seen;
    }

    private static async Task<LoadRow> EchoAsync(LoadServer server, int length, TimeSpan time, string mode, string value)
    {
        TimeSpan warmUp = time / 2 < LongestWarmUp ? time / 2 : LongestWarmUp;
        string[] arguments
            = [
                server.Uri.ToString(), "--length", Text(length), mode, value, "--seconds", Text(time.TotalSeconds), "--warm-up",
                Text(warmUp.TotalSeconds), "--pid", Text(server.ProcessId),
            ];
        using JsonDocument result = await RunAsync(Echo, arguments);
        return ToRow(server.Name, result.RootElement, "messages_per_second");
    }

    private static LoadRow ToRow(string server, JsonElement result, string rate)
    {
        return new LoadRow(server, result.GetProperty(rate).GetDouble())
        {
            CpuSecondsPerMillion = Number("server_cpu_seconds_per_million"),
            Median = Number("p50_us"),
            Percentile99 = Number("p99_us"),
            Percentile999 = Number("p99_9_us"),
            Unanswered = (long)(Number("unanswered") ?? 0),
        };

        double? Number(string name) => result.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : null;
    }

    private static async Task<JsonDocument> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using Process client = Start(program, arguments);
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return client.ExitCode == 0
            ? JsonDocument.Parse(output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: what it said stands above.");
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        (string fileName, IReadOnlyList<string> all) = LoadPin.Client(NativePeers.Find(program)!, arguments);
        return Process.Start(new ProcessStartInfo(fileName, all) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
