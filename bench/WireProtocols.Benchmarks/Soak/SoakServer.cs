using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Benchmarks.Soak;

/// <summary><c>wire serve</c> as a process of its own, and what it says about itself.</summary>
internal sealed class SoakServer : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<SoakSample> _samples = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly Task _listening;

    private SoakServer(Process process, Uri echo)
    {
        _process = process;
        Echo = echo;
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>Where it echoes.</summary>
    public Uri Echo { get; }

    /// <summary>Its counts, oldest first.</summary>
    public IReadOnlyCollection<SoakSample> Samples => _samples;

    /// <summary>What it printed on stderr besides its counts: its own faults.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Called for each new line of counts.</summary>
    public Action<SoakSample>? Sampled { get; set; }

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public static async Task<SoakServer> StartAsync(SoakOptions options)
    {
        string[] arguments = ["serve", "--port", "0", "--stats", Number(options.StatsInterval), "--keep-alive", Number(options.KeepAlive)];
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "wire.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // glibc gives what zlib frees back to the system, instead of keeping it in pieces: so its leaks, and nothing else, would show.
            Environment = { ["MALLOC_MMAP_THRESHOLD_"] = "65536", ["MALLOC_ARENA_MAX"] = "2" },
        };
        Process process = Process.Start(start)!;
        const string Says = "Listening on http";
        string? line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Says, StringComparison.Ordinal) == true
            ? new SoakServer(process, new Uri($"ws{line[Says.Length..]}/ws/echo"))
            : throw new InvalidOperationException($"The server said '{line}', and: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Waits for counts that <paramref name="condition"/> is content with.</summary>
    /// <returns>Null when there were none in time.</returns>
    public async Task<SoakSample?> WaitForSampleAsync(Func<SoakSample, bool> condition, TimeSpan patience)
    {
        int seen = _samples.Count;
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < patience; await Task.Delay(50))
        {
            if (_samples.Skip(seen).FirstOrDefault(condition) is { } sample)
            {
                return sample;
            }
        }

        return null;
    }

    /// <summary>Sends SIGTERM, as an orchestrator does.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", Number(_process.Id)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until the process and all it said are there.</summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _listening.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private async Task ListenAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            if (SoakSample.TryParse(line, out SoakSample? sample))
            {
                _samples.Enqueue(sample);
                Sampled?.Invoke(sample);
            }
            else
            {
                _complaints.Enqueue(line);
            }
        }
    }
}
