using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>One <c>wire serve</c> of several, as a process of its own.</summary>
public sealed class BackplaneServe : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Task _listening;

    private BackplaneServe(Process process, Uri uri)
    {
        _process = process;
        Uri = uri;
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>For instance <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri Uri { get; }

    /// <summary>What it said on stderr: that the backplane is lost, that it answers again, and its own faults.</summary>
    public IReadOnlyCollection<string> Said => _said;

    public int Id => _process.Id;

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that it has, as the system counts it.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="backplane">What joins it to others; null for nothing.</param>
    public static async Task<BackplaneServe> StartAsync(string? backplane)
    {
        string[] joined = backplane is null ? [] : ["--backplane", backplane];
        Process process = Process.Start(new ProcessStartInfo("dotnet", [FindTool(), "serve", "--port", "0", .. joined])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        const string Says = "Listening on ";
        string? line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Says, StringComparison.Ordinal) == true
            ? new BackplaneServe(process, new Uri(line[Says.Length..]))
            : throw new InvalidOperationException($"The server said '{line}', and: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Waits until it says something, for instance that the backplane answers.</summary>
    public async Task SaysAsync(string what)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!_said.Any(s => s.Contains(what, StringComparison.Ordinal)))
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>It does nothing any more, and its connections stay.</summary>
    public Task StopAsync() => BackplaneServer.SignalAsync(_process, "STOP");

    /// <summary>It goes on.</summary>
    public Task ContinueAsync() => BackplaneServer.SignalAsync(_process, "CONT");

    /// <summary>Asks it to end, and waits until it has.</summary>
    /// <returns>Its exit status.</returns>
    public async Task<int> EndAsync()
    {
        await BackplaneServer.SignalAsync(_process, "TERM");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        await _listening;
        _process.Dispose();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"wire serve {Id} at {Uri}");

    /// <summary>The tool where it was built. Beside this program, it lacks what this program has from its framework.</summary>
    private static string FindTool()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        DirectoryInfo? root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "WireProtocols.sln")))
        {
            root = root.Parent;
        }

        string configuration = output.Parent!.Name;
        return Path.Combine(root?.FullName ?? "", "src", "WireProtocols.Cli", "bin", configuration, output.Name, "wire.dll");
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _said.Enqueue(line);
        }
    }
}
