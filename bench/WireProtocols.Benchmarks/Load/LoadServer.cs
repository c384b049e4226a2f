using System.Diagnostics;
using System.Net.Sockets;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Load;

/// <summary>A server in a process of its own, pinned to the servers' processor, which says on its first line where it listens and mostly ends
/// with its input.</summary>
public sealed class LoadServer : IDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    // The tool's server and nginx do not read their input.
    private readonly bool _endsWithInput;

    private LoadServer(string name, Process process, Uri uri, bool endsWithInput)
    {
        _endsWithInput = endsWithInput;
        Name = name;
        _process = process;
        Uri = uri;
    }

    /// <summary>Raised when the process is gone.</summary>
    public event EventHandler? Ended;

    /// <summary>Whose.</summary>
    public string Name { get; }

    /// <summary>Where.</summary>
    public Uri Uri { get; }

    /// <summary>The process, which <c>taskset</c> has become.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory in use.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

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
        => TryStart("wire serve", "dotnet", [Path.Combine(AppContext.BaseDirectory, "wire.dll"), "serve", "--port", "0"], endsWithInput: false)
            ?? throw new InvalidOperationException("`wire serve` did not start.");

    /// <summary>A server of <c>bench/native</c>, where it is built.</summary>
    public static LoadServer? TryStartBuilt(string name, string program)
        => NativePeers.Find(program) is { } path ? TryStart(name, path, []) : null;

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

    /// <summary>A server that says nothing and listens where it was told to; null where it is not installed.</summary>
    public static LoadServer? TryStartSilent(string name, string fileName, IEnumerable<string> arguments, Uri uri)
    {
        if (!File.Exists(fileName) || TryStartProcess(fileName, arguments) is not { } process)
        {
            return null;
        }

        LoadServer server = new(name, process, uri, endsWithInput: false);
        long started = Stopwatch.GetTimestamp();
        while (!server.Accepts())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > LongestStart)
            {
                server.Dispose();
                return null;
            }
        }

        return server;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_endsWithInput || !_process.WaitForExit(LongestEnd))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Ended?.Invoke(this, EventArgs.Empty);
    }

    private static LoadServer? TryStart(string name, string fileName, IEnumerable<string> arguments, bool endsWithInput = true)
        => TryStartProcess(fileName, arguments) is { } process && process.StandardOutput.ReadLine() is { } line
            ? new LoadServer(name, process, ToUri(line), endsWithInput)
            : null;

    private static Process? TryStartProcess(string fileName, IEnumerable<string> arguments)
    {
        (string pinned, IReadOnlyList<string> all) = LoadPin.Server(fileName, arguments);
        try
        {
            return Process.Start(new ProcessStartInfo(pinned, all) { RedirectStandardInput = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private bool Accepts()
    {
        try
        {
            using TcpClient client = new(Uri.Host, Uri.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The servers of this program say a URI; the tool says where it listens.</summary>
    private static Uri ToUri(string line)
    {
        const string Tool = "Listening on http";
        return line.StartsWith(Tool, StringComparison.Ordinal) ? new Uri($"ws{line[Tool.Length..]}/ws/echo") : new Uri(line);
    }
}
