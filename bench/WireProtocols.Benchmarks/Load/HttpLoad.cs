using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Short requests and answers over 64 kept connections, driven by wrk.</summary>
public static partial class HttpLoad
{
    private const int Connections = 64;
    private const string Wrk = "/usr/bin/wrk";

    /// <summary>Whether wrk is installed.</summary>
    public static bool IsAvailable => File.Exists(Wrk);

    public static async Task RunAsync(IReadOnlyList<LoadServer> servers, LoadOptions options, LoadReport report)
    {
        await LoadRounds.WarmUpAsync(servers, server => MeasureAsync(server, options.Time));
        IReadOnlyList<LoadRow> rows = await LoadRounds.RunAsync(servers, options.Rounds, server => MeasureAsync(server, options.Time));
        report.Print("http.get", $"HTTP/1.1 GET with a short answer, {Connections} connections", "requests", rows);
    }

    private static async Task<LoadRow> MeasureAsync(LoadServer server, TimeSpan time)
    {
        string seconds = $"-d{Math.Max(1, (int)time.TotalSeconds)}s";
        (string fileName, IReadOnlyList<string> arguments)
            = LoadPin.Client(Wrk, ["-t1", $"-c{Connections}", seconds, "--latency", server.Uri.ToString()]);
        TimeSpan before = server.ProcessorTime;
        using Process wrk = Process.Start(new ProcessStartInfo(fileName, arguments) { RedirectStandardOutput = true })!;
        string output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        double used = (server.ProcessorTime - before).TotalSeconds;
        if (Rate().Match(output) is not { Success: true } rate || output.Contains("Socket errors", StringComparison.Ordinal)
            || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(output);
        }

        return new LoadRow(server.Name, Number(rate.Groups[1]))
        {
            CpuSecondsPerMillion = used / Number(Count().Match(output).Groups[1]) * 1e6,
            Median = Microseconds(output, "50"),
            Percentile99 = Microseconds(output, "99"),
        };
    }

    /// <summary>A line of wrk's distribution, such as <c>50%  412.00us</c>.</summary>
    private static double? Microseconds(string output, string percent)
        => Latency().Matches(output).FirstOrDefault(m => m.Groups[1].Value == percent) is { } line
            ? Number(line.Groups[2]) * (line.Groups[3].Value switch { "us" => 1, "ms" => 1e3, _ => 1e6 })
            : null;

    private static double Number(Group text) => double.Parse(text.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex("([0-9]+) requests in ")]
    private static partial Regex Count();

    [GeneratedRegex(@"^\s+([0-9]+)%\s+([0-9.]+)(us|ms|s)\s*$", RegexOptions.Multiline)]
    private static partial Regex Latency();
}
