using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Load;

/// <summary>A server in a process of its own, pinned to the servers' processor, which says on its first line where it listens and mostly ends
/// with its input.</summary>
public sealed class LoadServer : IDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    /// <summary>In a URI's query: the id of a process that a server has before it, whose time is the server's too.</summary>
    public const string Helper = "?helper=";

    private readonly Process _process;
    private readonly Process? _helper;

    // The tool's server and nginx do not read their input.
    private readonly bool _endsWithInput;

    private LoadServer(string name, Process process, Uri uri, bool endsWithInput)
    {
        _endsWithInput = endsWithInput;
        Name = name;
        _process = process;
        _helper = uri.Query.StartsWith(Helper, StringComparison.Ordinal)
            ? Process.GetProcessById(int.Parse(uri.Query.AsSpan(Helper.Length), CultureInfo.InvariantCulture))
            : null;
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
            _helper?.Refresh();
            return _process.TotalProcessorTime + (_helper?.TotalProcessorTime ?? TimeSpan.Zero);
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
        => TryStart(name, Environment.ProcessPath!, ThisProgram("load-server", kind))
            ?? throw new InvalidOperationException($"The server '{kind}' did not start.");

    /// <summary>The arguments of this program, whether it is run by <c>dotnet</c> or by itself.</summary>
    public static IEnumerable<string> ThisProgram(params IEnumerable<string> arguments)
        => Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
            ? [typeof(LoadServer).Assembly.Location, .. arguments]
            : arguments;

    /// <summary>The tool's own server.</summary>
    public static LoadServer StartTool()
        => TryStart("wire serve", "dotnet", [Path.Combine(AppContext.BaseDirectory, "wire.dll"), "serve", "--port", "0"], endsWithInput: false)
            ?? throw new InvalidOperationException("`wire serve` did not start.");

    /// <summary>A server of <c>bench/native</c>, where it is built.</summary>
    public static LoadServer? TryStartBuilt(string name, string program)
        => NativePeers.Find(program) is { } path ? TryStart(name, path, []) : null;

    /// <summary>npm ws, where Node.js and the packages of the interop tests' peers are installed.</summary>
    public static LoadServer? TryStartNode()
        => NodePeers.Find("ws") is { } peers ? TryStart("npm ws", "node", [Path.Combine(peers, "ws-echo.mjs")]) : null;

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
        _helper?.Dispose();
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
