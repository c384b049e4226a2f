using System.Collections.Concurrent;
using System.Diagnostics;
using WireProtocols.Benchmarks.Load;

namespace WireProtocols.Benchmarks.Soak.Quic;

/// <summary>A process of the soak, a server or clients, which writes lines and ends with its input.</summary>
internal sealed class QuicSoakProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _listening;
    private readonly ConcurrentQueue<SoakSample> _samples = new();
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QuicSoakProcess(Process process)
    {
        _process = process;
        _listening = Task.WhenAll(Task.Run(ListenAsync), Task.Run(ComplainAsync));
    }

    /// <summary>Its counts of itself, oldest first.</summary>
    public IReadOnlyCollection<SoakSample> Samples => _samples;

    /// <summary>What it wrote last that is no count of itself.</summary>
    public string? LastLine { get; private set; }

    /// <summary>What it printed on stderr.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>The first line that it wrote.</summary>
    public Task<string> FirstLine => _first.Task;

    public Action<SoakSample>? Sampled { get; set; }

    public static QuicSoakProcess Start(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, LoadServer.ThisProgram(arguments))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // glibc gives what msquic and OpenSSL free back to the system, instead of keeping it in pieces: so leaks, and nothing else, would show.
            Environment = { ["MALLOC_MMAP_THRESHOLD_"] = "65536", ["MALLOC_ARENA_MAX"] = "2" },
        };
        return new QuicSoakProcess(Process.Start(start)!);
    }

    /// <summary>Kills it, as the system does where memory is short.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _listening;
    }

    /// <summary>Lets it come to its end.</summary>
    /// <returns>False where it did not in time, or with another status than 0.</returns>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        _process.StandardInput.Close();
        using CancellationTokenSource timeout = new(patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            await _listening;
            return _process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ListenAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _first.TrySetResult(line);
            if (QuicSoakStats.Parse(line) is { } sample)
            {
                _samples.Enqueue(sample);
                Sampled?.Invoke(sample);
            }
            else
            {
                LastLine = line;
            }
        }

        _first.TrySetException(new InvalidOperationException($"A process ended without a word: {Complaints.FirstOrDefault()}"));
    }

    private async Task ComplainAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            Complaints.Enqueue(line);
        }
    }
}
