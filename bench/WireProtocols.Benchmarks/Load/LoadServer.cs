using System.Diagnostics;

namespace WireProtocols.Benchmarks.Load;

/// <summary>A server in a process of its own, which says on its first line where it listens and ends with its input.</summary>
public sealed class LoadServer : IDisposable
{
    // The servers of this program end with their input. The tool's does not read it.
    private static readonly TimeSpan EndsWithInput = TimeSpan.FromSeconds(2);

    private readonly Process _process;

    private LoadServer(string name, Process process, Uri uri)
    {
        Name = name;
        _process = process;
        Uri = uri;
    }

    /// <summary>Whose.</summary>
    public string Name { get; }

    /// <summary>Where.</summary>
    public Uri Uri { get; }

    /// <summary>Starts one of the servers in this program.</summary>
    public static LoadServer Start(string name, string kind)
        => TryStart(
            name,
            Environment.ProcessPath!,
            [
                .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
                    ? [typeof(LoadServer).Assembly.Location]
                    : Array.Empty<string>(), "load-server", kind,
            ])
            ?? throw new InvalidOperationException($"The server '{kind}' did not start.");

    /// <summary>The tool's own server.</summary>
    public static LoadServer StartTool()
        => TryStart("wire serve", "dotnet", [Path.Combine(AppContext.BaseDirectory, "wire.dll"), "serve", "--port", "0"])
            ?? throw new InvalidOperationException("`wire serve` did not start.");

    /// <summary>npm ws, where Node.js and the packages of the interop tests' peers are installed.</summary>
    public static LoadServer? TryStartNode()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string peers = Path.Combine(folder.FullName, "tests", "WireProtocols.InteropTests", "peers");
            if (Directory.Exists(Path.Combine(peers, "node_modules", "ws")))
            {
                return TryStart("npm ws", "node", [Path.Combine(peers, "ws-echo.mjs")]);
            }
        }

        return null;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(EndsWithInput))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static LoadServer? TryStart(string name, string fileName, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(fileName, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        try
        {
            Process process = Process.Start(start)!;
            return process.StandardOutput.ReadLine() is { } line ? new LoadServer(name, process, ToUri(line)) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The servers of this program say a URI; the tool says where it listens.</summary>
    private static Uri ToUri(string line)
    {
        const string Tool = "Listening on http";
        return line.StartsWith(Tool, StringComparison.Ordinal) ? new Uri($"ws{line[Tool.Length..]}/ws/echo") : new Uri(line);
    }
}
