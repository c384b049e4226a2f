using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WireProtocols.Benchmarks.Load;

/// <summary>Short requests and answers over 64 kept connections, driven by wrk.</summary>
public static partial class HttpLoad
{
    private const int Connections = 64;

    /// <summary>Whether wrk is installed.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                using Process wrk = Process.Start(new ProcessStartInfo("wrk", "-v") { RedirectStandardOutput = true, RedirectStandardError = true })!;
                wrk.WaitForExit();
                return true;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    /// <returns>Requests a second.</returns>
    public static async Task<double> MeasureAsync(Uri uri, TimeSpan time)
    {
        string seconds = $"-d{Math.Max(1, (int)time.TotalSeconds)}s";
        ProcessStartInfo start = new("wrk", ["-t1", $"-c{Connections}", seconds, uri.ToString()]) { RedirectStandardOutput = true };
        using Process wrk = Process.Start(start)!;
        string output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return Rate().Match(output) is { Success: true } rate && !output.Contains("Socket errors", StringComparison.Ordinal)
            && !output.Contains("Non-2xx", StringComparison.Ordinal)
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(output);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
