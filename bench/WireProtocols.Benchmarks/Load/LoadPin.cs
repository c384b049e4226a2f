using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Benchmarks.Load;

/// <summary>
/// Keeps servers on one processor and clients on another, with <c>taskset</c>, so that neither takes from the other and every server has the same.
/// Where there is one processor, or no <c>taskset</c>, everything runs anywhere.
/// </summary>
public static class LoadPin
{
    private const string Taskset = "/usr/bin/taskset";
    private const string ServerProcessor = "0";
    private const string ClientProcessor = "1";

    /// <summary>Whether there are two processors and the means.</summary>
    public static bool IsPossible => Environment.ProcessorCount > 1 && File.Exists(Taskset);

    /// <summary>A server's command line.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments) Server(string fileName, IEnumerable<string> arguments)
        => Pin(ServerProcessor, fileName, arguments);

    /// <summary>A client's command line.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments) Client(string fileName, IEnumerable<string> arguments)
        => Pin(ClientProcessor, fileName, arguments);

    /// <summary>Pins every thread of a server again, for libraries that choose processors for their threads themselves.</summary>
    public static Task PinServerAsync(int processId) => PinAsync(ServerProcessor, processId);

    /// <summary>Pins every thread of a client again.</summary>
    public static Task PinClientAsync(int processId) => PinAsync(ClientProcessor, processId);

    private static async Task PinAsync(string processor, int processId)
    {
        if (IsPossible)
        {
            string[] arguments = ["-a", "-c", "-p", processor, processId.ToString(CultureInfo.InvariantCulture)];
            using Process taskset = Process.Start(new ProcessStartInfo(Taskset, arguments) { RedirectStandardOutput = true })!;
            await taskset.StandardOutput.ReadToEndAsync();
            await taskset.WaitForExitAsync();
        }
    }

    private static (string FileName, IReadOnlyList<string> Arguments) Pin(string processor, string fileName, IEnumerable<string> arguments)
        => IsPossible ? (Taskset, ["-c", processor, fileName, .. arguments]) : (fileName, [.. arguments]);
}
